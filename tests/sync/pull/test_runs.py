"""Runs and their leases: who may write (G7, G9), and what becomes of failures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import AccessDenied, NotAllowed, TryLater, UnreadableAnswer
from domain.message import Message, verbatim
from domain.pull.run import Counts, LostRun, Page, RunKind
from mappings.flows import FLOWS
from sync.pull.pages import as_page
from tests.stages.pull.pulling import at, hours, lines
from tests.stages.records.rows import GOOD, row


def test_g5_the_database_refuses_a_run_that_does_not_add_up(stage):
    run = stage.take("hours")
    with pytest.raises(Exception, match="conservation"):
        stage.execute("update run set read = read + 1 where id = %s", run.id)


def test_g7_older_never_overwrites_newer(stage):
    stage.shows("hours", row("hours", Quantity=8, ChangedOn=at("12:00:00")))
    stage.pull("hours")
    stage.shows("hours", row("hours", Quantity=2, ChangedOn=at("11:59:00")))
    assert stage.pull("hours").unchanged == 1
    assert stage.column("select quantity::float from hour_line") == [8]


def test_g7_a_stalled_worker_cannot_write_late(stage):
    stage.shows("hours", row("hours"))
    stage.lease = timedelta(0)
    stalled = stage.take("hours")
    page = as_page(FLOWS["hours"], [row("hours", Quantity=1, ChangedOn=at("23:00:00"))])
    stage.lease = timedelta(minutes=2)
    assert stage.puller.run_due(stalled.id) is not None
    with pytest.raises(LostRun):
        stage.store.save(stalled, FLOWS["hours"].mapping.record, page)
    assert stage.column("select quantity::float from hour_line") == [8]


def test_g9_a_run_is_claimed_once(stage):
    run = stage.runs.want("hours")
    assert stage.runs.want("hours") is None
    assert stage.runs.take(run) is not None
    assert stage.runs.take(run) is None
    assert stage.runs.take() is None


def test_a_wider_wish_widens_the_run_that_is_due(stage):
    assert stage.runs.want("hours", RunKind.POLL) == stage.runs.want("hours", RunKind.FULL)
    assert stage.runs.want("hours", RunKind.WIDE) is None
    assert stage.column("select kind from run") == ["full"]


def test_a_lost_run_is_taken_over_and_given_up_when_it_keeps_losing_workers(stage):
    stage.lease = timedelta(0)
    run = stage.runs.want("hours")
    claims = [stage.runs.take(run) for _ in range(6)]
    assert [each.attempts if each else None for each in claims] == [1, 2, 3, 4, 5, None]
    assert stage.execute("select state, error from run") == [
        {"state": "failed", "error": {"id": "why.worker-lost", "values": {"times": 5}}}
    ]


def test_a_run_that_is_taken_over_counts_from_nothing(stage):
    stage.shows("hours", *hours([1, 2]))
    stage.lease = timedelta(0)
    first = stage.take("hours")
    stage.store.save(first, FLOWS["hours"].mapping.record, as_page(FLOWS["hours"], hours([1])))
    stage.lease = timedelta(minutes=2)
    outcome = stage.puller.run_due(first.id)
    assert outcome is not None
    assert outcome.counts == Counts(read=2, new=1, unchanged=1, calls=2)
    assert stage.column("select read from run") == [2]


def test_a_heartbeat_keeps_the_lease_and_a_lost_run_has_none(stage):
    stage.lease = timedelta(0)
    first = stage.take("hours")
    second = stage.runs.take(first.id)
    assert second is not None
    assert stage.runs.heartbeat(second)
    assert not stage.runs.heartbeat(first)


def test_a_crash_between_pages_reads_again_and_loses_nothing(stage):
    stage.small_pages("hours")
    stage.shows("hours", *hours(range(1, 6)))
    stage.afas.failures = [None, None, UnreadableAnswer("half a page")]
    assert stage.run("hours").failure == verbatim("half a page")
    assert stage.column("select watermark from flow") == []
    assert stage.pull("hours").read == 5
    assert lines(stage) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (TryLater("AFAS is away", everyone=True, after=30), 30),
        (TryLater("away", everyone=True), 30),
        (AccessDenied("the token is dead"), 5),
    ],
)
def test_what_nobody_can_do_anything_about_pauses_the_environment(stage, error, seconds):
    stage.shows("hours", row("hours"))
    stage.afas.failures = [error]
    assert stage.run("hours").failure == error.why
    waits = "select round(extract(epoch from paused_until - now())) as s, pause_reason from environment"
    assert stage.execute(waits) == [{"s": seconds, "pause_reason": error.why.to_json()}]
    assert stage.runs.take(stage.runs.want("claims")) is None


@pytest.mark.parametrize(
    "error", [TryLater("locked by a user"), UnreadableAnswer("HTML"), NotAllowed("closed")]
)
def test_what_concerns_one_flow_fails_its_run_only(stage, error):
    stage.shows("hours", row("hours"))
    stage.shows("claims", GOOD["claims"])
    stage.afas.failures = [error]
    assert stage.run("hours").failure == error.why
    assert stage.pull("claims").new == 1
    assert stage.pull("hours").new == 1


def test_a_paused_flow_is_not_claimed(stage):
    stage.execute("insert into flow (environment, flow, paused) values ('main', 'hours', true)")
    assert stage.runs.take(stage.runs.want("hours")) is None
    stage.execute("update flow set paused = false")
    assert stage.runs.take() is not None


def test_an_unexpected_error_is_written_down_and_raised(stage):
    stage.shows("hours", row("hours"))
    stage.afas.failures = [ZeroDivisionError("secret")]
    with pytest.raises(ZeroDivisionError):
        stage.run("hours")
    assert stage.column("select error from run") == [
        Message("why.unexpected", {"kind": "ZeroDivisionError"}).to_json()
    ]


def test_an_empty_page_ends_a_run_too(stage):
    run = stage.take("hours")
    assert stage.store.save(run, FLOWS["hours"].mapping.record, Page()) == Counts()
