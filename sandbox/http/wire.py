"""The bytes on the line: headers, compression, framing, and the faults about them."""

import socket
import struct
import threading
import uuid
import zlib
from collections.abc import Iterator
from http.client import responses

from sandbox.faults.faults import Rule
from sandbox.http.answers import Response
from sandbox.http.environment import Environment
from sandbox.http.request import Request

_GZIP = 31  # zlib's window bits for the gzip format
_SMALL = 1_000  # bytes below which nothing is compressed
_CHUNK = 65_536


class Cut(Exception):  # noqa: N818 - it is what is to be done, not a fault
    """The connection is to be closed now; the fault asked for it."""


def send(
    line: socket.socket, environment: Environment, request: Request, answer: Response, rule: Rule | None
) -> None:
    """Send an answer, with the wire fault of this call. Raises Cut when the connection must not be used
    again, OSError when the caller is gone."""
    if rule and rule.kind in _FAULTS and answer.status:
        _FAULTS[rule.kind](line, answer, rule, environment.closing)
        raise Cut
    if answer.status == 0:
        raise Cut
    line.sendall(whole(environment, request, answer))


def whole(environment: Environment, request: Request, answer: Response) -> bytes:
    """Status line, headers and body. A compressed answer is chunked, as AFAS's are; another has its
    length."""
    body = answer.payload()
    level = environment.options.gzip_level
    asked = "gzip" in (request.headers.get("accept-encoding") or "").lower()
    if level is None or not asked or len(body) < _SMALL or answer.status != 200:
        return head(answer, {"Content-Length": str(len(body))}) + body
    packed = _packed(body, level)
    framing = {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}
    return b"".join((head(answer, framing), b"%x\r\n" % len(packed), packed, b"\r\n0\r\n\r\n"))


def head(answer: Response, framing: dict[str, str]) -> bytes:
    """Status line and headers, with the empty line. Only what reached the application layer can be traced."""
    headers = {
        "Cache-Control": "no-store, no-cache",
        "Content-Type": answer.content_type,
        **answer.headers,
        **framing,
    }
    if answer.status not in (401, 403, 413, 503):
        headers["X-Trace-Identifier"] = str(uuid.uuid4())
    lines = [f"HTTP/1.1 {answer.status} {responses.get(answer.status, '')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def reset(line: socket.socket) -> None:
    """Close so that the other side gets a reset, not an end."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _packed(body: bytes, level: int) -> bytes:
    press = zlib.compressobj(level, zlib.DEFLATED, _GZIP)
    return press.compress(body) + press.flush()


def _truncate(line: socket.socket, answer: Response, rule: Rule, _closing: threading.Event) -> None:
    """Half of the body. `framing`: 'right' (the length of what is sent), 'wrong' (the length of all),
    'none'."""
    body = answer.payload()
    sent = body[: int(rule.settings.get("bytes", len(body) // 2))]
    length = {"right": {"Content-Length": str(len(sent))}, "wrong": {"Content-Length": str(len(body))}}
    framing = length.get(str(rule.settings.get("framing", "right")), {"Connection": "close"})
    line.sendall(head(answer, framing) + sent)


def _drip(line: socket.socket, answer: Response, rule: Rule, closing: threading.Event) -> None:
    """The true answer, `bytes` at a time, `pause` seconds between."""
    body, step = answer.payload(), int(rule.settings.get("bytes", 1))
    line.sendall(head(answer, {"Content-Length": str(len(body))}))
    for start in range(0, len(body), step):
        line.sendall(body[start : start + step])
        if closing.wait(float(rule.settings.get("pause", 0.1))):
            return


def _endless(line: socket.socket, answer: Response, rule: Rule, closing: threading.Event) -> None:
    """A body that does not end before `most` bytes (1 GB without); `gzip`: little on the line, much
    unpacked."""
    packed = bool(rule.settings.get("gzip"))
    framing = {"Transfer-Encoding": "chunked", **({"Content-Encoding": "gzip"} if packed else {})}
    line.sendall(head(answer, framing))
    for part in _without_end(packed=packed, most=int(rule.settings.get("most", 1_000_000_000))):
        if closing.is_set():
            return
        line.sendall(b"%x\r\n%b\r\n" % (len(part), part))


def _without_end(*, packed: bool, most: int) -> Iterator[bytes]:
    press = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    part = b'{"skip":0,"take":100,"rows":['
    for _ in range(0, most, _CHUNK):
        out = press.compress(part) + press.flush(zlib.Z_SYNC_FLUSH) if packed else part
        part = b" " * _CHUNK
        yield out


_FAULTS = {"truncate": _truncate, "drip": _drip, "endless": _endless}
