"""The HTTP server in front of the sandbox: connections, bodies, and one call after another."""

import socket
import sys
import threading
import time
from dataclasses import replace
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sandbox.http import control, misbehaviour, wire
from sandbox.http.answers import XML, Response
from sandbox.http.environment import Environment
from sandbox.http.request import Request

BODY_LIMIT = 75_000_000  # bytes of a request, attachments included; AFAS: knsubject-post.md


class SandboxServer(ThreadingHTTPServer):
    """Listens on one port of this machine; one thread per connection."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, environment: Environment, port: int = 0, host: str = "127.0.0.1") -> None:
        self.environment = environment
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__((host, port), Handler)

    @property
    def url(self) -> str:
        """The base address, as a client needs it."""
        return f"http://127.0.0.1:{self.server_port}/ProfitRestServices"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that closing the server ends it."""
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget and close a connection."""
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is no error of ours; anything else is, and is shown."""
        if not isinstance(sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def close(self) -> None:
        """Stop listening and end every connection."""
        self.environment.closing.set()
        self.shutdown()
        self.server_close()
        with self._guard:
            for line in self._open:
                _end(line)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: SandboxServer

    def do_GET(self) -> None:
        """Read the whole request and answer it."""
        self._call()

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the standard library wants these names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log nothing: request lines hold filter values."""

    def _call(self) -> None:
        environment, started = self.server.environment, time.monotonic()
        try:
            body = self._body()
        except ValueError:
            self._give_up(400)
            return
        if body is None:
            self._give_up(413)
            return
        request = Request(
            self.command, self.path, {name.lower(): text for name, text in self.headers.items()}, body
        )
        if self.path.startswith("/sandbox/"):
            self.connection.sendall(wire.whole(environment, request, control.answer(environment, request)))
        else:
            self._exchange(environment, request, started)

    def _give_up(self, status: int) -> None:
        """Answer without having read the whole request: the connection cannot go on."""
        self.close_connection = True
        self.connection.sendall(wire.head(Response(status, content_type=XML), {"Content-Length": "0"}))

    def _exchange(self, environment: Environment, request: Request, started: float) -> None:
        connector, verb = request.connector, request.verb
        with environment.calls.underway(connector, verb) as number:
            rule = environment.faults.choose(connector, verb)
            answer = misbehaviour.behave(environment, request, number, rule)
            told = format_datetime(environment.world.clock.utc(), usegmt=True)
            answer = replace(answer, headers={"Date": told, **answer.headers})
            environment.calls.answered(connector, verb, answer.status)
            environment.latency.wait(answer.rows, time.monotonic() - started)
            try:
                wire.send(self.connection, environment, request, answer, rule)
            except wire.Cut:
                self.close_connection = True
                if rule and (rule.kind == "reset" or rule.settings.get("rst")):
                    wire.reset(self.connection)

    def _body(self) -> bytes | None:
        """The request's body; None when it is larger than AFAS takes. Raises ValueError for bad framing."""
        if "chunked" in (self.headers.get("Transfer-Encoding") or "").lower():
            return self._chunks()
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(length) if length <= BODY_LIMIT else None

    def _chunks(self) -> bytes | None:
        parts, total = [], 0
        while size := int(self.rfile.readline(100).split(b";")[0] or b"0", 16):
            total += size
            if total > BODY_LIMIT:
                return None
            parts.append(self.rfile.read(size))
            self.rfile.readline(10)
        while self.rfile.readline(1_000).strip():
            pass
        return b"".join(parts)


def _end(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
