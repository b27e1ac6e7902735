"""One exchange with AFAS over httpx: the configured host only, in time, with a bound on what we accept."""

from __future__ import annotations

import logging
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import httpcore
import httpx

from connectors.afas.options import AfasOptions
from connectors.afas.wire.deadline import PunctualNetwork, deadline
from connectors.afas.wire.told_time import ToldTime

CONNECTIONS = 8
"""More than the calls we allow in flight: a call never waits here, it waits for its slot."""


class TooManyBytesError(Exception):
    """The answer is larger than we accept, after decoding."""


class GarbledError(Exception):
    """The answer's compression is broken, cut off, or of a kind that we did not ask for."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whole and decompressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def trace(self) -> str | None:
        """By which AFAS can find this call (Profit 7 and later)."""
        return self.headers.get("x-trace-identifier")


class Transport:
    """Thread-safe; connections are kept and shared. ``wire`` replaces the network in tests."""

    def __init__(self, options: AfasOptions, wire: httpx.BaseTransport | None = None) -> None:
        _quiet()
        self.told_time = ToldTime()
        self._base = options.address.rstrip("/")
        self._most_bytes = options.most_bytes
        self._connect_deadline = options.connect_deadline
        self._http = httpx.Client(
            transport=wire or _punctual(options.keep_alive), follow_redirects=False, trust_env=False
        )

    def exchange(
        self,
        verb: str,
        target: str,
        *,
        headers: Mapping[str, str],
        content: bytes | None = None,
        seconds: float,
    ) -> Reply:
        """Send one request to ``target`` (path and query below the base address) and read its answer.

        ``seconds`` is for all of it. Raises httpx.TransportError, TooManyBytesError, GarbledError.
        """
        timeout = httpx.Timeout(seconds, connect=min(seconds, self._connect_deadline))
        with (
            deadline(seconds),
            self._http.stream(
                verb, f"{self._base}/{target}", headers=dict(headers), content=content, timeout=timeout
            ) as response,
        ):
            self.told_time.hear(response.headers.get("date"))
            return Reply(response.status_code, response.headers, self._body(response))

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def _body(self, response: httpx.Response) -> bytes:
        """Decompress ourselves: httpx would blow up 64 KiB to 64 MiB before anyone could look."""
        coding = response.headers.get("content-encoding", "identity").strip().lower()
        if coding == "gzip":
            return self._unzipped(response)
        if coding != "identity":
            raise GarbledError("a compression that we did not ask for")
        pieces, size = [], 0
        for piece in response.iter_raw():
            size += len(piece)
            self._check(size)
            pieces.append(piece)
        return b"".join(pieces)

    def _unzipped(self, response: httpx.Response) -> bytes:
        gzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        pieces, size = [], 0
        try:
            for raw in response.iter_raw():
                piece = gzip.decompress(raw, self._most_bytes - size + 1)
                size += len(piece)
                self._check(size)
                pieces.append(piece)
        except zlib.error:
            raise GarbledError("broken compression") from None
        if pieces and not gzip.eof:
            raise GarbledError("cut off")
        return b"".join(pieces)

    def _check(self, size: int) -> None:
        if size > self._most_bytes:
            raise TooManyBytesError(f"more than {self._most_bytes} bytes")


def _punctual(keep_alive: float) -> httpx.HTTPTransport:
    """httpx's transport, with connections that keep to the deadline.

    httpx has no door for httpcore's network backend, hence the pool put in its place; a test with a dripping
    server fails should httpx ever rename it.
    """
    tls = _tls()
    transport = httpx.HTTPTransport(verify=tls, trust_env=False, retries=0)
    transport._pool = httpcore.ConnectionPool(
        ssl_context=tls,
        max_connections=CONNECTIONS,
        max_keepalive_connections=CONNECTIONS,
        keepalive_expiry=keep_alive,
        network_backend=PunctualNetwork(),
    )
    return transport


def _tls() -> ssl.SSLContext:
    """Certificates are checked; TLS 1.2 or newer, as AFAS requires (AFAS: authentication.md)."""
    context = httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _quiet() -> None:
    """At INFO httpx logs whole addresses, filter values included; at DEBUG httpcore logs the token."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
