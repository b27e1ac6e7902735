"""Speaks HTTP as it is typed: no client of ours tidies a path or a header up on the way."""

from __future__ import annotations

import socket
from collections.abc import Mapping


def ask(port: int, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> str:
    """The whole answer of this machine to one request, as text."""
    lines = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    with socket.create_connection(("127.0.0.1", port), timeout=20) as caller:
        caller.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        return b"".join(iter(lambda: caller.recv(65536), b"")).decode("utf-8", "replace")


def status(answer: str) -> int:
    """The status of an answer."""
    return int(answer.split(" ", 2)[1])
