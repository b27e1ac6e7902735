"""Who may hand a file in is decided before it is read, and what it costs is bounded."""

from __future__ import annotations

import json
from dataclasses import replace

import anyio
import pytest
from starlette.types import Message, Receive

from domain.access.api_key import Scope
from domain.decisions.signed_pdf import PlainPdf
from domain.errors import Incomplete
from domain.message import Message as Said
from tests.stages.decisions.pdfs import pdf
from tests.stages.decisions.portal_world import (
    APPROVER,
    COLLEAGUE,
    DOCUMENT,
    DOCUMENT_OF_OTHER,
    EVIDENCE,
    MINE,
    STRANGER,
)
from tests.stages.loops import run
from tests.web.asking import hand_in, problem, refused
from web.app import create_app
from web.requests.uploads import MOST_AT_ONCE

pytestmark = pytest.mark.slow

GONE = {"type": "http.disconnect"}


class WatchedLook:
    """Remembers what was looked through; all is plain."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []

    async def __call__(self, content: bytes) -> PlainPdf:
        self.seen.append(content)
        return PlainPdf(content)


class EndlessLook:
    """Looks until it is stopped."""

    def __init__(self) -> None:
        self.began, self.stopped = anyio.Event(), False

    async def __call__(self, content: bytes) -> PlainPdf:
        self.began.set()
        try:
            await anyio.sleep_forever()
        finally:
            self.stopped = True
        raise Incomplete("file", Said("pdf.unreadable"))


@pytest.fixture
def look():
    return WatchedLook()


@pytest.fixture
def services(services, look):
    return replace(services, look_through=look)


@pytest.fixture
def portal(services, keys, world):
    """The application, and a key of the whole environment."""
    _, secret = keys.create(name="raw", scopes=[Scope.PORTAL], environment="main")
    return create_app(services), secret


async def ask(app, secret: str, receive: Receive, document: int = DOCUMENT) -> tuple[int, dict[str, str]]:
    """Post to a document as a server would pass it on. Returns status and headers."""
    headers = {
        "authorization": f"Bearer {secret}",
        "content-type": "multipart/form-data; boundary=x",
        "transfer-encoding": "chunked",
    }
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/v1/documents/{document}/sign",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    told: list[Message] = []

    async def send(message: Message) -> None:
        told.append(message)

    await app(scope, receive, send)
    return told[0]["status"], {name.decode(): value.decode() for name, value in told[0]["headers"]}


def form(content: bytes) -> bytes:
    body = b""
    for name, value in {"contact": str(APPROVER), "evidence": json.dumps(EVIDENCE)}.items():
        body += f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    return body + b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + content + b"\r\n--x--\r\n"


class Sender:
    """Sends a body, and remembers how often it was asked for more; then hangs up when told to."""

    def __init__(self, body: bytes, hang_up: anyio.Event | None = None) -> None:
        self.asked = 0
        self._body = body
        self._hang_up = hang_up

    async def __call__(self) -> Message:
        self.asked += 1
        if self.asked == 1:
            return {"type": "http.request", "body": self._body, "more_body": False}
        if self._hang_up is None:
            await anyio.sleep_forever()
        else:
            await self._hang_up.wait()
        return GONE


async def never() -> Message:
    """A caller who sends nothing."""
    await anyio.sleep_forever()
    return GONE


@pytest.mark.parametrize(
    ("status", "document", "expected"),
    [("Ter ondertekening", 77, 404), ("Afgehandeld", DOCUMENT, 409), (None, DOCUMENT, 409)],
)
def test_nothing_is_read_for_a_document_that_waits_for_nobody(portal, world, status, document, expected):
    world.look("update document set workflow_status = %s returning subject", status)
    sender = Sender(form(pdf()))
    assert run(ask, portal[0], portal[1], sender, document)[0] == expected
    assert sender.asked == 0


def test_nothing_is_read_from_a_key_that_opens_something_else(services, keys, world):
    _, reads = keys.create(name="reads", scopes=[Scope.READ], environment="main")
    _, other = keys.create(name="other", scopes=[Scope.PORTAL], environment="main", client=MINE)
    sender = Sender(form(pdf()))
    assert run(ask, create_app(services), reads, sender)[0] == 403
    assert run(ask, create_app(services), other, sender, DOCUMENT_OF_OTHER)[0] == 404
    assert run(ask, create_app(services), "lb_unknown", sender)[0] == 401
    assert sender.asked == 0


def test_no_file_is_looked_through_of_who_may_not_sign(call, world, look):
    refused(hand_in(call, pdf(), contact=COLLEAGUE), 403, "may-not-decide", world)
    refused(hand_in(call, pdf(), contact=STRANGER), 404, "not-found", world)
    assert look.seen == []


def test_a_file_is_looked_through_once_however_often_it_comes(call, world, look):
    content = pdf()
    first = hand_in(call, content, key="k1")
    assert hand_in(call, content, key="k1").content == first.content
    assert hand_in(call, content).json()["decision"] == first.json()["decision"]
    problem(hand_in(call, content + b"\n"), 409, "not-offered")
    assert look.seen == [content]


def test_an_answer_is_given_again_although_the_document_is_gone(call, world):
    content = pdf()
    first = hand_in(call, content, key="k1")
    assert first.status_code == 200
    world.look("update document set withdrawn_at = now() returning subject")
    assert hand_in(call, content, key="k1").content == first.content
    problem(hand_in(call, content, key="k2"), 404, "not-found")


def test_a_caller_who_hangs_up_stops_the_looking_and_nothing_is_decided(services, portal, world):
    async def hang_up() -> tuple[int, bool]:
        look = EndlessLook()
        app = create_app(replace(services, look_through=look))
        status, _ = await ask(app, portal[1], Sender(form(pdf()), look.began))
        return status, look.stopped

    assert run(hang_up) == (499, True)
    assert world.count("decision") == world.count("stored_file") == 0


def test_a_caller_who_hangs_up_halfway_is_no_fault_of_ours(portal, world):
    async def gone() -> Message:
        return GONE

    assert run(ask, portal[0], portal[1], gone)[0] == 499


def test_a_body_that_never_arrives_is_given_up(portal, monkeypatch):
    monkeypatch.setattr("web.api.signed_upload.SECONDS_TO_ARRIVE", 0.05)
    status, headers = run(ask, portal[0], portal[1], never)
    assert (status, headers["connection"]) == (408, "close")


def test_so_many_files_at_once_and_no_more(services, portal, world, look):
    """Those who find no place are told when to come back; a place that was given back is taken again."""

    async def crowd() -> list[int]:
        app = create_app(services)
        turn = anyio.Event()
        statuses: list[int] = []

        async def wait_for_turn() -> Message:
            await turn.wait()
            return GONE

        async def one() -> None:
            status, headers = await ask(app, portal[1], wait_for_turn)
            statuses.append(status)
            if status == 503:
                assert headers["retry-after"] == "5"
                if statuses.count(503) == 3:
                    turn.set()

        with anyio.fail_after(20):
            async with anyio.create_task_group() as callers:
                for _ in range(MOST_AT_ONCE + 3):
                    callers.start_soon(one)
        statuses.append((await ask(app, portal[1], Sender(form(pdf()))))[0])
        return statuses

    assert run(crowd) == [503] * 3 + [499] * MOST_AT_ONCE + [200]
