"""A message for a person as it is kept and passed on: an id with its values, never a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

Value = Any


@dataclass(frozen=True, slots=True)
class Message:
    """What is said, without the words: ``words`` has them in each language."""

    id: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """The id and the values, for logs and developers; for people ``words`` says it."""
        return " ".join((self.id, *(f"{name}={value}" for name, value in self.values.items())))

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"id": self.id, "values": {name: _plain(value) for name, value in self.values.items()}}

    @staticmethod
    def from_json(known: Mapping[str, Any]) -> Message:
        """The message in plain values."""
        return Message(known["id"], {name: _value(value) for name, value in known["values"].items()})


def _plain(value: Any) -> Any:
    match value:
        case Message():
            return value.to_json()
        case tuple() | list():
            return [_plain(each) for each in value]
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
    return value


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return Message.from_json(value)
    return tuple(map(_value, value)) if isinstance(value, list) else value


VERBATIM, LEGACY, LEGACY_OF_BOTH = "said.verbatim", "legacy.text", "legacy.both"
"""Messages that are nothing but a ``text``: somebody else's words, and sentences of before there were ids.

The last has two: in English and in Dutch.
"""


def verbatim(text: object) -> Message:
    """Words that are not ours (AFAS's, a person's, a library's): the same in every language."""
    return Message(VERBATIM, {"text": str(text)})


def both(first: Message, second: Message) -> Message:
    """Two messages, one behind the other."""
    return Message("said.both", {"first": first, "second": second})


def because(what: Message, why: Message) -> Message:
    """What is so, and why."""
    return Message("said.because", {"what": what, "why": why})
