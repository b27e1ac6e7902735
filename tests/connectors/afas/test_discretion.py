"""No token and no filter value in a log line, an error text, a traceback or a record."""

from __future__ import annotations

import logging
from collections.abc import Callable

import httpx
import pytest

from connectors.afas.calls import Ask
from domain.errors import AfasError
from domain.outbox.afas_call import Call
from domain.pull.query import Condition, Operator, any_of
from tests.connectors.afas.conftest import CLASSIC, OAUTH, SECRET

NAME = "Verschrikkelijk-Jansen"
TROUBLE = [
    httpx.ConnectError("[Errno 111] Connection refused"),
    httpx.ReadTimeout("timed out"),
    httpx.RemoteProtocolError("Server disconnected without sending a response."),
    httpx.Response(200, text=f"<html>{NAME}</html>"),
    httpx.Response(200, text=f'{{"rows":[{{"Name":"{NAME}"'),
    httpx.Response(200, headers={"Content-Encoding": "br"}, content=NAME.encode()),
    httpx.Response(302, headers={"Location": f"https://evil.example/?name={NAME}&token={SECRET}"}),
    httpx.Response(404),
    httpx.Response(403),
    httpx.Response(401),
    httpx.Response(413),
    httpx.Response(500, text=f"<html>{NAME}</html>"),
    httpx.Response(500, json={"externalMessage": "De ingevulde waarde bestaat niet."}),
    httpx.Response(502),
    httpx.Response(503),
]


def _quiet(text: str) -> bool:
    return not any(secret in text for secret in (NAME, SECRET, "T0KEN", "filtervalues", "filterjson", "?"))


@pytest.mark.parametrize("login", [CLASSIC, OAUTH])
@pytest.mark.parametrize("trouble", TROUBLE, ids=str)
def test_whatever_goes_wrong_nothing_is_told(trouble, login, afas, watch, caplog):
    caplog.set_level(logging.DEBUG)
    afas.post("/oauth/token").respond(json={"access_token": "T0KEN", "expires_in": 3600})
    afas.route(path__startswith="/connectors/").mock(side_effect=[trouble] * 9)
    watched = watch(login, retry_for=0)
    where = ((Condition("Name", Operator.EQUAL, NAME),),)
    failures = [
        _failure(lambda: watched.client.rows("X", where, ("Id",), 10)),
        _failure(lambda: watched.client.rows("X", any_of("Name", [NAME] * 999), ("Id",), 10)),
        _failure(lambda: watched.client.send(Call("PUT", "PtDeclaration", {"Fields": {"Tx": NAME}}))),
    ]
    assert failures[0]
    assert all(_quiet(text) for failure in failures for text in _texts(failure))
    assert all(_quiet(record.getMessage()) for record in caplog.records)
    assert all(_quiet(repr(record)) for record in watched.records)


def _failure(call: Callable[[], object]) -> AfasError | None:
    """What went wrong: nothing, for a write that was answered with a success and rubbish."""
    try:
        call()
    except AfasError as error:
        return error
    return None


def _texts(error: BaseException | None) -> list[str]:
    """What a logged traceback would say of the error and of all that led to it, without source lines."""
    return [] if error is None else [str(error), repr(error), *_texts(error.__cause__)]


def test_the_loggers_that_show_addresses_and_tokens_are_silenced(client):
    for name in ("httpx", "httpcore"):
        assert logging.getLogger(name).getEffectiveLevel() == logging.WARNING


def test_a_request_does_not_print_its_address_or_its_body():
    assert _quiet(repr(Ask("GET", "X", f"connectors/X?filtervalues={NAME}", NAME.encode())))
    assert _quiet(repr(Call("PUT", "X", {"Tx": NAME})))
