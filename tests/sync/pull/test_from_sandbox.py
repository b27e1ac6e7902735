"""The flows in against the sandbox over HTTP, with the faults that concern reading."""

# ruff: noqa: DTZ001 - AFAS keeps naive Amsterdam time

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import datetime

import pytest
from pydantic import SecretStr

from connectors.afas.client import AfasClient
from connectors.afas.options import AfasOptions, ClassicToken
from connectors.store.database import Database
from connectors.store.declarations.derivations import Derivations
from domain.message import Message
from domain.pull.run import RunKind
from mappings.flows import FLOWS
from sandbox.running import Running, new_world, start_sandbox
from sandbox.seed.bulk import book_many
from sync.declarations.derive import Deriver
from tests.stages.pull.pulling import Stage
from tests.stages.spoken import en

START = datetime(2026, 11, 20, 14, 3, 27)
HOURS = "Loonbrug_Hours"


@pytest.fixture
def sandbox() -> Iterator[Running]:
    with start_sandbox(new_world(workers=12, weeks=2, seed=1, start=START)) as running:
        yield running


@pytest.fixture
def stage(database_url: str, sandbox: Running) -> Iterator[Stage]:
    database = Database(database_url, size=4)
    options = AfasOptions(
        sandbox.url,
        ClassicToken(SecretStr(sandbox.token)),
        retry_for=0.3,
        read_deadline=2,
        most_bytes=4_000_000,
    )
    with AfasClient(options) as afas:
        yield Stage(afas, database)
    database.close()


def options_of(sandbox: Running) -> AfasOptions:
    """How to reach it, with the patience of a test."""
    token = ClassicToken(SecretStr(sandbox.token))
    return AfasOptions(sandbox.url, token, retry_for=0.3, read_deadline=2, most_bytes=8_000_000)


def known(stage: Stage, table: str = "hour_line") -> int:
    return int(stage.column(f"select count(*) from {table} where withdrawn_at is null")[0])


def in_afas(sandbox: Running, connector: str = HOURS) -> int:
    return int(sandbox.environment.world.tables.count(connector))


def test_a_whole_company_comes_in_and_its_week_is_declared(stage, sandbox):
    for name in FLOWS:
        stage.pull(name)
    for table, flow in (
        ("hour_line", "hours"),
        ("claim", "claims"),
        ("employee", "employees"),
        ("task", "tasks"),
    ):
        assert known(stage, table) == in_afas(sandbox, FLOWS[flow].connector) > 0
    Deriver(Derivations(stage.database, "main")).derive_all(START.date())
    assert stage.column("select count(*) from parked_row") == [0]
    assert stage.column("select count(*) from declaration where number not like '%%@%%'") == [
        known(stage, "claim")
    ]
    assert stage.column("select count(*) from onboarding") == [known(stage, "employee")]


@pytest.mark.parametrize("name", FLOWS)
def test_a_settled_poll_is_one_request(stage, sandbox, name):
    stage.settle(name)
    before = sandbox.calls.report()["total"]
    counts = stage.pull(name)
    assert sandbox.calls.report()["total"] - before == counts.calls == 1
    assert (counts.new, counts.changed) == (0, 0)


@pytest.mark.parametrize(
    ("fault", "how"),
    [
        ("html", {}),
        ("truncate", {"framing": "right"}),
        ("truncate", {"framing": "wrong"}),
        ("truncate", {"framing": "none"}),
        ("redirect", {}),
        ("reset", {}),
        ("drop-answer", {}),
        ("drip", {"bytes": 20, "pause": 0.3}),
        ("endless", {}),
        ("endless", {"gzip": True}),
        ("refuse", {"text": "Er is een onverwachte fout opgetreden."}),
        ("unavailable", {"retry_after": 1}),
        ("unauthorized", {}),
        ("forbidden", {}),
        ("too-large", {}),
        ("locked", {}),
    ],
)
def test_an_answer_that_is_none_fails_the_run_and_the_next_one_goes_on(stage, sandbox, fault, how):
    sandbox.faults.add(fault, HOURS, "GET", **how)
    outcome = stage.run("hours")
    assert outcome.counts is None
    assert outcome.failure
    assert known(stage) == 0
    sandbox.faults.clear()
    stage.execute("update environment set paused_until = null")
    assert stage.pull("hours").new == in_afas(sandbox)


def test_out_of_memory_halves_the_page(stage, sandbox):
    sandbox.faults.add("out-of-memory", HOURS, "GET", nth=2)
    assert stage.pull("hours").new == in_afas(sandbox)


def test_an_empty_answer_withdraws_nothing(stage, sandbox):
    stage.pull("hours")
    sandbox.faults.add("empty", HOURS, "GET")
    assert "why.no-row-at-all" in str(stage.run("hours", RunKind.FULL).failure)
    assert known(stage) == in_afas(sandbox)


def test_a_page_that_was_emptied_once_withdraws_nothing(stage, sandbox):
    stage.small_pages("hours")
    stage.pull("hours")
    sandbox.faults.add("empty", HOURS, "GET", nth=in_afas(sandbox) // 2 - 3)
    assert stage.pull("hours", RunKind.FULL).withdrawn == 0
    assert known(stage) == in_afas(sandbox)


def test_rows_in_another_order_than_asked_are_still_all_known_in_the_end(stage, sandbox):
    stage.pull("hours")
    sandbox.faults.add("reorder", HOURS, "GET")
    assert stage.pull("hours", RunKind.FULL).withdrawn == 0
    assert known(stage) == in_afas(sandbox)


@pytest.mark.parametrize("literal", ["-.5", "1e308", '"x"', "null", "[]", "{}", "true"])
def test_a_poison_value_parks_its_row_and_no_other(stage, sandbox, literal):
    sandbox.faults.add("poison", HOURS, "GET", column="Quantity", literal=literal, row=3)
    counts = stage.pull("hours")
    assert (counts.parked, counts.new) == (1, in_afas(sandbox) - 1)
    sandbox.faults.clear()
    assert stage.pull("hours", RunKind.FULL).new == 1
    assert stage.column("select count(*) from parked_row where resolved_at is null") == [0]


@pytest.mark.parametrize("fault", ["missing-column", "renamed-column"])
def test_a_column_that_is_gone_breaks_its_flow_only(stage, sandbox, fault):
    sandbox.faults.add(fault, HOURS, "GET", column="Quantity", **({"to": "Aantal"} if "re" in fault else {}))
    sandbox.faults.add(
        fault, "metainfo", "GET", column="Quantity", **({"to": "Aantal"} if "re" in fault else {})
    )
    assert "columns=('Quantity',)" in str(stage.run("hours").failure)
    assert stage.pull("claims").new == in_afas(sandbox, "Loonbrug_Claims")


def test_a_retyped_column_parks_every_row_and_says_why(stage, sandbox):
    sandbox.faults.add("retyped-column", HOURS, "GET", column="Quantity", to="text")
    assert stage.pull("hours").parked == in_afas(sandbox)
    [why] = stage.column("select distinct reason from parked_row")
    assert en(Message.from_json(why)) == "column Quantity: not a number"


def test_a_new_column_is_ignored(stage, sandbox):
    sandbox.faults.add("new-column", HOURS, "GET", column="Kleur", value="rood")
    assert stage.pull("hours").new == in_afas(sandbox)


def peak_of_pulling(stage: Stage, lines: int) -> int:
    """The most bytes that Python held while so many hour lines were pulled, sandbox included."""
    world = new_world(workers=0, start=START)
    book_many(world.tables, lines, until=START)
    stage.execute("truncate flow, hour_line, seen_key")
    with start_sandbox(world) as sandbox, AfasClient(options_of(sandbox)) as afas:
        stage.afas = afas
        tracemalloc.start()
        assert stage.pull("hours", RunKind.FULL).new == lines
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


@pytest.mark.slow
def test_the_memory_of_a_pull_does_not_grow_with_the_table(stage):
    small, large = peak_of_pulling(stage, 30_000), peak_of_pulling(stage, 60_000)
    assert large < small * 1.25
