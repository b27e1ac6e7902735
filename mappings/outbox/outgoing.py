"""What every kind of update has in common on its way to AFAS: where to look, and what to send.

A kind says which GetConnectors to read for it, judges the rows that came back, and makes the call. It does no
I/O: the flow reads for many updates in one call and hands each its own rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from domain.errors import LoonbrugError
from domain.message import Message
from domain.outbox.afas_call import Answer, Call
from domain.outbox.update import Update
from domain.outbox.verdicts import Seen
from domain.pull.query import Row
from mappings.pull.fields import NO_RIGHTS
from words import Words


@dataclass(frozen=True, slots=True)
class Look:
    """Rows to read for an update: those whose ``column`` has the update's value, in the order of ``key``.

    ``columns``: those that judging and calling rest on; a row that hides one of them proves nothing.
    ``any_will_do``: one row is enough, since only whether there is any matters.
    """

    connector: str
    column: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    any_will_do: bool = False


Found = Mapping[str, Sequence[Row]]
"""Connector name to the rows found there for one update, each row once, by whichever look it was found.
A connector that was not read is not a key."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a call is made of: the rows of the look, the workflow actions and the file when needed."""

    found: Found
    actions: Sequence[Row] = ()
    content: bytes | None = field(default=None, repr=False)


class Unsendable(LoonbrugError):  # noqa: N818 - it says what the update is
    """No call can be made of this update.

    ``everywhere``: a setting is wrong, for all of its kind. ``for_now``: AFAS stands otherwise just now.
    """

    def __init__(self, why: Message, *, everywhere: bool = False, for_now: bool = False) -> None:
        super().__init__(Words("en").said(why))
        self.why = why
        self.everywhere = everywhere
        self.for_now = for_now


class Outgoing(Protocol):
    """One kind of update: pure translation, both ways."""

    @property
    def before(self) -> tuple[Look, ...]:
        """What to read before sending for the first time."""

    @property
    def in_doubt(self) -> tuple[Look, ...]:
        """What to read of an update that was sent, when nobody knows what became of it; in this order.

        What shows that an item moved on comes before the item, which then shows whereto.
        """

    @property
    def after(self) -> tuple[Look, ...]:
        """What to read right after sending."""

    @property
    def uses_actions(self) -> bool:
        """Whether the call names a workflow action."""

    @property
    def names(self) -> str:
        """The field in which AFAS's answer names what it made; empty when it makes nothing new."""

    def value(self, update: Update, look: Look) -> str:
        """What to look for in that connector, as AFAS spells it."""

    def judge(self, update: Update, found: Found) -> Seen:
        """What the rows mean for this update."""

    def call(self, update: Update, material: Material) -> Call:
        """The write. Raises Unsendable."""


def lacking(look: Look, row: Row) -> str | None:
    """The first column that the look rests on and the row does not have at all."""
    return next((column for column in look.columns if column not in row), None)


def hidden(look: Look, row: Row) -> str | None:
    """The first column that the look rests on and AFAS does not let us see in this row."""
    return next((column for column in look.columns if is_hidden(column, [row])), None)


def is_hidden(column: str, rows: Sequence[Row]) -> bool:
    """Whether AFAS lets us see the column in none of the rows."""
    return all(row.get(column) == NO_RIGHTS for row in rows)


MADE = "item"
"""Under this name the evidence keeps what AFAS named in its answer."""


def made(kind: Outgoing, answer: Answer) -> dict[str, str]:
    """The evidence in an answer: the key of what AFAS made; empty when it named none."""
    for fields in answer.results.values():
        if kind.names and isinstance(fields, dict) and fields.get(kind.names):
            return {MADE: str(fields[kind.names])}
    return {}


def text_of(row: Row, column: str) -> str:
    """A column as text without spaces around it; empty for null or a column that is not there."""
    value = row.get(column)
    return "" if value is None else str(value).strip()


def element(connector: str, fields: dict[str, object], **objects: object) -> dict[str, object]:
    """The body of a write on one record.

    >>> element("KnPerson", {"MatchPer": "0"})
    {'KnPerson': {'Element': {'Fields': {'MatchPer': '0'}}}}
    """
    record: dict[str, object] = {"Fields": fields}
    if objects:
        record["Objects"] = objects
    return {connector: {"Element": record}}
