"""How values look on a page: times in Amsterdam, ages, numbers; per language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from domain.calendar import AMSTERDAM
from web.ops.words.catalogue import Words
from web.ops.words.told import told

NOTHING = "\N{EN DASH}"

_UNITS = (("days", 86400), ("hours", 3600), ("minutes", 60))


def filters(words: Words) -> Mapping[str, Callable[..., str]]:
    """The filters of the templates: ``{{ run.ended_at | moment }}``, ``{{ seconds | age }}`` ..."""
    return {
        "moment": lambda value: moment(value, words),
        "day": lambda value: day(value, words),
        "age": lambda value: age(value, words),
        "number": lambda value: number(value, words),
        "hours": lambda value: hours(value, words),
        "sentence": sentence,
        "plain": lambda value: plain(value, words),
        "told": lambda value: told(value, words.language),
    }


def moment(value: datetime | None, words: Words) -> str:
    """A time on the Dutch clock: ``Mon 23 Nov 14:05:09``, a dash for none; with the year if not this one."""
    if value is None:
        return NOTHING
    local = value.astimezone(AMSTERDAM)
    weekday, month = words(f"weekday.{local.weekday()}"), words(f"month.{local.month}")
    year = "" if local.year == datetime.now(AMSTERDAM).year else f" {local.year}"
    return f"{weekday} {local.day} {month}{year} {local:%H:%M:%S}"


def day(value: date | None, words: Words) -> str:
    """A calendar day: ``Mon 23 Nov 2026``."""
    if value is None:
        return NOTHING
    weekday, month = words(f"weekday.{value.weekday()}"), words(f"month.{value.month}")
    return f"{weekday} {value.day} {month} {value.year}"


def age(seconds: float | None, words: Words) -> str:
    """A duration in its two largest units: ``2 h 5 min``; a dash for none."""
    if seconds is None:
        return NOTHING
    left = max(0, round(seconds))
    if left < 60:
        return words("age.seconds", count=left)
    parts: list[str] = []
    for name, size in _UNITS:
        count, left = divmod(left, size)
        if count or parts:
            parts.append(words(f"age.{name}", count=count))
    return " ".join(parts[:2])


def number(value: float | Decimal | None, words: Words) -> str:
    """A count: ``12,345`` or ``12.345``."""
    return NOTHING if value is None else _grouped(f"{value:,}", words)


def hours(value: Decimal | float | None, words: Words) -> str:
    """A quantity of hours, with two decimals: ``1,234.50`` or ``1.234,50``."""
    return NOTHING if value is None else _grouped(f"{Decimal(str(value)):,.2f}", words)


def plain(value: object, words: Words) -> str:
    """A value out of JSON as people write it: yes and no, lists with commas, names before their values."""
    match value:
        case None:
            return NOTHING
        case bool():
            return words("yes" if value else "no")
        case list():
            return ", ".join(plain(each, words) for each in value) or words("none")
        case dict():
            return ", ".join(f"{name} {plain(each, words)}" for name, each in value.items())
    return str(value)


def sentence(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def _grouped(text: str, words: Words) -> str:
    if words.language == "nl":
        return text.translate(str.maketrans(",.", ".,"))
    return text
