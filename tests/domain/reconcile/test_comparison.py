"""What differs, and what is merely on the move, where AFAS's times do not tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.pull.afas_clock import Present
from domain.reconcile.comparison import FlowProgress, KeptRow, compare, on_the_move
from domain.reconcile.finding import FindingKind
from domain.reconcile.sides import FlowStand
from mappings.records.hours import to_hour_line
from sync.reconcile.compare_rows import facts_of
from tests.stages.rows import row

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FACTS = FlowProgress(NOW, NOW - timedelta(minutes=20), settled=True, present=Present.of(NOW, None))
TOMORROW, BEFORE, JUST_NOW = "2026-11-21T12:00:00Z", "2026-11-20T10:00:00Z", "2026-11-20T12:59:00Z"


def line(changed: str, quantity: float = 8) -> object:
    return to_hour_line(row("hours", ChangedOn=changed, Quantity=quantity))


def kept(changed: str) -> KeptRow:
    return KeptRow(line(changed), LONG_AGO, "")


def night(now: datetime, watermark: str = "2026-10-25T02:50:00") -> FlowProgress:
    """A flow in the night whose hour comes twice; everything was read again since the last news."""
    stand = FlowStand(now, watermark, settled=True, caught_up=True)
    return facts_of(stand, 1200.0, Present.of(now, None))


@pytest.mark.parametrize(
    ("fresh", "known", "moving"),
    [
        (JUST_NOW, BEFORE, True),
        (BEFORE, BEFORE, False),
        (TOMORROW, BEFORE, False),
        (JUST_NOW, TOMORROW, True),
    ],
)
def test_a_row_dated_ahead_is_not_on_the_move_for_ever(fresh, known, moving):
    assert on_the_move(line(fresh, 4), kept(known), FACTS) is moving


def test_a_row_dated_ahead_that_differs_is_a_finding():
    differences, moving = compare({"501": line(TOMORROW, 4)}, {"501": kept(BEFORE)}, FACTS)
    assert ([each.kind for each in differences], moving) == ([FindingKind.CHANGE_MISSED], frozenset())


def test_what_changed_in_the_second_pass_is_on_the_move_while_that_night_lasts():
    second_pass = datetime(2026, 10, 25, 1, 11, tzinfo=UTC)
    assert on_the_move(line("2026-10-25T02:10:00Z", 4), kept("2026-10-25T02:40:00Z"), night(second_pass))
    assert on_the_move(line("2026-10-25T02:10:00Z"), None, night(second_pass))


def test_after_that_night_a_difference_is_a_change_that_was_missed_and_not_an_older_row():
    facts = night(datetime(2026, 10, 25, 6, tzinfo=UTC))
    fresh, known = line("2026-10-25T02:10:00Z", 4), kept("2026-10-25T02:40:00Z")
    [difference] = compare({"501": fresh}, {"501": known}, facts)[0]
    assert difference.kind is FindingKind.CHANGE_MISSED
