"""The server hangs up on who begins a request and does not go on; nobody else is kept out meanwhile."""

from __future__ import annotations

import resource
import socket
import threading
import time
from contextlib import ExitStack, contextmanager

import pytest

from tests.web.raw import ask, status
from workers.run import patience
from workers.run.serve import listen, serve

pytestmark = pytest.mark.slow

HALF = b"GET / HTTP/1.1\r\nHost: x\r\nX-More: "
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
LONG = b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n"


async def echo(scope, receive, send):
    """Answers when the whole body is there; ``/early`` at once; ``/long`` with more than fits anywhere."""
    while scope["path"] != "/early" and (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(400 if scope["path"] == "/long" else 0):
        await send({"type": "http.response.body", "body": bytes(100_000), "more_body": True})
    await send({"type": "http.response.body", "body": b"whole"})


@pytest.fixture
def port(monkeypatch):
    monkeypatch.setattr(patience, "HEADERS_WITHIN", 1.0)
    monkeypatch.setattr(patience, "NOTHING_FOR", 1.0)
    monkeypatch.setattr(patience, "BODY_WITHIN", 3.0)
    listener, stop = listen("127.0.0.1", 0), threading.Event()
    arguments = (echo, listener, stop, lambda: None)
    thread = threading.Thread(target=serve, args=arguments, kwargs={"stop_seconds": 2}, daemon=True)
    thread.start()
    yield int(listener.getsockname()[1])
    stop.set()
    thread.join(10)


@contextmanager
def connected(port, said=b""):
    with socket.create_connection(("127.0.0.1", port), timeout=60) as caller:
        caller.sendall(said)
        yield caller


def hung_up(caller) -> bool:
    """Whether the other side ends the connection before a minute is over."""
    try:
        while caller.recv(65536):
            pass
    except ConnectionError:
        pass
    return True


@pytest.mark.parametrize("said", [b"", b"G", HALF, POST, POST + b"x" * 10, POST.replace(b"/", b"/early", 1)])
def test_who_begins_and_does_not_go_on_is_hung_up_on(port, said):
    with connected(port, said) as caller:
        assert hung_up(caller)


@pytest.mark.parametrize("begin", [HALF, POST])
def test_a_byte_now_and_then_does_not_keep_a_connection(port, begin):
    with connected(port, begin) as caller:
        caller.settimeout(0.2)
        assert ended_while_dripping(caller)


def ended_while_dripping(caller) -> bool:
    """Whether the connection ends within a minute although a byte comes five times a second."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            caller.sendall(b"x")
            if not caller.recv(65536):
                return True
        except TimeoutError:
            continue
        except ConnectionError:
            return True
    return False


def test_who_does_not_take_the_answer_is_hung_up_on(port):
    with connected(port, LONG) as caller:
        until_nobody_is_there(port, caller)


def until_nobody_is_there(port, caller):
    """The whole answer (40 MB) never comes: the connection ends before."""
    time.sleep(3)  # longer than nothing was taken for
    taken = 0
    try:
        while piece := caller.recv(1 << 20):
            taken += len(piece)
    except ConnectionError:
        pass
    assert taken < 400 * 100_000


def test_one_that_asks_again_on_its_connection_is_answered_again(port):
    request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    with connected(port) as caller:
        for _ in range(3):
            caller.sendall(request)
            assert b"whole" in until_whole(caller)
            time.sleep(0.3)


def until_whole(caller) -> bytes:
    got = b""
    while b"0\r\n\r\n" not in got:
        got += caller.recv(65536)
    return got


def test_fifteen_hundred_half_requests_keep_nobody_out_and_end(port):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8192)), hard))
    with ExitStack() as stack:
        callers = [stack.enter_context(connected(port, HALF)) for _ in range(1500)]
        assert status(ask(port, "/")) == 200
        assert all(hung_up(caller) for caller in callers)
