"""Both ways to log in, and the two meanings of 401."""

from __future__ import annotations

import base64
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

import httpx
import pytest
from pydantic import SecretStr

from connectors.afas import ClassicToken
from domain.errors import AccessDenied, NotAllowed, TryLater
from domain.outbox.afas_call import Call
from tests.connectors.afas.conftest import CLASSIC, OAUTH, SECRET, rows

APPROVE = Call("PUT", "PtDeclaration", {})
DEAD = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


def _tokens(afas, lifetime: object = 3600):
    """A token endpoint that hands out T1, T2, ..."""
    numbers = iter(range(1, 100))
    return afas.post("/oauth/token").mock(
        side_effect=lambda _request: httpx.Response(
            200, json={"access_token": f"T{next(numbers)}", "token_type": "Bearer", "expires_in": lifetime}
        )
    )


def _only(token: str):
    """An AFAS that accepts one token."""

    def answer(request: httpx.Request) -> httpx.Response:
        good = request.headers["authorization"] == f"Bearer {token}"
        return rows() if good else httpx.Response(401, headers=DEAD)

    return answer


def test_the_classic_token_travels_as_base64(afas, client):
    afas.get("/connectors/X").mock(return_value=rows())
    client.newest("X", ("Id",))
    scheme, _, encoded = afas.calls.last.request.headers["authorization"].partition(" ")
    assert scheme == "AfasToken"
    assert base64.b64decode(encoded).decode() == CLASSIC.token.get_secret_value()


def test_a_classic_token_that_is_base64_already_stays_so(afas, watch):
    afas.get("/connectors/X").mock(return_value=rows())
    watch(ClassicToken(SecretStr(" PHRva2Vu \n"))).client.newest("X", ("Id",))
    assert afas.calls.last.request.headers["authorization"] == "AfasToken PHRva2Vu"


def test_one_access_token_serves_many_calls(afas, watch):
    tokens = _tokens(afas)
    afas.get("/connectors/X").mock(return_value=rows())
    client = watch(OAUTH).client
    for _ in range(3):
        client.newest("X", ("Id",))
    assert tokens.call_count == 1
    form = parse_qs(tokens.calls.last.request.content.decode())
    assert form == {
        "grant_type": ["client_credentials"],
        "client_id": ["client-7"],
        "client_secret": [SECRET],
    }
    assert afas.calls.last.request.headers["authorization"] == "Bearer T1"


def test_a_token_is_renewed_shortly_before_it_expires(afas, watch):
    tokens = _tokens(afas)
    afas.get("/connectors/X").mock(return_value=rows())
    watched = watch(OAUTH)
    watched.client.newest("X", ("Id",))
    watched.now += 3600 - 61
    watched.client.newest("X", ("Id",))
    assert tokens.call_count == 1
    watched.now += 2
    watched.client.newest("X", ("Id",))
    assert tokens.call_count == 2


@pytest.mark.parametrize(
    ("told", "lifetime"), [("120", 120), (120.5, 120), (None, 3600), ("soon", 3600), (-1, 3600)]
)
def test_a_token_lives_as_long_as_afas_says_or_its_documented_hour(told, lifetime, afas, watch):
    tokens = _tokens(afas, told)
    afas.get("/connectors/X").mock(return_value=rows())
    watched = watch(OAUTH)
    for now, fetched in [(0, 1), (lifetime - 70, 1), (lifetime, 2)]:
        watched.now = 1000.0 + now
        watched.client.newest("X", ("Id",))
        assert tokens.call_count == fetched


def test_all_threads_share_one_refresh(afas, watch):
    tokens = _tokens(afas)
    afas.get("/connectors/X").mock(side_effect=_only("T2"))
    client = watch(OAUTH).client
    together = threading.Barrier(8)

    def read() -> None:
        together.wait()
        client.newest("X", ("Id",))

    with ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(read) for _ in range(8)]:
            done.result()
    assert tokens.call_count == 2


def test_a_dead_access_token_is_replaced_once_and_the_write_repeated(afas, watch):
    _tokens(afas)
    answers = [httpx.Response(401, headers=DEAD), httpx.Response(201)]
    route = afas.put("/connectors/PtDeclaration").mock(side_effect=answers)
    watch(OAUTH).client.send(APPROVE)
    sent = [call.request.headers["authorization"] for call in route.calls]
    assert sent == ["Bearer T1", "Bearer T2"]


def test_a_401_that_gives_no_reason_is_looked_into_before_a_new_token(afas, watch):
    tokens = _tokens(afas)
    afas.get("/connectors/X").respond(401)
    with pytest.raises(NotAllowed):
        watch(OAUTH).client.newest("X", ("Id",))
    assert tokens.call_count == 1


def test_a_token_that_stays_refused_stops_everything(afas, watch):
    tokens = _tokens(afas)
    afas.get("/connectors/X").respond(401, headers=DEAD)
    afas["version"].respond(401, headers=DEAD)
    with pytest.raises(AccessDenied):
        watch(OAUTH).client.newest("X", ("Id",))
    assert tokens.call_count == 2


def test_one_connector_that_says_invalid_token_is_only_closed(afas, watch):
    _tokens(afas)
    afas.get("/connectors/X").respond(401, headers=DEAD)
    with pytest.raises(NotAllowed):
        watch(OAUTH).client.newest("X", ("Id",))


def test_a_dead_classic_token_stops_everything(afas, client):
    afas.put("/connectors/PtDeclaration").respond(401)
    afas["version"].respond(401)
    with pytest.raises(AccessDenied) as caught:
        client.send(APPROVE)
    assert caught.value.status == 401


def test_a_classic_token_that_lives_means_that_the_connector_is_closed(afas, client):
    afas.put("/connectors/PtDeclaration").respond(401)
    with pytest.raises(NotAllowed):
        client.send(APPROVE)


def test_a_401_that_cannot_be_looked_into_is_tried_later(afas, client):
    afas.put("/connectors/PtDeclaration").respond(401)
    afas["version"].respond(503)
    with pytest.raises(TryLater):
        client.send(APPROVE)


def test_a_refused_version_is_not_probed_by_itself(afas, client):
    afas["version"].respond(401)
    with pytest.raises(AccessDenied):
        client.version()
    assert len(afas.calls) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.ReadTimeout("late"),
        httpx.ConnectError("no"),
        httpx.Response(500),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"expires_in": 1}),
        httpx.Response(200, headers={"Content-Encoding": "br"}, content=b"rubbish"),
    ],
)
def test_no_token_means_that_the_write_was_not_sent(trouble, afas, watch):
    afas.post("/oauth/token").mock(side_effect=[trouble])
    write = afas.put("/connectors/PtDeclaration").respond(201)
    with pytest.raises(TryLater):
        watch(OAUTH).client.send(APPROVE)
    assert not write.called


def test_a_login_never_prints_its_secret():
    assert SECRET not in repr((CLASSIC, OAUTH)) + str(CLASSIC) + str(OAUTH)
