"""A mail server on this machine that keeps what it is given."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class MailServer(socketserver.ThreadingTCPServer):
    """``mails`` holds what was accepted. ``refuse`` maps a command to the reply that it gets instead.

    ``refuse_recipients`` does so by address; ``offers`` are extensions; ``envelopes`` MAIL and RCPT lines.
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
        self.refuse_recipients: dict[str, str] = {}
        self.offers: list[str] = []
        self.envelopes: list[str] = []

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
            if word in ("MAIL", "RCPT"):
                self.server.envelopes.append(word + line[4:])
            if word == "STARTTLS" and self.server.tls:
                self._say("220 go on")
                if not self._encrypt():
                    return
            else:
                self._answer(word, line)
            if word == "QUIT":
                return

    def _answer(self, word: str, line: str) -> None:
        refusal = self.server.refuse.get(word) or self._refusal(line)
        if refusal:
            self._say(refusal)
        elif word == "EHLO":
            for each in ["test", *(["STARTTLS"] if self.server.tls else []), *self.server.offers]:
                self._say(f"250-{each}")
            self._say("250 HELP")
        elif word == "DATA":
            self._say("354 go on")
            self.server.mails.append(self._data())
            self._say("250 kept")
        else:
            self._say("221 bye" if word == "QUIT" else "250 fine")

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

    def _refusal(self, line: str) -> str | None:
        refused = self.server.refuse_recipients
        return next((reply for address, reply in refused.items() if f"<{address}>" in line), None)

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
