"""A real browser on the console: Debian's Chromium, axe-core, and screenshots when somebody wants to look.

``LOONBRUG_SCREENSHOTS=folder`` keeps a picture of every page that a test looks at with ``look``.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn

AXE = Path(__file__).parent / "axe" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
)
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def served(application: Any) -> Iterator[str]:
    """Serve the application from a thread of this process; its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        application, access_log=False, server_header=False, log_config=None, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(20)
        listener.close()


class Watched:
    """A page of the browser that remembers what went wrong on it."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._watch)

    def go(self, path: str) -> Any:
        """Open a page of the console."""
        return self.page.goto(self.address + path)

    def look(self, name: str) -> None:
        """Keep a picture, when asked for by LOONBRUG_SCREENSHOTS."""
        folder = os.environ.get("LOONBRUG_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    def assert_accessible(self) -> None:
        """axe-core finds no serious or critical fault on the page as it is now."""
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("rules => axe.run(document, {runOnly: rules})", _RULES)
        serious = [
            (fault["id"], fault["help"], [node["html"][:200] for node in fault["nodes"][:3]])
            for fault in found["violations"]
            if fault["impact"] in {"serious", "critical"}
        ]
        assert not serious, serious

    def assert_fits(self) -> None:
        """Nothing makes the whole page scroll sideways."""
        wide = self.page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 1, f"{wide} pixels too wide"

    def _hear(self, message: Any) -> None:
        if message.type == "error" and "the server responded with a status" not in message.text:
            self.complaints.append(message.text)

    def _watch(self, request: Any) -> None:
        if not request.url.startswith(self.address) and urlsplit(request.url).scheme not in {"data", "about"}:
            self.complaints.append(f"asked for {request.url}")
