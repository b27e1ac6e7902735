"""The filters of the templates: how values look on a page, per language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from words import Words, shown
from words.shown import NOTHING


def filters(words: Words) -> Mapping[str, Callable[..., str]]:
    """``{{ run.ended_at | moment }}``, ``{{ seconds | age }}`` ... A value that is not there is a dash."""
    return {
        "moment": lambda value: moment(value, words),
        "day": lambda value: day(value, words),
        "age": lambda value: age(value, words),
        "number": lambda value: number(value, words),
        "hours": lambda value: hours(value, words),
        "sentence": sentence,
        "said": lambda value: "" if value is None else words.shown(value),
    }


def moment(value: datetime | None, words: Words) -> str:
    """A time on the Dutch clock."""
    return NOTHING if value is None else shown.moment(value, words.language)


def day(value: date | None, words: Words) -> str:
    """A calendar day."""
    return NOTHING if value is None else shown.day(value, words.language)


def age(seconds: float | None, words: Words) -> str:
    """A duration in its two largest units."""
    return NOTHING if seconds is None else words.age(seconds)


def number(value: float | Decimal | None, words: Words) -> str:
    """A count."""
    return NOTHING if value is None else shown.number(value, words.language)


def hours(value: Decimal | float | None, words: Words) -> str:
    """A quantity of hours, with two decimals."""
    return NOTHING if value is None else shown.hours(value, words.language)


def sentence(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
