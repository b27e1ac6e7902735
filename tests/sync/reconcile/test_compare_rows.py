"""How far a flow is, where AFAS's clock shows an hour twice."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.pull.afas_clock import Present
from domain.reconcile.comparison import FlowProgress, KeptRow, compare, on_the_move
from domain.reconcile.finding import FindingKind
from domain.reconcile.sides import FlowStand
from mappings.records.hours import to_hour_line
from sync.reconcile.compare_rows import facts_of
from tests.stages.records.rows import row

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def line(changed: str, quantity: float = 8) -> object:
    return to_hour_line(row("hours", ChangedOn=changed, Quantity=quantity))


def kept(changed: str) -> KeptRow:
    return KeptRow(line(changed), LONG_AGO, "")


def night(now: datetime, watermark: str = "2026-10-25T02:50:00") -> FlowProgress:
    """A flow in the night whose hour comes twice; everything was read again since the last news."""
    stand = FlowStand(now, watermark, settled=True, caught_up=True)
    return facts_of(stand, 1200.0, Present.of(now, None))


def test_what_changed_in_the_second_pass_is_on_the_move_while_that_night_lasts():
    second_pass = datetime(2026, 10, 25, 1, 11, tzinfo=UTC)
    assert on_the_move(line("2026-10-25T02:10:00Z", 4), kept("2026-10-25T02:40:00Z"), night(second_pass))
    assert on_the_move(line("2026-10-25T02:10:00Z"), None, night(second_pass))


def test_after_that_night_a_difference_is_a_change_that_was_missed_and_not_an_older_row():
    facts = night(datetime(2026, 10, 25, 6, tzinfo=UTC))
    fresh, known = line("2026-10-25T02:10:00Z", 4), kept("2026-10-25T02:40:00Z")
    [difference] = compare({"501": fresh}, {"501": known}, facts)[0]
    assert difference.kind is FindingKind.CHANGE_MISSED
