"""Values of rows as people read them, whether they come from a record or were kept as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

from domain.calendar import AMSTERDAM

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d:\d\d")
_NUMBER = re.compile(r"-?\d+\.\d{1,4}")
"""Not a claim number, which has twelve digits before its dot."""
_LONGEST_NUMBER = 9


def fact(of: object, name: Callable[[str], str], language: str) -> str:
    """A value for people: yes or no, a number or a day in the language's own way, a known state by its name.

    ``name`` has what people call a value that is a name, and gives back what it does not know.

    >>> fact("7.5", str, "nl"), fact("2026-11-23", str, "en"), fact("2026-11-18T08:00:00+00:00", str, "en")
    ('7,5', '23-11-2026', '18-11-2026 09:00:00')
    """
    text = _plain(of)
    if _MOMENT.fullmatch(text):
        return datetime.fromisoformat(text).astimezone(AMSTERDAM).strftime("%d-%m-%Y %H:%M:%S")
    if _DAY.fullmatch(text):
        return date.fromisoformat(text).strftime("%d-%m-%Y")
    if len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text):
        return text.replace(".", ",") if language == "nl" else text
    return name(text)


def _plain(of: object) -> str:
    """A value as it is kept."""
    match of:
        case None | "":
            return "nothing"
        case bool():
            return "yes" if of else "no"
        case list() | tuple():
            return ", ".join(map(str, of))
        case datetime() | date():
            return of.isoformat()
    return str(of)
