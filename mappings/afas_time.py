"""AFAS's clock: Amsterdam wall-clock texts with a false ``Z``. Here they become UTC, and go back; only here.

AFAS prints ``2026-11-20T14:03:27Z`` and means 14:03:27 in Amsterdam (AFAS: get-connector.md); dates come the
same way, at midnight. Filters take the same text without the ``Z``.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from domain.calendar import AMSTERDAM

FIRST_YEAR, LAST_YEAR = 1901, 2098
"""A year outside is none that is meant."""
_TEXT = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.\d{1,9})?)?Z?\Z", re.ASCII)


@lru_cache(maxsize=65_536)
def to_utc(text: str) -> datetime:
    """The moment that AFAS means, as aware UTC.

    The hour that comes twice in October is taken as the first one (nothing in the text tells); a time in the
    hour that is skipped in March is taken as if the clock had not moved yet. Raises ValueError.

    >>> to_utc("2026-07-01T09:00:00Z")
    datetime.datetime(2026, 7, 1, 7, 0, tzinfo=datetime.timezone.utc)
    """
    return wall_clock(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


@lru_cache(maxsize=16_384)
def to_date(text: str) -> date:
    """The day that AFAS means. Raises ValueError for an impossible day, and for a time other than midnight.

    >>> to_date("2026-11-16T00:00:00Z")
    datetime.date(2026, 11, 16)
    """
    moment = wall_clock(text)
    if moment.time() != datetime.min.time():
        raise ValueError("a date with a time in it")
    return moment.date()


def wall_clock(text: str) -> datetime:
    """The naive Amsterdam time in the text; whole seconds. Raises ValueError."""
    match = _TEXT.match(text)
    if not match:
        raise ValueError("not a time as AFAS writes it")
    day, time = match.groups()
    moment = datetime.fromisoformat(f"{day}T{time or '00:00:00'}")
    if not 1900 <= moment.year <= 9000:
        raise ValueError("not a year that can be meant")
    return moment


def means_no_date(text: str) -> bool:
    """Whether a day or time stands for "none": the far ends that fill a field which may not be empty.

    AFAS's documents name none of them, but rows come with 9999-12-31, 2999-12-31, 2099-12-31 (no end),
    1899-12-30, 1900-01-01, 0001-01-01 (no begin: the zero days of databases and spreadsheets). Nothing that a
    payroll is about begins or ends before 1901 or after 2098.

    >>> means_no_date("9999-12-31T00:00:00Z"), means_no_date("2026-11-16"), means_no_date("soon")
    (True, False, False)
    """
    return bool(_TEXT.match(text)) and not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR


def is_before_all_dates(text: str) -> bool:
    """Which of the two far ends it is; for a text that means no date."""
    return int(text[:4]) < FIRST_YEAR


def to_filter(moment: datetime) -> str:
    """The text with which AFAS filters on this moment (aware), in Amsterdam time, without ``Z``.

    >>> to_filter(datetime(2026, 7, 1, 7, 0, tzinfo=UTC))
    '2026-07-01T09:00:00'
    """
    return as_afas(moment.astimezone(AMSTERDAM))


def as_afas(wall: datetime) -> str:
    """A wall-clock time as AFAS writes it in filters: whole seconds, no ``Z``."""
    return wall.replace(tzinfo=None, microsecond=0).isoformat()


def without_z(text: str) -> str:
    """AFAS's text as it goes back into a filter, checked. Raises ValueError.

    >>> without_z("2026-11-20T14:03:27Z")
    '2026-11-20T14:03:27'
    """
    return as_afas(wall_clock(text))


def latest_shown(moment: datetime) -> str:
    """The latest text that AFAS's clock has shown until this moment (aware), for a filter.

    While the October hour passes for the second time, all of its texts were shown already.

    >>> latest_shown(datetime(2026, 10, 25, 1, 10, tzinfo=UTC))
    '2026-10-25T02:59:59'
    """
    hour_before = moment - timedelta(hours=1)
    if to_filter(hour_before) == to_filter(moment):
        return to_filter(moment.replace(minute=59, second=59))
    return to_filter(moment)


def last_sunday_of_october(year: int) -> date:
    """The day on which Amsterdam sets its clocks back.

    >>> last_sunday_of_october(2026)
    datetime.date(2026, 10, 25)
    """
    end = date(year, 10, 31)
    return end - timedelta(days=(end.weekday() + 1) % 7)
