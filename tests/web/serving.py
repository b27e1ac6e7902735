"""A real process that serves the API on a port of its own: ``python -m tests.web.serving DATABASE_URL``."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import uvicorn

from connectors.pdf.look import PdfInspector
from connectors.store.access.api_keys import ApiKeys
from connectors.store.database import Database
from connectors.store.decisions.decisions import Decisions
from connectors.store.decisions.portal_reads import Portal
from connectors.store.running.readiness import Readiness
from tests.web.conftest import HeardWake, ShelfOfFiles
from web.app import create_app
from web.services import WebServices


@dataclass(frozen=True)
class Serving:
    """A running server."""

    address: str
    process: subprocess.Popen[str]


@contextmanager
def serving(database_url: str) -> Iterator[Serving]:
    """Start a server and wait until it listens; it is gone when the block ends."""
    command = [sys.executable, "-m", "tests.web.serving", database_url]
    here = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=here) as process:
        try:
            assert process.stdout
            yield Serving(f"http://127.0.0.1:{int(process.stdout.readline())}", process)
        finally:
            process.kill()


def main() -> None:
    """Serve until killed; the port is the first line that is printed."""
    database = Database(sys.argv[1], size=8)
    services = WebServices(
        environment="main",
        flows=(),
        reads=Portal(database),
        open_work=Decisions(database),
        wake=HeardWake(),
        keys=ApiKeys(database),
        files=ShelfOfFiles(),
        look_through=PdfInspector(),
        readiness=Readiness(database),
        store_errors=(psycopg.OperationalError,),
    )
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)  # noqa: T201 - this is how we are found
    config = uvicorn.Config(create_app(services), access_log=False, server_header=False, log_config=None)
    uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    main()
