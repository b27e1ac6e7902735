"""A deadline for a whole exchange, where httpx only knows one per read.

httpx's read timeout starts again with every byte: a server that drips keeps a call open for hours. Here every
wait on the network, from the connection to the last byte, gets at most what is left until the deadline.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore

_ENDS_AT: ContextVar[float] = ContextVar("afas_call_ends_at")
_PIECE = 64 * 1024


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Everything that this thread does on the network within the block ends in time, or fails."""
    token = _ENDS_AT.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ENDS_AT.reset(token)


def _left(timeout: float | None, failure: type[httpcore.TimeoutException]) -> float | None:
    """The smaller of the timeout and the seconds until the deadline; raises when that has passed."""
    ends_at = _ENDS_AT.get(None)
    if ends_at is None:
        return timeout
    left = ends_at - time.monotonic()
    if left <= 0:
        raise failure("the deadline of the call has passed")
    return left if timeout is None else min(timeout, left)


class PunctualStream(httpcore.NetworkStream):
    """A connection that keeps to the deadline of the call it serves."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """As httpcore's, in time."""
        return self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """As httpcore's, in pieces: a server that reads slowly is a drip as well."""
        for start in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[start : start + _PIECE], _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """As httpcore's, in time."""
        left = _left(timeout, httpcore.ConnectTimeout)
        return PunctualStream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks about the socket."""
        return self._stream.get_extra_info(info)


class PunctualNetwork(httpcore.NetworkBackend):
    """Opens connections that keep to the deadline of the call."""

    def __init__(self) -> None:
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """As httpcore's, in time."""
        left = _left(timeout, httpcore.ConnectTimeout)
        return PunctualStream(self._network.connect_tcp(host, port, left, local_address, socket_options))

    def sleep(self, seconds: float) -> None:
        """Part of the protocol; used by httpcore's own retries, which are off."""
        self._network.sleep(seconds)
