"""How values look to people: times on the Dutch clock, ages, numbers; per language, by Babel's formats."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from domain.calendar import AMSTERDAM

NOTHING = "\N{EN DASH}"
"""What is shown where there is no value."""


@cache
def _locale(language: str) -> Locale:
    return Locale.parse("en_GB" if language == "en" else language)


def moment(value: datetime, language: str) -> str:
    """A time (aware) on the Dutch clock: ``Mon 23 Nov 14:05:09``; with the year when it is not this one."""
    local = value.astimezone(AMSTERDAM)
    year = "" if local.year == datetime.now(AMSTERDAM).year else " y"
    return format_datetime(local, f"EEE d MMM{year} HH:mm:ss", AMSTERDAM, _locale(language))


def long_moment(value: datetime, language: str) -> str:
    """The same in full, as mails say it: ``Monday 23 November 14:05``."""
    return format_datetime(value.astimezone(AMSTERDAM), "EEEE d MMMM HH:mm", AMSTERDAM, _locale(language))


def dated_moment(value: datetime, language: str) -> str:
    """A time with its year, as paper says it: ``Mon 23 Nov 2026 14:05``."""
    return format_datetime(value.astimezone(AMSTERDAM), "EEE d MMM y HH:mm", AMSTERDAM, _locale(language))


def day(value: date, language: str) -> str:
    """A calendar day: ``Mon 23 Nov 2026``."""
    return format_date(value, "EEE d MMM y", _locale(language))


def number(value: float | Decimal, language: str) -> str:
    """A count, with the decimals that it has: ``12,345`` or ``12.345``."""
    return format_decimal(value, locale=_locale(language), decimal_quantization=False)


def hours(value: float | Decimal, language: str) -> str:
    """A quantity of hours, with two decimals: ``1,234.50`` or ``1.234,50``."""
    return format_decimal(Decimal(str(value)), "#,##0.00", _locale(language))
