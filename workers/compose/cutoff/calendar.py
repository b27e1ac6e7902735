"""Which days are public holidays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache

import holidays

from domain.cutoff.when import IsHoliday


def holidays_of(country: str | None, closed: Collection[date] = ()) -> IsHoliday:
    """Whether a day is a public holiday in a country (``NL``; None: no day is), or one of ``closed``."""
    return _Calendar(country, frozenset(closed)).is_holiday


class _Calendar:
    def __init__(self, country: str | None, closed: frozenset[date]) -> None:
        self._country = country
        self._closed = closed

    def is_holiday(self, day: date) -> bool:
        """Whether nobody works on that day."""
        return day in self._closed or (self._country is not None and day in _days(self._country, day.year))


@cache
def _days(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))
