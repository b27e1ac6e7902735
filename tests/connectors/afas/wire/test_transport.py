"""Against a server of raw bytes: what only shows on a real connection."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from connectors.afas import AfasClient, AfasOptions
from domain.errors import AskForLess, OutcomeUnknown, TryLater, UnreadableAnswer
from domain.outbox.afas_call import Call
from domain.pull.query import Condition, Operator, any_of
from tests.connectors.afas.conftest import CLASSIC

PAGE = b'{"skip":0,"take":1,"rows":[{"Id":1}]}'
Speak = Callable[[socket.socket], None]


class RawServer:
    """Reads requests and lets ``speak`` answer them; counts connections and keeps what was asked."""

    def __init__(self, speak: Speak) -> None:
        self._speak = speak
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.closing = threading.Event()
        self.connections = 0
        self.asked: list[bytes] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/ProfitRestServices"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                while request := _request(connection):
                    self.asked.append(request)
                    self._speak(connection)
            except OSError:
                return

    def close(self) -> None:
        self.closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)


def _request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65536)
        if not more:
            return b""
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"), 0
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head


@contextmanager
def _talking(speak: Speak, **options: Any) -> Iterator[tuple[RawServer, AfasClient]]:
    server = RawServer(speak)
    settings: dict[str, Any] = {"retry_for": 0.0, **options}
    with AfasClient(AfasOptions(server.address, CLASSIC, **settings)) as client:
        try:
            yield server, client
        finally:
            client.close()
            server.close()


def _answer(body: bytes, *headers: bytes, status: bytes = b"200 OK", length: int | None = None) -> bytes:
    lines = [
        b"HTTP/1.1 " + status,
        b"Content-Length: %d" % (len(body) if length is None else length),
        *headers,
    ]
    return b"\r\n".join([*lines, b"", body])


def _dripping(whole: bytes, ended: threading.Event) -> Speak:
    """One byte every few milliseconds, for as long as anyone listens."""

    def speak(connection: socket.socket) -> None:
        try:
            for byte in whole:
                connection.sendall(bytes([byte]))
                time.sleep(0.005)
        finally:
            ended.set()

    return speak


@pytest.fixture
def silence() -> Iterator[threading.Event]:
    """A server waits for this before it would answer; it ends with the test."""
    ends = threading.Event()
    yield ends
    ends.set()


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_server_that_drips_is_cut_off_at_the_deadline(part):
    """It would drip for minutes: that the call ends while it drips, and not before its time, is the proof."""
    ended = threading.Event()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n"
    whole = (head + b"X-Padding: " + b"x" * 80_000) if part == "headers" else (head + b"\r\n" + b" " * 80_000)
    with _talking(_dripping(whole, ended), read_deadline=0.4) as (_server, client):
        started = time.monotonic()
        with pytest.raises(TryLater):
            client.newest("X", ("Id",))
        assert time.monotonic() - started > 0.3
        assert ended.wait(60), "the connection must be closed, so that the server notices"


def test_a_write_that_gets_no_answer_in_time_may_have_happened(silence):
    with _talking(lambda _connection: silence.wait(60), write_deadline=0.2) as (server, client):
        with pytest.raises(OutcomeUnknown):
            client.send(Call("PUT", "PtDeclaration", {}))
        assert len(server.asked) == 1
        silence.set()


def test_a_server_that_does_not_read_is_cut_off_at_the_deadline():
    listener = socket.create_server(("127.0.0.1", 0))
    with listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        with AfasClient(AfasOptions(address, CLASSIC, write_deadline=0.4)) as client:
            body: dict[str, object] = {"FileStream": "x" * 20_000_000}
            with pytest.raises(OutcomeUnknown):  # nobody ever reads, so nothing but the deadline ends it
                client.send(Call("POST", "KnSubject", body))


def test_nobody_listening_means_that_nothing_was_sent():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with AfasClient(AfasOptions(f"http://127.0.0.1:{port}/x", CLASSIC)) as client, pytest.raises(TryLater):
        client.send(Call("PUT", "PtDeclaration", {}))


def test_a_small_answer_that_would_unpack_to_a_flood_is_refused():
    bomb = gzip.compress(b" " * 50_000_000)
    with (
        _talking(lambda c: c.sendall(_answer(bomb, b"Content-Encoding: gzip")), most_bytes=1_000_000) as (
            _server,
            client,
        ),
        pytest.raises(AskForLess),
    ):
        client.newest("X", ("Id",))


def test_an_answer_without_end_is_refused():
    def speak(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"1000\r\n" + b" " * 0x1000 + b"\r\n")

    with _talking(speak, most_bytes=1_000_000) as (_server, client), pytest.raises(AskForLess):
        client.newest("X", ("Id",))


def test_a_compressed_page_is_read():
    page = _answer(gzip.compress(PAGE), b"Content-Encoding: gzip")
    with _talking(lambda c: c.sendall(page)) as (_server, client):
        assert client.newest("X", ("Id",)) == {"Id": 1}


def _cut_without_length(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + PAGE[:-5])
    connection.shutdown(socket.SHUT_WR)


def _cut_before_the_length(connection: socket.socket) -> None:
    connection.sendall(_answer(PAGE[:-5], length=len(PAGE)))
    connection.shutdown(socket.SHUT_WR)


def _cut_gzip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(PAGE)[:-9])
    connection.shutdown(socket.SHUT_WR)


def _broken_gzip(connection: socket.socket) -> None:
    connection.sendall(_answer(b"no gzip at all", b"Content-Encoding: gzip"))


@pytest.mark.parametrize("speak", [_cut_without_length, _cut_before_the_length, _cut_gzip, _broken_gzip])
def test_an_answer_that_is_cut_off_is_never_taken_for_a_whole_one(speak):
    with _talking(speak) as (_server, client), pytest.raises((UnreadableAnswer, TryLater)):
        client.newest("X", ("Id",))


def test_a_write_whose_answer_is_cut_off_may_have_happened():
    def speak(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{")
        connection.shutdown(socket.SHUT_RDWR)

    with _talking(speak) as (server, client), pytest.raises(OutcomeUnknown):
        client.send(Call("PUT", "PtDeclaration", {}))
    assert len(server.asked) == 1


def test_a_redirection_is_not_followed():
    elsewhere = RawServer(lambda c: c.sendall(_answer(PAGE)))
    location = f"Location: {elsewhere.address}".encode()
    with _talking(lambda c: c.sendall(_answer(b"", location, status=b"302 Found"))) as (_server, client):
        with pytest.raises(UnreadableAnswer):
            client.newest("X", ("Id",))
        with pytest.raises(OutcomeUnknown):
            client.send(Call("PUT", "PtDeclaration", {}))
    assert elsewhere.connections == 0
    elsewhere.close()


def test_a_proxy_of_the_environment_never_sees_the_token(monkeypatch):
    proxy = RawServer(lambda c: c.sendall(_answer(PAGE)))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, proxy.address)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with _talking(lambda c: c.sendall(_answer(PAGE))) as (server, client):
        assert client.newest("X", ("Id",)) == {"Id": 1}
    assert (server.connections, proxy.connections) == (1, 0)
    proxy.close()


def test_one_connection_serves_many_calls_and_never_asks_to_close():
    with _talking(lambda c: c.sendall(_answer(PAGE))) as (server, client):
        for _ in range(5):
            client.newest("X", ("Id",))
    assert server.connections == 1
    assert not any(b"connection: close" in request.lower() for request in server.asked)


def test_the_query_goes_out_as_it_was_counted():
    window = (
        (
            Condition("ChangedOn", Operator.AT_LEAST, "2026-11-20T14:03:27"),
            Condition("Id", Operator.GREATER, "7"),
        ),
    )
    with _talking(lambda c: c.sendall(_answer(PAGE))) as (server, client):
        client.rows("X", window, ("Id",), 5)
        client.rows("X", any_of("Name", ['é, {b} "c" 100%']), (), 5)
    lists, as_json = (request.split(b"\r\n")[0].decode() for request in server.asked)
    assert lists == (
        "GET /ProfitRestServices/connectors/X?skip=0&take=5&orderbyfieldids=Id&filterfieldids=ChangedOn,Id"
        "&filtervalues=2026-11-20T14:03:27,7&operatortypes=2,4 HTTP/1.1"
    )
    assert as_json.endswith(
        "%22%23text%22:%22%C3%A9,%20%7Bb%7D%20%5C%22c%5C%22%20100%25%22%7D%5D%7D%5D%7D%7D HTTP/1.1"
    )
