"""AFAS's clock as far as it can be known: the hour that it shows twice, and where it stands now.

AFAS tells whole seconds of Amsterdam's wall clock (AFAS: get-connector.md), and whoever writes a row may have
a clock that is wrong. So two of its times do not always say which came first, and one of them may lie ahead.
What they leave open is decided by what AFAS shows last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.calendar import AMSTERDAM

HOUR = timedelta(hours=1)
WHOLE_SECONDS = timedelta(seconds=2)
"""AFAS's times and its answers' are cut to whole seconds: so far apart they may be the same."""
TOLERANCE = timedelta(minutes=2)
"""So far clocks may be apart before anybody needs to hear of it; less than every poll reads again."""
TIMES = ("changed_at", "deleted_at", "entered_at")
"""The fields that tell when a record changed; each has one of them, or none."""


@dataclass(frozen=True, slots=True)
class Present:
    """Between which moments AFAS's present lies, by the clocks that we can ask (aware UTC).

    No clock is trusted alone. What is later than ``earliest`` is not relied on; what is later than ``latest``
    is surely wrong.
    """

    earliest: datetime
    latest: datetime

    @classmethod
    def of(cls, ours: datetime, afas: datetime | None) -> Present:
        """By our own clock, and by what AFAS told with its last answer, if it did (aware UTC)."""
        clocks = [ours] if afas is None else [ours, afas]
        return cls(min(clocks), max(clocks))

    @property
    def until(self) -> datetime:
        """The latest time that a row may show without lying ahead."""
        return self.earliest + WHOLE_SECONDS

    def lies_ahead(self, moment: datetime) -> bool:
        """Whether that time cannot be relied on: it has not come yet, by one clock at least."""
        return moment > self.until

    def surely_ahead(self, moment: datetime) -> bool:
        """Whether that time is wrong, by every clock and by more than clocks may differ."""
        return moment > self.latest + TOLERANCE


def comes_twice(moment: datetime) -> bool:
    """True when this moment (aware), as AFAS would write it, is a text that the October night shows twice."""
    wall = moment.astimezone(AMSTERDAM).replace(tzinfo=None, fold=0)
    first = wall.replace(tzinfo=AMSTERDAM).utcoffset()
    second = wall.replace(tzinfo=AMSTERDAM, fold=1).utcoffset()
    return first is not None and second is not None and first > second


def same_repeated_hour(one: datetime, other: datetime) -> bool:
    """True when both lie in one hour that comes twice: nothing tells which of them was first.

    Both as we read AFAS's texts, that is as times of the first pass (aware UTC).
    """
    return abs(one - other) < HOUR and comes_twice(one) and comes_twice(other)


def changed_on(record: Any) -> datetime | None:
    """When AFAS says that a record changed, by whichever of its fields tells; None for those without."""
    moment: datetime | None = next((getattr(record, each) for each in TIMES if hasattr(record, each)), None)
    return moment
