"""Examines the clocks, and the rows that AFAS dates later than its present."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.calendar import AMSTERDAM
from domain.pull.afas_clock import TOLERANCE
from workers.compose.store import RowAhead
from workers.doctor.examination import CheckResult, fine, warning

_MOST = 5
_REMEDY = "find out which clock or import was wrong, and save the row again in AFAS"


def examine_clock(ours: datetime, afas: datetime | None, ahead: Sequence[RowAhead]) -> Iterator[CheckResult]:
    """``afas``: what AFAS told of its time, if it did; ``ahead``: rows that lie beyond it. Aware UTC."""
    yield _compared(ours, afas)
    for flow in dict.fromkeys(each.flow for each in ahead):
        rows = [each for each in ahead if each.flow == flow]
        named = ", ".join(f"{each.key} ({_dutch(each.changed_at)})" for each in rows[:_MOST])
        more = f" and {len(rows) - _MOST} more" if len(rows) > _MOST else ""
        yield warning(flow, f"{len(rows)} row(s) dated later than AFAS's present: {named}{more}", _REMEDY)


def _compared(ours: datetime, afas: datetime | None) -> CheckResult:
    if afas is None:
        return warning("clock", "AFAS told no time", "keep the clock of this machine right (NTP)")
    seconds = (ours - afas).total_seconds()
    apart = f"{abs(seconds):.0f} s" if abs(seconds) >= 1 else "less than a second"
    if abs(seconds) <= TOLERANCE.total_seconds():
        return fine("clock", f"AFAS's and ours are {apart} apart")
    how = "ahead of" if seconds > 0 else "behind"
    return warning("clock", f"ours is {apart} {how} AFAS's", "set the clock of this machine right (NTP)")


def _dutch(moment: datetime) -> str:
    return f"{moment.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"
