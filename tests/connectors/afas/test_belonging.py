"""No token is used for anything before it proved to open our own environment."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from connectors.afas.belonging import AGAIN
from domain.errors import AccessDenied, OtherEnvironment, TryLater
from domain.outbox.afas_call import Call
from tests.connectors.afas.conftest import CLASSIC, OAUTH, rows

OURS = "T12345AA"
APPROVE = Call("PUT", "PtDeclaration", {})


def admit(identity: str) -> None:
    if identity != OURS:
        raise OtherEnvironment(f"the credentials open {identity}, we belong to {OURS}")


def metainfo(identity: str | None) -> httpx.Response:
    info = {} if identity is None else {"envid": identity}
    return httpx.Response(200, json={"getConnectors": [], "updateConnectors": [], "info": info})


def told(afas) -> list[str]:
    """Which paths were asked with which token, in order."""
    return [
        f"{call.request.url.path.rpartition('/')[2]} {call.request.headers.get('authorization', '')[-2:]}"
        for call in afas.calls
    ]


@pytest.fixture
def tokens(afas):
    """T1, T2, ..."""
    numbers = itertools.count(1)
    return afas.post("/oauth/token").mock(
        side_effect=lambda _request: httpx.Response(
            200, json={"access_token": f"T{next(numbers)}", "token_type": "Bearer", "expires_in": 3600}
        )
    )


def test_every_new_token_is_asked_first_where_it_leads(afas, watch, tokens):
    afas.get("/metainfo").mock(return_value=metainfo(OURS))
    afas.get("/connectors/X").mock(return_value=rows())
    watched = watch(OAUTH, admit=admit)
    for _ in range(3):
        watched.client.newest("X", ("Id",))
    watched.now += 3600
    watched.client.newest("X", ("Id",))
    asked = [each for each in told(afas) if not each.startswith("token")]
    assert asked == ["metainfo T1", "X T1", "X T1", "X T1", "metainfo T2", "X T2"]


def test_a_token_of_another_environment_reads_and_writes_nothing(afas, watch, tokens):
    afas.get("/metainfo").mock(return_value=metainfo("T12345AB"))
    read = afas.get("/connectors/X").mock(return_value=rows())
    write = afas.put("/connectors/PtDeclaration").respond(201)
    watched = watch(OAUTH, admit=admit)
    with pytest.raises(OtherEnvironment, match="T12345AB"):
        watched.client.newest("X", ("Id",))
    with pytest.raises(OtherEnvironment, match="T12345AB"):
        watched.client.send(APPROVE)
    assert watched.slept == [], "asking again would change nothing"
    assert not read.called
    assert not write.called


def test_a_token_renewed_into_another_environment_writes_nothing(afas, watch, tokens):
    afas.get("/metainfo").mock(side_effect=[metainfo(OURS), metainfo("T12345AB")])
    afas.get("/connectors/X").mock(return_value=rows())
    dead = httpx.Response(401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    write = afas.put("/connectors/PtDeclaration").mock(side_effect=[dead, httpx.Response(201)])
    client = watch(OAUTH, admit=admit).client
    client.newest("X", ("Id",))
    with pytest.raises(OtherEnvironment):
        client.send(APPROVE)
    assert write.call_count == 1, "the refused call; none with the new token"


def test_a_token_that_never_changes_is_asked_again_every_hour(afas, watch):
    question = afas.get("/metainfo").mock(return_value=metainfo(OURS))
    afas.get("/connectors/X").mock(return_value=rows())
    watched = watch(CLASSIC, admit=admit)
    watched.client.newest("X", ("Id",))
    watched.now += AGAIN - 1
    watched.client.newest("X", ("Id",))
    assert question.call_count == 1
    watched.now += 1
    question.mock(return_value=metainfo("T12345AB"))
    with pytest.raises(OtherEnvironment):
        watched.client.newest("X", ("Id",))


@pytest.mark.parametrize(
    "answer",
    [
        metainfo(None),
        metainfo("  "),
        httpx.Response(500, json={"externalMessage": "Er is iets misgegaan"}),
        httpx.Response(404),
        httpx.Response(200, text="<html>onderhoud</html>"),
        httpx.Response(503),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("away"),
    ],
)
def test_while_afas_does_not_say_where_we_are_nothing_is_sent(afas, watch, answer):
    afas.get("/metainfo").mock(side_effect=[answer])
    write = afas.put("/connectors/PtDeclaration").respond(201)
    with pytest.raises(TryLater) as caught:
        watch(CLASSIC, admit=admit).client.send(APPROVE)
    assert not isinstance(caught.value, OtherEnvironment)
    assert not write.called


def test_credentials_that_are_refused_are_told_as_such(afas, watch):
    afas.get("/metainfo").respond(401)
    afas.get("/ProfitVersion").respond(401)
    with pytest.raises(AccessDenied):
        watch(CLASSIC, admit=admit).client.send(APPROVE)


def test_a_token_that_died_meanwhile_is_renewed_for_the_question_too(afas, watch, tokens):
    dead = httpx.Response(401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    afas.get("/metainfo").mock(side_effect=[dead, metainfo(OURS)])
    write = afas.put("/connectors/PtDeclaration").respond(201)
    watch(OAUTH, admit=admit).client.send(APPROVE)
    assert write.calls.last.request.headers["authorization"] == "Bearer T2"


def test_threads_that_come_together_ask_once(afas, watch, tokens):
    question = afas.get("/metainfo").mock(return_value=metainfo(OURS))
    afas.get("/connectors/X").mock(return_value=rows())
    client = watch(OAUTH, admit=admit).client
    with ThreadPoolExecutor(8) as hands:
        list(hands.map(lambda _: client.newest("X", ("Id",)), range(16)))
    assert question.call_count == 1
