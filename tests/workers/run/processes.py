"""Processes of ours, started as a person starts them: their settings, their log, their end."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import psycopg

from connectors.embedded.postgres import EmbeddedPostgres
from connectors.store.sealed.keyring import new_ring, save

PATIENCE = 60.0


def on(database: str, folder: Path) -> dict[str, str]:
    """Settings for a database of somebody's own, whose keys must be named too."""
    keys = folder / "keys.json"
    if not keys.exists():
        save(keys, new_ring())
    return {"DATABASE_URL": database, "LOONBRUG_KEYS_FILE": str(keys)}


class Up:
    """A running ``loonbrug up`` (or one part of it), its log in a file."""

    def __init__(self, environ: Mapping[str, str], log: Path, *arguments: str) -> None:
        self.environ = environ
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "workers", *(arguments or ("up",))],
                env=dict(environ),
                cwd=log.parent,
                stdout=output,
                stderr=output,
            )

    def told(self) -> str:
        return self.log.read_text("utf-8", errors="replace")

    def ready(self) -> bool:
        assert self.process.poll() is None, self.told()
        try:
            return httpx.get(f"http://{self.environ['LOONBRUG_HTTP']}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40)


def wait_for(what: Callable[[], object], running: Up, seconds: float = PATIENCE) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, running.told()[-4000:]
        time.sleep(0.05)


def database_of(environ: Mapping[str, str]) -> str:
    return EmbeddedPostgres(Path(environ["LOONBRUG_DATA"])).url


def runs_done(environ: Mapping[str, str]) -> int:
    try:
        with psycopg.connect(database_of(environ), connect_timeout=2) as connection:
            row = connection.execute("select count(*) from run where state = 'done'").fetchone()
    except psycopg.OperationalError:
        return 0
    return row[0] if row else 0


def pid_of(running: Up, name: str) -> int:
    lines = [line for line in running.told().splitlines() if line.startswith(f"{name}: started")]
    return int(lines[-1].partition("(pid ")[2].rstrip(")"))


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def command(environ: Mapping[str, str], folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workers", *words],
        env=dict(environ),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
