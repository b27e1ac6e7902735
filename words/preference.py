"""Which language a person reads."""

from __future__ import annotations

import re

from words.catalogue import LANGUAGES

_PREFERENCE = re.compile(r"\s*([a-zA-Z]{1,8})(?:-[a-zA-Z0-9]+)*\s*(?:;\s*q=([0-9.]{1,5}))?\s*")


def language_of(chosen: str | None, accepted: str) -> str:
    """The language for a person: the one chosen, else the first of ours in ``Accept-Language``, else English.

    >>> language_of(None, "fr, nl-BE;q=0.9, en;q=0.8"), language_of("en", "nl"), language_of(None, "")
    ('nl', 'en', 'en')
    """
    if chosen in LANGUAGES:
        return chosen
    wishes = [match for part in accepted[:200].split(",") if (match := _PREFERENCE.fullmatch(part))]
    weighed = sorted(wishes, key=lambda wish: -_weight(wish[2]))
    return next((wish[1].lower() for wish in weighed if wish[1].lower() in LANGUAGES), "en")


def _weight(text: str | None) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
