"""The reasons of a cut-off report, and what changed since it was made, in the reader's language."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from connectors.paper.cutoff_words import reason_words, word
from domain.cutoff.report import ReportChange
from web.ops.shown import hours
from web.ops.told import told
from words import Words

_STANDING = re.compile(r"(?P<name>[a-z-]+) (?P<hours>-?[\d.]+)(?: \((?P<reason>.*)\))?", re.DOTALL)
_SUMS = {
    "agreed": "week.agrees",
    "agrees": "week.agrees",
    "differed": "week.differs",
    "differs": "week.differs",
}


def reason_told(reason: str | None, language: str) -> str:
    """A reason with what Loonbrug said behind it; AFAS's own words stay.

    >>> reason_told("the approval is parked: sent 4 times, and AFAS never showed it", "nl")
    'de goedkeuring is geparkeerd: 4 keer verstuurd, en AFAS heeft het nooit getoond'
    """
    return told(reason_words(reason, language), language)


def change_told(change: ReportChange, words: Words) -> tuple[str, str, str]:
    """What changed, how it was, how it is now."""
    return _subject(change.subject, words), _side(change.before, words), _side(change.after, words)


def _subject(subject: str, words: Words) -> str:
    group = subject.removeprefix("hours ").replace(" ", "-")
    if subject.startswith("hours ") and (name := words.name("cutoff", group)) != group:
        return f"{words('week.hours')}: {name}"
    return word(subject, words.language)


def _side(text: str | None, words: Words) -> str:
    if text is None:
        return words("cutoff.not-there")
    if text in _SUMS:
        return words(_SUMS[text])
    if match := _STANDING.fullmatch(text):
        name = words.name("cutoff", match["name"])
        name = name if name != match["name"] else words.name("state", name)
        reason = f" ({reason_told(match['reason'], words.language)})" if match["reason"] else ""
        return f"{name}, {hours(Decimal(match['hours']), words)}{reason}"
    try:
        return hours(Decimal(text), words)
    except InvalidOperation:
        return words.name("finding", text)
