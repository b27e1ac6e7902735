"""Weeks as AFAS and payroll count them (ISO 8601), and the wall clock that people here look at."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
"""The time zone of AFAS, of the pay run and of everybody who reads a time."""
_YEARS = range(1970, 2200)
"""One can go from week to week within, and never leaves what a calendar can reckon."""


def days_of(week: str) -> tuple[date, date]:
    """Monday and Sunday of an ISO week (``2026-W47``). Raises ValueError when there is no such week."""
    year, _, number = week.partition("-W")
    if len(year) != 4 or len(number) != 2 or not f"{year}{number}".isdigit() or not week.isascii():
        raise ValueError("write a week as 2026-W47")
    if int(year) not in _YEARS:
        raise ValueError("there are no weeks of such a year here")
    monday = date.fromisocalendar(int(year), int(number), 1)
    return monday, monday + timedelta(days=6)


def is_week(text: str) -> bool:
    """Whether there is such an ISO week, written so.

    >>> is_week("2026-W53"), is_week("2027-W53"), is_week("2026-W7")
    (True, False, False)
    """
    try:
        days_of(text)
    except ValueError:
        return False
    return True


def neighbour(week: str, weeks: int) -> str:
    """The week so many weeks later (or earlier: negative).

    >>> neighbour("2026-W53", 1), neighbour("2027-W01", -1)
    ('2027-W01', '2026-W53')
    """
    return week_of(days_of(week)[0] + timedelta(weeks=weeks))


def monday_of(day: date) -> date:
    """The Monday of a day's week.

    >>> monday_of(date(2026, 11, 22))
    datetime.date(2026, 11, 16)
    """
    return day - timedelta(days=day.weekday())


def week_of(day: date) -> str:
    """The ISO week of a day, as the portal spells it.

    >>> week_of(date(2026, 11, 20))
    '2026-W47'
    """
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
