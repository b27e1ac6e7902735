"""An HTTP server on this machine that keeps what it is sent: webhooks, pings, traces."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(ThreadingHTTPServer):
    """``received``: path, headers as one text, body."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taken)
        self.received: list[tuple[str, str, bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def bodies(self, path: str) -> list[bytes]:
        return [body for at, _, body in self.received if at == path]


class _Taken(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.received.append((self.path, str(self.headers), body))
        self.send_response(200)
        self.end_headers()

    do_GET = do_POST  # noqa: N815 - the name that http.server looks for

    def log_message(self, *words: object) -> None:
        pass


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A running server, gone when the block ends."""
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
