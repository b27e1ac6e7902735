"""Which days are public holidays."""

from __future__ import annotations

from datetime import date
from functools import cache

import holidays

from domain.cutoff import IsHoliday


def holidays_of(country: str | None) -> IsHoliday:
    """Whether a day is a public holiday in a country (``NL``); None: no day is."""
    return _Calendar(country).is_holiday if country else _never


class _Calendar:
    def __init__(self, country: str) -> None:
        self._country = country

    def is_holiday(self, day: date) -> bool:
        """Whether nobody works on that day."""
        return day in _days(self._country, day.year)


@cache
def _days(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))


def _never(_day: date) -> bool:
    return False
