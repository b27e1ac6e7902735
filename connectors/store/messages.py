"""Messages in the database: JSON of an id and values on the way in, a ``Message`` on the way out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, cast

from psycopg import Connection
from psycopg.abc import Buffer
from psycopg.types.json import JsonbDumper

from domain.message import Message

T = TypeVar("T")


class MessageDumper(JsonbDumper):
    """A message as a value of a statement."""

    def dump(self, obj: Message) -> Buffer | None:
        """Its JSON."""
        return super().dump(obj.to_json())


def know_messages(connection: Connection[Any]) -> None:
    """Let this connection take messages as values of statements."""
    connection.adapters.register_dumper(Message, MessageDumper)


def message_of(known: Mapping[str, Any] | None) -> Message | None:
    """The message in a column; None for null."""
    return None if known is None else Message.from_json(known)


def with_messages(make: Callable[..., T]) -> Callable[..., T]:
    """``make``, with columns made messages where it is a dataclass whose fields are."""
    names = _said_in(make)
    if not names:
        return make

    def made(**row: Any) -> T:
        return make(**row | {name: message_of(row[name]) for name in names if name in row})

    return made


@cache
def _said_in(make: Callable[..., object]) -> tuple[str, ...]:
    """The fields of a dataclass that are messages; annotations are texts in this house."""
    if not is_dataclass(make):
        return ()
    return tuple(
        each.name for each in fields(cast("Any", make)) if each.type in ("Message", "Message | None")
    )
