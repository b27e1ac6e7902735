"""The web part: uvicorn in a thread, so that stopping is ours to decide."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
import uvicorn
from psycopg import OperationalError

from domain.errors import LoonbrugError
from workers.run.patience import LONGEST_HEADERS, PatientProtocol

log = structlog.get_logger("loonbrug.serve")

_ALIVE_EVERY = 5.0


class AddressTaken(LoonbrugError):  # noqa: N818  # named like the rest of the tree
    """Something else listens where we should."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises AddressTaken, in words for a person."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise AddressTaken(
            f"cannot listen on {host}:{port}: {error.strerror}; look at LOONBRUG_HTTP"
        ) from error


def serve(
    app: Any,
    listener: socket.socket,
    stop: threading.Event,
    alive: Callable[[], None],
    *,
    stop_seconds: float,
) -> int:
    """Answer requests until told to stop, then finish those under way. Returns the exit code."""
    config = uvicorn.Config(
        app,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # who really connects decides whether a header of sign-on counts
        log_config=None,
        http=PatientProtocol,
        h11_max_incomplete_event_size=LONGEST_HEADERS,
        timeout_graceful_shutdown=max(1, int(stop_seconds)),
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name="web", daemon=True)
    thread.start()
    while not stop.wait(_ALIVE_EVERY) and thread.is_alive():
        with suppress(OperationalError):
            alive()
    ended_by_itself = not stop.is_set()
    server.should_exit = True
    thread.join(stop_seconds + 2)
    log.info("stopped serving")
    return 1 if ended_by_itself else 0
