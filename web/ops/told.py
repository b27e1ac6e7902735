"""What Loonbrug itself says about an update or a row, in the reader's language; AFAS's own words stay.

Reasons are kept in English, made of phrases joined by ``; `` and ``: ``. Whatever is no phrase of ours is
left alone.
"""

from __future__ import annotations

import re
from functools import cache

from web.ops.told_phrases import PHRASES

_START, _END = r"(?:^|(?<=; )|(?<=: )|(?<=, ))", r"(?=$|;|: |, )"


def told(text: object, language: str) -> str:
    """A reason, translated as far as it is ours.

    >>> told("AFAS shows it approved externally by contact 7; would be sent", "nl")
    'AFAS toont haar als extern goedgekeurd door contactpersoon 7; wordt verstuurd'
    >>> told("Dat mag niet.", "nl"), told("would be sent", "en")
    ('Dat mag niet.', 'would be sent')
    """
    words = "" if text is None else str(text)
    if language != "nl":
        return words
    for english, dutch in _patterns():
        words = english.sub(dutch, words)
    return words


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Longest first: a phrase may hold another one."""
    ordered = sorted(PHRASES.items(), key=lambda pair: -len(pair[0]))
    return tuple((_pattern(english), _filled(dutch)) for english, dutch in ordered)


def _pattern(english: str) -> re.Pattern[str]:
    """``{}`` stands for a value: to the next semicolon at most."""
    return re.compile(_START + "([^;]+?)".join(map(re.escape, english.split("{}"))) + _END)


def _filled(dutch: str) -> str:
    pieces = dutch.split("{}")
    return "".join(
        piece.replace("\\", r"\\") + (f"\\g<{place}>" if place < len(pieces) else "")
        for place, piece in enumerate(pieces, 1)
    )
