"""A pooler in transaction mode, as small as one can be: it lends a server connection per transaction."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg.conninfo import conninfo_to_dict

READY, IDLE = b"Z", b"I"


class Pooler:
    """Hands its connections out ``in_turn``, or the one that came back last."""

    def __init__(self, url: str, *, in_turn: bool, size: int) -> None:
        self._where = conninfo_to_dict(url)
        self._in_turn = in_turn
        self._free: list[socket.socket] = []
        self._back = threading.Condition()
        self._welcome = b""
        for _ in range(size):
            server, self._welcome = self._connect()
            self._free.append(server)
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        port = self._listener.getsockname()[1]
        return f"postgresql://{self._where['user']}@127.0.0.1:{port}/{self._where['dbname']}?sslmode=disable"

    def close(self) -> None:
        self._listener.close()
        for server in self._free:
            server.close()

    def _connect(self) -> tuple[socket.socket, bytes]:
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{self._where['host']}/.s.PGSQL.{self._where['port']}")
        asked = b"".join(
            f"{name}\0{self._where[key]}\0".encode()
            for name, key in (("user", "user"), ("database", "dbname"))
        )
        server.sendall((len(asked) + 9).to_bytes(4, "big") + b"\0\3\0\0" + asked + b"\0")
        return server, b"".join(_until_ready(server))

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError, EOFError), client:
            _read(client, int.from_bytes(_read(client, 4), "big") - 4)
            client.sendall(self._welcome)
            while True:
                first = _message(client)
                with self._lent() as server:
                    self._transaction(client, server, first)

    def _transaction(self, client: socket.socket, server: socket.socket, message: bytes) -> None:
        while True:
            server.sendall(message)
            if message[:1] in (b"Q", b"S"):  # a query, or the sync behind an extended one
                answer = list(_until_ready(server))
                client.sendall(b"".join(answer))
                if answer[-1][-1:] == IDLE:
                    return
            message = _message(client)

    @contextmanager
    def _lent(self) -> Iterator[socket.socket]:
        with self._back:
            self._back.wait_for(lambda: self._free)
            server = self._free.pop(0 if self._in_turn else -1)
        try:
            yield server
        finally:
            with self._back:
                self._free.append(server)
                self._back.notify()


def _message(source: socket.socket) -> bytes:
    head = _read(source, 5)
    if head[:1] == b"X":
        raise EOFError
    return head + _read(source, int.from_bytes(head[1:], "big") - 4)


def _until_ready(server: socket.socket) -> Iterator[bytes]:
    while True:
        message = _message(server)
        yield message
        if message[:1] == READY:
            return


def _read(source: socket.socket, size: int) -> bytes:
    read = b""
    while len(read) < size:
        piece = source.recv(size - len(read))
        if not piece:
            raise EOFError
        read += piece
    return read


@contextmanager
def pooled(url: str, *, in_turn: bool = False, size: int = 3) -> Iterator[str]:
    """The address of a pooler before that database; it proves that it pools."""
    pooler = Pooler(url, in_turn=in_turn, size=size)
    try:
        with psycopg.connect(pooler.url, autocommit=True) as session:
            assert session.execute("select 1").fetchone() == (1,)
        yield pooler.url
    finally:
        pooler.close()
