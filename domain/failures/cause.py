"""What failures have in common: the reason without what differs from one victim to the next."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from domain.message import LEGACY, VERBATIM, Message

LONGEST = 300
_MOST_READ = 2_000
"""Letters of a reason that are looked at: what the patterns cost grows with the square of it."""
NO_REASON = Message("why.none")

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_QUOTED = re.compile(r"""(?<!\w)(?:'[^']*'|"[^"]*"|`[^`]*`|‘[^’]*’|“[^”]*”|«[^»]*»)(?!\w)""")  # noqa: RUF001
_NUMBERED = re.compile(r"[\w+/:@.-]*\d(?:[\w+/:@.,-]*\w)?")
_SERIES = re.compile(r"#(?:(?:, ?| ?; ?| en | and | )#)+")


def cause_of(reason: Message | None) -> Message:
    """A reason without the values that differ from one victim to the next; AFAS's own words likewise.

    >>> cause_of(Message("why.sent-in-vain", {"times": 4}))
    Message(id='why.sent-in-vain', values={'times': '#'})
    """
    if reason is None or not str(reason.values.get("text", "-")).split():
        return NO_REASON
    return Message(reason.id, {name: _alike(value) for name, value in reason.values.items()})


def _alike(value: Any) -> Any:
    match value:
        case Message():
            return cause_of(value)
        case tuple() | list():
            return tuple(map(_alike, value))
        case str():
            return text_alike(value)
        case bool() | None | Mapping():
            return value
        case _:
            return "#"


def text_alike(words: str) -> str:
    """A text without its quoted values, numbers, dates and ids: one cause, however many victims.

    >>> text_alike("Kostenplaats 'TACB' bestaat niet (declaratie 000000000005.01, regel 17)")
    "Kostenplaats '…' bestaat niet (declaratie #, regel #)"
    """
    text = " ".join(words.split())[:_MOST_READ]
    text = _QUOTED.sub("'…'", _ADDRESS.sub("…", text))
    text = _SERIES.sub("#", _NUMBERED.sub("#", text))
    return text[:LONGEST]


def fingerprint(about: str, reason: Message | None) -> str:
    """Twelve hexadecimal digits that stand for a cause, the same on every day and every machine.

    ``about``: the kind of update (``approve``), or the flow of a row (``flow:hours``): one and the same
    message about both would still be two things to mend.

    >>> [fingerprint("approve", Message(VERBATIM, {"text": f"Regel {line} is fout"})) for line in (1, 22)]
    ['4f8cb9782e73', '4f8cb9782e73']
    """
    return hashlib.sha256(f"{about}\n{_spelled(cause_of(reason))}".encode()).hexdigest()[:12]


def _spelled(cause: Message) -> str:
    """What is nothing but a text counts as it did before there were ids."""
    if cause.id in (VERBATIM, LEGACY):
        return str(cause.values["text"])
    return json.dumps(cause.to_json(), sort_keys=True)
