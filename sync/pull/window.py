"""Which changes to ask for: arithmetic on AFAS's own clock texts (Amsterdam wall-clock, whole seconds)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.pull.query import EVERYTHING, Condition, Operator, Where
from domain.pull.run import RunKind
from mappings.afas_time import as_afas, last_sunday_of_october, to_filter, to_utc, wall_clock

AUTUMN = timedelta(minutes=120)
"""Around the repeated October hour: 60 minutes would do (measured), 90 are promised, 120 are as cheap."""


@dataclass(frozen=True, slots=True)
class Overlaps:
    """How much before the watermark is reread: for late commits and ties within a second.

    Twice AFAS's longest transaction (15 minutes) must fit into ``wide``.
    """

    poll: timedelta = timedelta(minutes=5)
    wide: timedelta = timedelta(hours=3)

    def of(self, kind: RunKind) -> timedelta:
        """The overlap of a poll or a wide poll."""
        return self.poll if kind is RunKind.POLL else self.wide


def in_autumn_night(watermark: str) -> bool:
    """True while the clock may show times that it showed before: the newest change proves nothing then."""
    wall = wall_clock(watermark)
    return wall.date() == last_sunday_of_october(wall.year) and 2 <= wall.hour < 5


def lower_bound(watermark: str, overlap: timedelta) -> str:
    """Where rereading starts: at least ``overlap`` of real time before the watermark.

    Counted on the wall clock and in UTC, and the earlier one taken: in March an hour of the wall clock is
    missing, in October one comes twice.
    """
    if in_autumn_night(watermark):
        overlap = max(overlap, AUTUMN)
    on_the_wall = as_afas(wall_clock(watermark) - overlap)
    return min(on_the_wall, to_filter(to_utc(watermark) - overlap))


def changed_between(columns: tuple[str, ...], since: str | None, until: str | None) -> Where:
    """Rows of which any of the columns lies in the window; both ends belong to it."""
    if since is None:
        return EVERYTHING
    return tuple(
        (Condition(column, Operator.AT_LEAST, since),)
        + ((Condition(column, Operator.AT_MOST, until),) if until else ())
        for column in columns
    )


def changed_after(columns: tuple[str, ...], watermark: str) -> Where:
    """Rows of which any of the columns is newer than the watermark."""
    return tuple((Condition(column, Operator.GREATER, watermark),) for column in columns)
