"""How what is personal goes into the database and comes out of it; the catalogue says what it is of a record.

Names stay plain: lists are sorted and searched by them. See docs/decisions/0010-what-is-encrypted.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import orjson
from psycopg.rows import DictRow

from connectors.store.sealed.cipher import Place, seal, seal_text, unseal, unseal_text
from connectors.store.sealed.keyring import KeyRing
from domain.message import Message
from domain.records import catalogue
from domain.records.catalogue import RecordType
from domain.records.record import Record

KINDS = frozenset(("change-mobile", "ask-question", "reject"))
"""Kinds of decision and update whose content is personal: a rejection says why, of somebody's work."""

_SEALED = "sealed"


def seal_row(keys: KeyRing, environment: str, record: type[Record], row: DictRow) -> DictRow:
    """A row of that type with its personal columns encrypted."""
    kind = catalogue.of(record)
    return row | {
        column: seal_text(keys, _place(environment, kind, row, column), row[column]) for column in kind.sealed
    }


def open_row(keys: KeyRing | None, environment: str, record: type[Record], row: DictRow) -> DictRow:
    """A row of that type with its personal columns readable; those that were not read are not missed."""
    kind = catalogue.of(record)
    return row | {
        column: unseal_text(keys, _place(environment, kind, row, column), row[column])
        for column in kind.sealed
        if column in row
    }


def seal_document(keys: KeyRing | None, place: Place, document: Mapping[str, object]) -> dict[str, object]:
    """A JSON document as a document that holds nothing but its sealed text."""
    if keys is None:
        return dict(document)
    return {_SEALED: seal_text(keys, place, orjson.dumps(document, default=str).decode())}


def open_document(keys: KeyRing | None, place: Place, document: Mapping[str, object]) -> dict[str, object]:
    """The document in a sealed one. Raises SealedValueRefused."""
    if set(document) != {_SEALED}:
        return dict(document)
    return dict(orjson.loads(unseal_text(keys, place, str(document[_SEALED])) or "{}"))


def update_place(environment: str, update: int) -> Place:
    """Where the payload of an update lives."""
    return Place(environment, "outbox", str(update), "payload")


def decision_place(environment: str, decision: int) -> Place:
    """Where the content of a decision lives."""
    return Place(environment, "decision", str(decision), "content")


def parked_place(environment: str, flow: str, key: str) -> Place:
    """Where the raw row of a parked row lives."""
    return Place(environment, "parked_row", f"{flow}/{key}", "row")


def notice_place(environment: str, mark: str) -> Place:
    """Where a mail or webhook waits to be sent."""
    return Place(environment, "notice", mark, "content")


def history_place(environment: str, number: str) -> Place:
    """Where the history of a declaration tells why it was rejected."""
    return Place(environment, "declaration_history", number, "detail")


_PERSONAL_VALUES = ("reason", "text")
"""What of a history is in somebody's own words; a sentence of before there were messages is a ``text``."""


def seal_reason(keys: KeyRing | None, place: Place, detail: Message) -> Message:
    """A line of a history with the words in it encrypted."""
    return _reworded(detail, lambda text: seal_text(keys, place, text))


def open_reason(keys: KeyRing | None, place: Place, detail: Message) -> Message:
    """The same, readable. Raises SealedValueRefused."""
    return _reworded(detail, lambda text: unseal_text(keys, place, text))


def _reworded(detail: Message, change: Callable[[str], str | None]) -> Message:
    new = {name: change(detail.values[name]) for name in _PERSONAL_VALUES if name in detail.values}
    return replace(detail, values={**detail.values, **new})


def file_place(environment: str, file: object) -> Place:
    """Where the bytes of a stored file live."""
    return Place(environment, "stored_file", str(file), "content")


def evidence_place(environment: str, file: object) -> Place:
    """Where the proof of signing of a stored file lives."""
    return Place(environment, "stored_file", str(file), "evidence")


def seal_file(keys: KeyRing | None, environment: str, file: object, content: bytes) -> bytes:
    """The bytes of a file, encrypted."""
    return seal(keys, file_place(environment, file), content) if keys else content


def open_file(keys: KeyRing | None, environment: str, file: object, content: bytes) -> bytes:
    """The bytes of a file, readable."""
    return unseal(keys, file_place(environment, file), content)


def keyed_hash(keys: KeyRing | None, documents: Sequence[bytes]) -> bytes:
    """A hash that tells "unchanged"; with a key, for a plain one would let a mobile number be guessed."""
    key = keys.derived("unchanged") if keys else b""
    return hashlib.blake2b(b"".join(documents), digest_size=16, key=key).digest()


def _place(environment: str, kind: RecordType, row: DictRow, column: str) -> Place:
    [key] = kind.key
    return Place(environment, kind.table, str(row[key]), column)
