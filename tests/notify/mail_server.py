"""A mail server on this machine that keeps what it is given."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class MailServer(socketserver.ThreadingTCPServer):
    """``mails`` holds what was accepted. ``refuse`` maps a command to the reply that it gets instead.

    ``tls``: spoken from the first byte (``at_once``) or after STARTTLS. ``clear``: what came unencrypted.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None = None, *, at_once: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.tls = tls
        self.at_once = at_once
        self.clear: list[str] = []
        self.mails: list[str] = []
        self.refuse: dict[str, str] = {}

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        if self.server.at_once and not self._encrypt():
            return
        self._say("220 test")
        while line := self.rfile.readline().decode().strip():
            word = line.partition(" ")[0].upper()
            if not isinstance(self.connection, ssl.SSLSocket):
                self.server.clear.append(line)
            if word == "EHLO" and self.server.tls:
                self._say("250-test")
                self._say("250 STARTTLS")
            elif word == "STARTTLS" and self.server.tls:
                self._say("220 go on")
                if not self._encrypt():
                    return
            elif word in self.server.refuse:
                self._say(self.server.refuse[word])
            elif word == "DATA":
                self._say("354 go on")
                self.server.mails.append(self._data())
                self._say("250 kept")
            else:
                self._say("221 bye" if word == "QUIT" else "250 fine")
            if word == "QUIT":
                return

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def _encrypt(self) -> bool:
        """False: the other side did not want to go on."""
        assert self.server.tls
        try:
            self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        except OSError:
            return False
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        return True

    def _data(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode()) not in (".\r\n", ""):
            lines.append(line)
        return "".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None, *, at_once: bool = False) -> Iterator[MailServer]:
    """A running server, gone when the block ends."""
    with MailServer(tls, at_once=at_once) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
