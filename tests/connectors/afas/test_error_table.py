"""Every error known of AFAS, met by a read and by a write."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from connectors.afas.errors import afas_errors
from connectors.afas.options import ClassicToken
from domain import errors
from domain.outbox.afas_call import Call
from tests.connectors.afas.conftest import CLASSIC, OAUTH, Watched

TABLE: list[dict[str, Any]] = json.loads(Path(__file__).with_name("errors.json").read_text("utf-8"))
CUTS = {"connection reset by peer": httpx.ReadError, "client time-out": httpx.ReadTimeout}
WRITE = Call("PUT", "PtDeclaration", {"PtDeclaration": {}})


def _name(entry: dict[str, Any]) -> str:
    return f"{entry['status']}-{entry['meaning'][:40]}"


def _outcome(entry: dict[str, Any]) -> httpx.Response | type[httpx.TransportError]:
    status, body = entry["status"], entry["body"]
    if status is None:
        return CUTS[body]
    headers = (
        {"WWW-Authenticate": 'Bearer error="invalid_token"'} if "invalid_token" in entry["meaning"] else {}
    )
    if isinstance(body, dict):
        return httpx.Response(status, json=body, headers=headers)
    return httpx.Response(status, text=body or "", headers=headers)


def _meet(entry: dict[str, Any], afas: respx.MockRouter, watch: Callable[..., Watched]) -> Watched:
    """An AFAS in which the entry happens, and a client for it."""
    login: ClassicToken | Any = CLASSIC
    outcome = _outcome(entry)
    if entry["at"] == "token":
        login = OAUTH
        afas.post("/oauth/token").mock(side_effect=[outcome] * 50)
    else:
        afas.route(path__startswith="/connectors/").mock(side_effect=[outcome] * 50)
    if entry["status"] == 401:
        afas["version"].respond(401)
    return watch(login)


@pytest.mark.parametrize("entry", TABLE, ids=_name)
def test_a_read_meets_an_error(entry: dict[str, Any], afas: respx.MockRouter, watch: Callable[..., Watched]):
    watched = _meet(entry, afas, watch)
    with pytest.raises(errors.AfasError) as caught:
        watched.client.newest("Loonbrug_Hours", ("LineId",))
    assert type(caught.value).__name__ == entry["read"]
    _keeps_what_afas_told(entry, caught.value)
    assert watched.records[-1].outcome == entry["read"]


@pytest.mark.parametrize("entry", TABLE, ids=_name)
def test_a_write_meets_an_error(entry: dict[str, Any], afas: respx.MockRouter, watch: Callable[..., Watched]):
    watched = _meet(entry, afas, watch)
    with pytest.raises(errors.AfasError) as caught:
        watched.client.send(WRITE)
    assert type(caught.value).__name__ == entry["write"]
    _keeps_what_afas_told(entry, caught.value)
    writes = [call for call in afas.calls if "/connectors/" in call.request.url.path]
    assert len(writes) == (0 if entry["at"] == "token" else 1)
    assert watched.slept == []


def _keeps_what_afas_told(entry: dict[str, Any], error: errors.AfasError) -> None:
    told = entry["body"] if isinstance(entry["body"], dict) else {}
    assert error.status == entry["status"]
    assert error.number == told.get("errorNumber")
    assert error.log_reference == told.get("profitLogReference")
    if "externalMessage" in told:
        assert error.message == told["externalMessage"]


@pytest.mark.parametrize(
    ("status", "body", "read", "write"),
    [
        (502, "<html>bad gateway</html>", errors.TryLater, errors.OutcomeUnknown),
        (504, "", errors.TryLater, errors.OutcomeUnknown),
        (408, "", errors.TryLater, errors.OutcomeUnknown),
        (500, "<html>oops</html>", errors.UnreadableAnswer, errors.OutcomeUnknown),
        (500, '{"externalMessage": "', errors.UnreadableAnswer, errors.OutcomeUnknown),
        (500, '{"externalMessage": ""}', errors.UnreadableAnswer, errors.OutcomeUnknown),
        (500, "[1]", errors.UnreadableAnswer, errors.OutcomeUnknown),
        (302, "", errors.UnreadableAnswer, errors.OutcomeUnknown),
        (429, "", errors.TryLater, errors.TryLater),
        (422, "", errors.Rejected, errors.Rejected),
    ],
)
def test_answers_that_afas_does_not_document(status, body, read, write, afas, client):  # noqa: PLR0917
    afas.route(path__startswith="/connectors/").respond(status, text=body)
    with pytest.raises(read):
        client.newest("Loonbrug_Hours", ("LineId",))
    with pytest.raises(write):
        client.send(WRITE)


@pytest.mark.parametrize("failure", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_what_was_never_sent_may_be_sent_later(failure, afas, watched):
    afas.put("/connectors/PtDeclaration").mock(side_effect=failure("no"))
    with pytest.raises(errors.TryLater):
        watched.client.send(WRITE)


@pytest.mark.parametrize(
    "failure",
    [httpx.ReadError, httpx.WriteError, httpx.ReadTimeout, httpx.WriteTimeout, httpx.RemoteProtocolError],
)
def test_what_was_cut_off_may_have_happened(failure, afas, watched):
    afas.put("/connectors/PtDeclaration").mock(side_effect=failure("cut"))
    with pytest.raises(errors.OutcomeUnknown):
        watched.client.send(WRITE)


def test_every_way_in_which_httpx_fails_is_translated():
    def leaves(family: type[Exception]) -> list[type[Exception]]:
        below = [leaf for each in family.__subclasses__() for leaf in leaves(each)]
        return [family, *below]

    for failure in leaves(httpx.TransportError):
        for write in (False, True):
            with pytest.raises(errors.AfasError), afas_errors("X", write=write):
                raise failure("no")


@pytest.mark.parametrize(
    ("body", "headers", "after"),
    [
        ({"retry_after": 7200}, {}, 7200.0),
        ({"retry_after": "90"}, {}, 90.0),
        ({"retry_after": {"example": 7200}}, {}, 7200.0),
        ({"error": {"code": {"example": "503"}, "message": {"example": "away"}, "retry_after": 5}}, {}, 5.0),
        ({}, {"Retry-After": "30"}, 30.0),
        ({"retry_after": 7200}, {"Retry-After": "30"}, 7200.0),
        ({"retry_after": -1}, {"Retry-After": "nonsense"}, None),
        ({"retry_after": "NaN"}, {}, None),
        ({"retry_after": 1e99}, {}, 7 * 24 * 3600.0),
        ({}, {}, None),
    ],
)
def test_maintenance_says_how_long_in_many_ways(body, headers, after, afas, watch):
    afas.get("/connectors/X").respond(503, json=body, headers=headers)
    with pytest.raises(errors.TryLater) as caught:
        watch(retry_for=0.0).client.newest("X", ("Id",))
    assert caught.value.after == after
    assert caught.value.everyone


def test_a_retry_after_may_be_a_date(afas, watch):
    afas.get("/connectors/X").respond(503, headers={"Retry-After": "Fri, 31 Dec 2399 23:59:59 GMT"})
    with pytest.raises(errors.TryLater) as caught:
        watch().client.newest("X", ("Id",))
    assert caught.value.after == 7 * 24 * 3600.0


@pytest.mark.parametrize(
    "text",
    [
        "De ingevulde waarde 'out of memory' bestaat niet.",
        "De ingevulde waarde 'geblokkeerd door gebruiker X' bestaat niet.",
        "Debiteur 10010 is geblokkeerd.",
        "Het veld Geblokkeerd mag niet worden gewijzigd.",
    ],
)
def test_a_refusal_is_not_taken_for_something_passing(text, afas, watched):
    afas.put("/connectors/PtDeclaration").respond(500, json={"externalMessage": text})
    with pytest.raises(errors.Rejected):
        watched.client.send(WRITE)
