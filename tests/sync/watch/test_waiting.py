"""What waits to be sent for too long is told, whatever it waits for; sooner before the cut-off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.store.outbox.waiting import WaitingUpdates
from domain.cutoff.when import Cutoff
from domain.errors import NotAllowed, OutcomeUnknown, TryLater
from domain.message import verbatim
from domain.watch.alert import Severity
from domain.watch.facts import Limits
from domain.watch.judge import Standing, judge
from domain.watch.waiting import BUDGETS, Budgets, WaitingKind
from sync.watch.waiting import WaitsTooLong
from tests.stages.outbox import faults
from tests.stages.outbox.desk import Desk
from tests.stages.reasons import kept
from tests.stages.spoken import en
from tests.stages.watch.facts import TODAY, WELL
from words import Words
from workers.run.health import problems_of

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SOON = Cutoff("2026-W47", NOW + timedelta(hours=23), moved=False)
LATER = Cutoff("2026-W47", NOW + timedelta(hours=25), moved=False)
CLOSED = Cutoff("2026-W46", NOW - timedelta(hours=1), moved=False)
CLAIM = "000000000005.01"


def told(kind: str, oldest: float, cutoff: Cutoff = LATER, budgets: Budgets | None = None) -> list[str]:
    waiting = WaitingKind(kind, 3, oldest, 7)
    source = WaitsTooLong(lambda: [waiting], budgets or Budgets(), lambda now: [CLOSED, cutoff], lambda: NOW)
    return [f"{alert.name} {alert.subject} {alert.severity}" for alert in source()]


@pytest.mark.parametrize("kind", BUDGETS)
def test_every_kind_has_a_budget_of_its_own(kind: str) -> None:
    severity = Severity.CRITICAL if kind in ("approve", "reject") else Severity.WARNING
    assert told(kind, BUDGETS[kind] - 1) == []
    assert told(kind, BUDGETS[kind] + 1) == [f"update-waiting {kind} {severity}"]


def test_before_the_cutoff_there_is_less_patience_with_what_pay_depends_on() -> None:
    assert told("approve", 601, LATER) == []
    assert told("approve", 601, SOON) == ["update-waiting approve critical"]
    assert told("ask-question", 601, SOON) == []


def test_budgets_are_settings() -> None:
    budgets = Budgets({"approve": 100.0}, near=50.0)
    assert told("approve", 101, LATER, budgets) == ["update-waiting approve critical"]
    assert told("approve", 51, SOON, budgets) == ["update-waiting approve critical"]
    assert told("approve", 49, SOON, budgets) == []


def test_an_alert_names_no_words_of_afas() -> None:
    waiting = WaitingKind("approve", 3, 9e9, 7, verbatim("geblokkeerd door gebruiker [12345.PIET]"))
    [alert] = WaitsTooLong(lambda: [waiting], Budgets(), lambda now: [], lambda: NOW)()
    assert "PIET" not in str(alert.summary) + alert.path


@pytest.mark.parametrize("what", ["locked for ever", "closed connector", "looks that fail", "paused by us"])
def test_whatever_it_waits_for_it_is_seen_with_its_reason(desk: Desk, what: str) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    if what == "locked for ever":
        desk.afas.faults = lambda call, number: faults.locked()
    elif what == "closed connector":
        desk.afas.looks_fail = lambda connector, number: NotAllowed("niet ondersteund voor deze app")
    elif what == "looks that fail":
        desk.afas.looks_fail = lambda connector, number: TryLater("AFAS is er even niet")
    else:
        desk.execute("insert into paused_kind values ('main', 'approve', %s)", kept("audit"))
    desk.deliverer().work_one_batch()
    desk.execute("update outbox set created_at = now() - interval '2 days'")
    desk.execute("update paused_kind set until = now() + interval '1 hour' where until is not null")
    [waiting] = WaitingUpdates(desk.database, "main").read()
    words = {
        "locked for ever": "geblokkeerd door gebruiker",
        "closed connector": "niet ondersteund",
        "looks that fail": "could not look",
        "paused by us": "audit",
    }
    assert (waiting.kind, waiting.updates, waiting.update) == ("approve", 1, update)
    assert waiting.oldest == pytest.approx(2 * 86400, abs=60)
    assert waiting.reason
    assert words[what] in en(waiting.reason)
    standing = Standing(replace(WELL, flows=[]), Limits({}), TODAY, waiting=[waiting])
    found = problems_of(judge(standing), Words("en"))
    assert any(words[what] in problem and f"loonbrug show {update}" in problem for problem in found)


def test_what_was_sent_and_is_not_settled_is_not_told_twice(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    desk.owe_approval(CLAIM)
    desk.afas.faults = lambda call, number: faults.never()
    desk.afas.looks_fail = lambda connector, number: OutcomeUnknown("cut") if number > 1 else None
    desk.deliverer().work_one_batch()
    assert WaitingUpdates(desk.database, "main").read() == []
