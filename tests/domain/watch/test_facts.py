"""What counts as wrong, and what does not yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.watch.alert import Alert, Severity
from domain.watch.alerts import alerts_of
from domain.watch.facts import Facts, Room, Stuck, going_on, silent_after
from domain.watch.judge import Standing, judge
from tests.stages.watch.facts import LIMITS, TODAY, WELL


def alerts(facts: Facts) -> list[Alert]:
    return alerts_of(judge(Standing(facts, LIMITS, TODAY)))


def names(facts: Facts) -> list[tuple[str, str]]:
    return [(alert.name, alert.subject) for alert in alerts(facts)]


def flow(**changes: Any) -> Facts:
    return replace(WELL, flows=[replace(WELL.flows[0], **changes), WELL.flows[1]])


def test_when_all_is_well_nothing_is_told():
    assert names(WELL) == []
    assert going_on(WELL, LIMITS)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(WELL, stuck=[Stuck("approve", "unclear", 1, 1799.0)]), []),
        (replace(WELL, stuck=[Stuck("approve", "unclear", 1, 1801.0)]), [("unclear-update", "")]),
        (replace(WELL, stuck=[Stuck("reject", "parked", 300, 1.0)]), [("payment-parked", "updates")]),
        (flow(parked_rows=2), [("payment-parked", "hours")]),
        (flow(rows_ahead=1), [("row-ahead", "hours")]),
        (flow(silent=299.0), []),
        (flow(silent=301.0), [("flow-silent", "hours")]),
        (flow(silent=None), [("flow-silent", "hours")]),
        (flow(silent=301.0, paused=True), []),
        (flow(broken=True), [("flow-broken", "hours")]),
        (flow(broken=True, paused=True), []),
        (replace(WELL, paused_for=899.0), []),
        (replace(WELL, paused_for=901.0), [("afas-paused", "")]),
        (replace(WELL, workers=0), [("no-worker", "")]),
        (replace(WELL, room=Room(9, 4, 119.0)), []),
        (replace(WELL, room=Room(5, 5, 0.0)), [("afas-unanswered", "")]),
        (replace(WELL, room=Room(9, 0, 121.0)), [("afas-unanswered", "")]),
        (replace(WELL, failed_notices={"mail": 1}), [("notice-failed", "mail")]),
    ],
)
def test_what_is_wrong_and_what_is_not_yet(facts, expected):
    assert names(facts) == expected


def test_rows_of_an_invoice_that_cannot_be_read_keep_nobody_from_pay():
    assert names(replace(WELL, flows=[replace(WELL.flows[1], parked_rows=5)])) == []


def test_one_cause_is_told_once():
    silent = [replace(each, silent=5000.0) for each in WELL.flows]
    assert names(replace(WELL, workers=0, flows=silent)) == [("no-worker", "")]
    assert names(replace(WELL, paused_for=5000.0, flows=silent)) == [("afas-paused", "")]


@pytest.mark.parametrize(
    ("days", "stage"),
    [(31, None), (30, "30"), (15, "30"), (14, "14"), (7, "7"), (2, "7"), (1, "1"), (0, "1"), (-1, "expired")],
)
def test_a_token_is_told_at_30_14_7_and_1_days(days, stage):
    ends = date.fromordinal(TODAY.toordinal() + days)
    found = alerts(replace(WELL, token_expires=ends))
    assert [alert.stage for alert in found] == ([stage] if stage else [])


@pytest.mark.parametrize(
    "facts",
    [
        replace(WELL, workers=0),
        replace(WELL, paused_for=0.0),
        flow(broken=True),
        flow(silent=400.0),
        flow(silent=None),
    ],
)
def test_the_dead_mans_switch_is_not_called_when_something_stands_still(facts):
    assert not going_on(facts, LIMITS)


def test_parked_updates_alone_do_not_stop_the_ping():
    assert going_on(replace(WELL, stuck=[Stuck("reject", "parked", 3, 1.0)]), LIMITS)


@pytest.mark.parametrize(
    ("days", "stage", "critical"),
    [(31, None, False), (30, "30", False), (8, "14", False), (7, "7", False), (1, "1", True), (0, "1", True)],
)
def test_an_api_key_is_told_before_it_ends_and_is_urgent_on_its_last_day(days, stage, critical):
    found = alerts(replace(WELL, key_days={"key-1": days}))
    told = [(each.stage, each.severity is Severity.CRITICAL, each.subject, each.repeats) for each in found]
    assert told == ([(stage, critical, "key-1", days == 0)] if stage else [])


@pytest.mark.parametrize(
    ("flow_name", "severity"), [("hours", Severity.CRITICAL), ("invoices", Severity.WARNING)]
)
def test_a_flow_on_which_pay_depends_is_more_urgent(flow_name, severity):
    broken = [replace(each, broken=each.flow == flow_name) for each in WELL.flows]
    [alert] = alerts(replace(WELL, flows=broken))
    assert (alert.name, alert.severity) == ("flow-broken", severity)


def test_slow_writes_become_a_standstill_that_is_told_anew():
    [slow] = alerts(replace(WELL, room=Room(5, 5, 0.0)))
    [still] = alerts(replace(WELL, room=Room(5, 5, 121.0)))
    assert (slow.severity, still.severity) == (Severity.WARNING, Severity.CRITICAL)
    assert slow.stage != still.stage
    assert not going_on(replace(WELL, room=Room(0, 0, 121.0)), LIMITS)


def test_a_pause_tells_who_made_it():
    paused = replace(WELL, paused_for=901.0)
    [theirs], [ours] = (alerts(replace(paused, paused_by_person=who)) for who in (False, True))
    assert theirs.summary != ours.summary


@pytest.mark.parametrize(("interval", "late"), [(15.0, 300.0), (75.0, 300.0), (300.0, 1200.0)])
def test_a_flow_is_late_after_four_of_its_polls_and_never_before_five_minutes(interval, late):
    assert silent_after(interval) == late
