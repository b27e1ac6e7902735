"""The client against a faithful AFAS, over a real connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from connectors.afas import AfasClient, AfasOptions, ClassicToken, ClientCredentials
from domain.errors import (
    AccessDenied,
    AskForLess,
    NotAllowed,
    OutcomeUnknown,
    Rejected,
    TryLater,
    UnreadableAnswer,
)
from domain.outbox.afas_call import Call
from domain.pull.query import EVERYTHING, Condition, Operator, any_of, both
from tests.connectors.afas.counted import Counted
from tests.stages.sandbox.bare_sandbox import hour, served

pytestmark = pytest.mark.slow

HOURS = "Loonbrug_Hours"
KEY = ("LineId",)
HOUR: Callable[..., dict[str, Any]] = hour
APPROVE = Call("PUT", "PtDeclaration", {"PtDeclaration": {"Element": {"Fields": {"DcCo": "1", "ExUs": 7}}}})


@pytest.fixture
def stage() -> Iterator[Any]:
    with served() as stage:
        stage.world.tables.insert_many(
            HOURS, [HOUR(line, Description="Zoë, van 't Hof") for line in range(1, 101)]
        )
        yield stage


def _client(stage: SimpleNamespace, login: Any = None, **options: Any) -> AfasClient:
    login = login or ClassicToken(SecretStr(stage.running.token))
    return AfasClient(AfasOptions(stage.running.url, login, **{"retry_for": 2.0, **options}), slots=Counted())


def _oauth(stage: SimpleNamespace) -> ClientCredentials:
    return ClientCredentials(stage.running.app.client_id, SecretStr(stage.running.app.client_secret))


def _lines(pages: Iterator[list[dict[str, object]]]) -> list[object]:
    return [row["LineId"] for page in pages for row in page]


def test_all_rows_come_by_key_in_pages(stage):
    with _client(stage) as client:
        assert _lines(client.pages(HOURS, KEY, EVERYTHING, 30)) == list(range(1, 101))


def test_oauth_works_and_survives_the_end_of_its_sessions(stage):
    with _client(stage, _oauth(stage)) as client:
        assert client.version()
        stage.running.app.end_sessions()
        assert client.send(APPROVE).status == 201
        assert len(stage.written.applied) == 1


def test_a_wrong_secret_stops_everything(stage):
    login = ClientCredentials(stage.running.app.client_id, SecretStr("wrong"))
    with _client(stage, login) as client, pytest.raises(AccessDenied):
        client.send(APPROVE)


def test_a_withdrawn_token_stops_everything(stage):
    with _client(stage) as client:
        stage.running.app.replace_token()
        with pytest.raises(AccessDenied):
            client.newest(HOURS, KEY)


def test_every_form_of_filter_is_understood(stage):
    after = ((Condition("LineId", Operator.GREATER, "97"),),)
    with _client(stage) as client:
        assert _lines(iter([client.rows(HOURS, after, KEY, 9)])) == [98, 99, 100]
        assert _lines(iter([client.rows(HOURS, any_of("LineId", ["3", "5"]), KEY, 9)])) == [3, 5]
        mixed = both(any_of("LineId", ["3", "99"]), after)
        assert _lines(iter([client.rows(HOURS, mixed, KEY, 9)])) == [99]
        awkward = any_of("Description", ["Zoë, van 't Hof", "; & = + # %"])
        assert len(client.rows(HOURS, awkward, KEY, 500)) == 100


def test_as_many_keys_as_fit_are_accepted(stage):
    keys = [str(number) for number in range(1, 1001)]
    with _client(stage) as client:
        count = client.how_many_fit("LineId", keys, KEY, 500)
        assert len(client.rows(HOURS, any_of("LineId", keys[:count]), KEY, 500)) == min(count, 100)


def test_what_afas_tells_of_itself(stage):
    with _client(stage) as client:
        assert client.columns(HOURS)["LineId"] == "int"
        assert client.fields("PtDeclaration") == ("DcCo",)
        gets, updates, info = client.offered()
        assert HOURS in gets
        assert "PtDeclaration" in updates
        assert info["envid"]


def test_a_file_comes_as_it_went_in(stage):
    with _client(stage) as client:
        assert client.file(50001, "ABC").content == b"%PDF-1.7 hello"
        with pytest.raises(Rejected):
            client.file(50001, "none")


def test_a_connector_that_is_not_ours_is_closed(stage):
    with _client(stage) as client, pytest.raises(NotAllowed):
        client.newest("Loonbrug_Nothing", KEY)
    stage.running.app.allow_only(HOURS)
    with _client(stage) as client, pytest.raises(NotAllowed):
        client.send(APPROVE)


def test_a_column_that_is_gone_is_said(stage):
    with _client(stage) as client, pytest.raises(NotAllowed):
        client.rows(HOURS, any_of("NoSuchColumn", ["1"]), KEY, 5)


@pytest.mark.parametrize(
    ("fault", "settings", "failure"),
    [
        ("unavailable", {}, TryLater),
        ("unauthorized", {}, NotAllowed),
        ("forbidden", {}, AccessDenied),
        ("too-large", {}, Rejected),
        ("locked", {}, TryLater),
        ("refuse", {}, Rejected),
        ("redirect", {}, OutcomeUnknown),
        ("drop-answer", {}, OutcomeUnknown),
        ("reset", {}, OutcomeUnknown),
        ("error-after-applying", {}, OutcomeUnknown),
    ],
)
@pytest.mark.parametrize("language", ["nl-nl", "en-us"])
def test_a_write_that_fails_says_what_to_do_next(fault, settings, failure, language, stage):
    stage.faults.add(fault, "PtDeclaration", "PUT", **settings)
    with _client(stage, language=language) as client, pytest.raises(failure):
        client.send(APPROVE)
    assert len(stage.written.applied) <= 1


@pytest.mark.parametrize("fault", ["garbage", "not-applied"])
def test_a_yes_that_is_worth_nothing_is_still_a_yes(fault, stage):
    stage.faults.add(fault, "PtDeclaration", "PUT")
    with _client(stage) as client:
        assert client.send(APPROVE).status == 201


@pytest.mark.parametrize(
    ("fault", "settings"),
    [
        ("html", {}),
        ("truncate", {}),
        ("truncate", {"framing": "none"}),
        ("reset", {}),
        ("locked", {}),
        ("unavailable", {"retry_after": 0}),
        ("drip", {"bytes": 100, "pause": 0.05}),
    ],
)
def test_a_read_gets_over_what_passes(fault, settings, stage):
    stage.faults.add(fault, HOURS, "GET", times=1, **settings)
    with _client(stage, read_deadline=0.5) as client:
        assert _lines(client.pages(HOURS, KEY, EVERYTHING, 50)) == list(range(1, 101))


def test_an_answer_without_end_is_refused(stage):
    stage.faults.add("endless", HOURS, "GET", gzip=True)
    with _client(stage, most_bytes=1_000_000) as client, pytest.raises(AskForLess):
        client.newest(HOURS, KEY)


def test_html_that_stays_is_said(stage):
    stage.faults.add("html", HOURS, "GET")
    with _client(stage, retry_for=0.0) as client, pytest.raises(UnreadableAnswer):
        client.newest(HOURS, KEY)


def test_too_much_data_halves_the_page(stage):
    stage.faults.add("out-of-memory", HOURS, "GET", nth=1)
    with _client(stage) as client:
        sizes = [len(page) for page in client.pages(HOURS, KEY, EVERYTHING, 60)]
    assert sizes == [30, 30, 30, 10]
