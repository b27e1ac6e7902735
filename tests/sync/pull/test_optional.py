"""A connector that AFAS need not have: without it nothing fails or is told, and it is asked for seldom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from connectors.store.outbox.held_back import AfterRestore, enter
from connectors.store.running.overview import Overview
from connectors.store.running.readiness import Readiness
from connectors.store.running.schedule import Schedule, Timetable
from connectors.store.watch.facts import WatchingStore
from connectors.store.watch.measures import Measures
from domain.errors import NotAllowed, TryLater
from domain.message import verbatim
from domain.pull.run import Counts, RunKind
from domain.watch.facts import Limits, going_on
from domain.watch.judge import Standing, judge
from mappings.flows import FLOWS
from tests.stages.pull.pulling import Stage
from tests.stages.records.rows import row

NAME = "invoices"
CONNECTOR = FLOWS[NAME].connector
CLOSED = NotAllowed("GetConnector not supported for this app or the user is not authorized", status=401)


@pytest.fixture
def optional(stage: Stage) -> Stage:
    """A stage on which AFAS need not have invoices, and has none."""
    stage.flows = dict(FLOWS) | {NAME: replace(FLOWS[NAME], optional=True)}
    stage.afas.offers = frozenset(flow.connector for flow in FLOWS.values()) - {CONNECTOR}
    stage.afas.described[CONNECTOR] = dict(FLOWS[NAME].mapping.types)
    return stage


def closed(stage: Stage, kind: RunKind = RunKind.POLL):
    """A run of it while AFAS refuses it."""
    stage.afas.failures = [CLOSED]
    return stage.run(NAME, kind)


def test_a_connector_that_is_not_there_fails_no_run(optional):
    outcome = closed(optional)
    assert (outcome.counts, outcome.failure) == (Counts(), None)
    [run] = optional.execute("select state, error from run")
    assert run["state"] == "done"
    assert run["error"]["values"] == {"connector": CONNECTOR}


def test_nobody_is_told_and_nothing_waits_for_it(optional):
    closed(optional)
    facts = WatchingStore(optional.database, "main").facts([NAME])
    optional.execute("update run set due_at = now() - interval '2 days'")
    standing = Standing(replace(facts, workers=1), Limits({NAME: 60.0}), date(2026, 11, 20))
    assert judge(standing) == []
    assert going_on(replace(facts, workers=1), Limits({NAME: 60.0}))
    missing = Readiness(optional.database).missing("main", [NAME])
    assert not [each for each in missing if each.values.get("flow") == NAME]


def test_it_is_seen_to_be_absent(optional):
    closed(optional)
    [flow] = Overview(optional.database, "main").flows([NAME])
    assert flow.absent_since is not None
    measured = Measures(optional.database, "main", {NAME: 60.0}).read()
    assert measured["loonbrug_flow_absent"] == [((NAME,), 1.0)]
    assert measured["loonbrug_last_run_failed"] == [((NAME,), 0.0)]
    assert "loonbrug_flow_lag_seconds" not in measured


def test_it_is_asked_for_again_in_an_hour_and_not_every_minute(optional):
    schedule = Schedule(optional.database, "main", Timetable({NAME: 60.0}, 3600.0, "02:30"))
    schedule.prepare()
    closed(optional)
    [due] = optional.column("select next_at - now() from schedule where name = 'poll:invoices'")
    assert timedelta(minutes=59) < due <= timedelta(hours=1)


def test_it_is_absent_since_it_was_first_missed_and_until_it_comes(optional):
    closed(optional)
    [first] = optional.column("select absent_since from flow")
    closed(optional)
    assert optional.column("select absent_since from flow") == [first]
    optional.shows(NAME, row(NAME))
    assert optional.pull(NAME).new == 1
    assert optional.column("select absent_since from flow") == [None]


def test_a_connector_that_was_read_before_is_lost_and_not_absent(optional):
    optional.shows(NAME, row(NAME))
    optional.pull(NAME)
    assert closed(optional).failure
    assert optional.column("select broken is not null from flow") == [True]


def test_one_that_is_offered_and_refused_is_broken(optional):
    optional.afas.offers |= {CONNECTOR}
    assert closed(optional).failure
    assert optional.execute("select absent_since, broken is not null as broken from flow") == [
        {"absent_since": None, "broken": True}
    ]


def test_what_is_not_optional_is_broken(optional):
    optional.flows = dict(FLOWS)
    assert closed(optional).failure
    assert optional.column("select broken is not null from flow") == [True]


def test_an_outage_says_nothing_about_it(optional):
    optional.afas.failures = [TryLater("busy")]
    assert optional.run(NAME).failure
    assert optional.column("select absent_since from flow") == []


def test_nothing_is_held_back_for_it_after_a_restore(optional):
    with optional.database.transaction() as connection:
        enter(connection, "main", verbatim("a test"))
    held = AfterRestore(optional.database, "main", [NAME])
    assert _missing(held) == (NAME,)
    closed(optional, RunKind.FULL)
    assert _missing(held) == ()


def _missing(held: AfterRestore) -> tuple[str, ...]:
    state = held.state()
    assert state is not None
    return state.missing
