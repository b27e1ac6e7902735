"""When the pay run's cut-off is, and what is due before it. Pure: the clock and the calendar are passed in.

The hours of a week are approved on Monday of the next week and paid on its Friday; the cut-off lies between.
It is counted in Dutch wall-clock time; the moments before it are real hours, also across the nights in which
the clocks change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum, StrEnum

from domain.calendar import AMSTERDAM, days_of, neighbour, week_of

_DAY = timedelta(days=1)

IsHoliday = Callable[[date], bool]
"""Whether nobody works on that day although it is no Saturday or Sunday."""


class Weekday(IntEnum):
    """A working day, as Python counts them."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4


class CutoffTask(StrEnum):
    """What is done at a moment before the cut-off."""

    REPORT = "report"
    REMIND_CLIENTS = "remind-clients"
    """Of what still waits for approval."""
    REMIND_OFFICE = "remind-office"
    """Of weeks that were not submitted."""


@dataclass(frozen=True, slots=True)
class CutoffRule:
    """When the cut-off is, and what is done how long before it.

    ``at``: Dutch wall-clock time. ``payday``: when wages are paid. The numbers are hours before the cut-off.
    """

    weekday: Weekday = Weekday.THURSDAY
    at: time = time(12, 0)
    payday: Weekday = Weekday.FRIDAY
    reports: tuple[float, ...] = (24.0, 4.0, 1.0)
    remind_clients: tuple[float, ...] = (48.0, 24.0)
    remind_office: tuple[float, ...] = (72.0,)

    @property
    def tasks(self) -> tuple[tuple[CutoffTask, tuple[float, ...]], ...]:
        """What is done, and how many hours before."""
        return (
            (CutoffTask.REPORT, self.reports),
            (CutoffTask.REMIND_CLIENTS, self.remind_clients),
            (CutoffTask.REMIND_OFFICE, self.remind_office),
        )


@dataclass(frozen=True, slots=True)
class Cutoff:
    """The cut-off of one week's hours. ``at``: aware UTC. ``moved``: a holiday put it on an earlier day."""

    week: str
    at: datetime
    moved: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that is due before a cut-off. ``at``: aware UTC; ``name`` is unique within the week."""

    cutoff: Cutoff
    task: CutoffTask
    hours: float
    at: datetime

    @property
    def name(self) -> str:
        """Such as ``report-4h``."""
        return f"{self.task}-{self.hours:g}h"


def cutoff_of(week: str, rule: CutoffRule, is_holiday: IsHoliday) -> Cutoff:
    """The cut-off for the hours of a week. Raises ValueError when there is no such week.

    On a holiday it moves to the working day before. When payday itself is a holiday, wages are paid on the
    working day before that, and the cut-off stays ahead of it as it is in other weeks.
    """
    monday = days_of(neighbour(week, 1))[0]
    usual = monday + timedelta(days=rule.weekday)
    payday = _working_day(monday + timedelta(days=rule.payday), is_holiday)
    day = _working_day(usual, is_holiday)
    while rule.weekday < rule.payday and day >= payday:
        day = _working_day(day - _DAY, is_holiday)
    at = datetime.combine(day, rule.at, AMSTERDAM).astimezone(UTC)
    return Cutoff(week, at, moved=day != usual)


def next_cutoff(now: datetime, rule: CutoffRule, is_holiday: IsHoliday) -> Cutoff:
    """The first cut-off after ``now`` (aware)."""
    week = week_of(now.astimezone(AMSTERDAM).date() - timedelta(weeks=2))
    cutoff = cutoff_of(week, rule, is_holiday)
    while cutoff.at <= now:
        week = neighbour(week, 1)
        cutoff = cutoff_of(week, rule, is_holiday)
    return cutoff


def moments_of(cutoff: Cutoff, rule: CutoffRule) -> list[Moment]:
    """What is due before a cut-off, in order of time."""
    found = [
        Moment(cutoff, task, hours, cutoff.at - timedelta(hours=hours))
        for task, several in rule.tasks
        for hours in several
    ]
    return sorted(found, key=lambda moment: (moment.at, moment.name))


def due(now: datetime, moments: Sequence[Moment]) -> tuple[list[Moment], list[Moment]]:
    """The moments that have come, and those among them that are overtaken by a later one of the same task.

    What was missed while no clock ran is caught up once, by the newest; the others are skipped.
    """
    come = [moment for moment in moments if moment.at <= now]
    newest = {moment.task: moment for moment in come}
    return list(newest.values()), [moment for moment in come if newest[moment.task] is not moment]


def _working_day(day: date, is_holiday: IsHoliday) -> date:
    """The day itself, or the working day before it."""
    while day.weekday() > Weekday.FRIDAY or is_holiday(day):
        day -= _DAY
    return day
