"""Everything sealed is sealed anew with the newest key, in small steps that may stop and go on at any time.

What is left to do is what does not begin with the newest key's mark, so nothing has to be remembered. What
was never sealed (an older version, an installation without keys) is sealed now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg import Connection, sql
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from connectors.store.audit.append import append
from connectors.store.database import Database
from connectors.store.sealed.cipher import MARK, Place, seal_text, unseal_text
from connectors.store.sealed.keyring import KeyRing, KeysWrong
from connectors.store.sealed.personal import (
    KINDS,
    decision_place,
    evidence_place,
    history_place,
    notice_place,
    open_document,
    open_file,
    open_reason,
    parked_place,
    seal_document,
    seal_file,
    seal_reason,
    update_place,
)
from domain.audit.entry import Entry
from domain.message import Message
from domain.records.catalogue import CATALOGUE

_BATCH = 200


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A sealed column: how it begins as text, which rows count, and which columns name the row."""

    table: str
    column: str
    row: tuple[str, ...]
    begins: str = "{column}"
    only: str = "{column} <> ''"


_DOCUMENT = "coalesce({column} ->> 'sealed', '')"
_REASON = "coalesce({column} #>> '{{values,reason}}', {column} #>> '{{values,text}}', '')"
_SEALED = (
    *(_Sealed(kind.table, column, kind.key) for kind in CATALOGUE for column in kind.sealed),
    _Sealed("console_person", "code_secret", ("id",)),
    _Sealed("outbox", "payload", ("id",), _DOCUMENT, "kind = any(%(kinds)s) and {column} <> '{{}}'"),
    _Sealed("decision", "content", ("id",), _DOCUMENT, "kind = any(%(kinds)s) and {column} <> '{{}}'"),
    _Sealed("stored_file", "evidence", ("id",), _DOCUMENT, "{column} <> '{{}}'"),
    _Sealed("notice", "content", ("id", "mark"), _DOCUMENT, "{column} is not null"),
    _Sealed(
        "declaration_history",
        "detail",
        ("id", "number"),
        _REASON,
        "event = 'rejected' and {column} is not null",
    ),
    _Sealed("parked_row", "row", ("id", "flow", "key"), _DOCUMENT, "true"),
    _Sealed(
        "stored_file",
        "content",
        ("id",),
        "encode(substring({column} from 1 for %(length)s), 'escape')",
        "true",
    ),
)


def rotate(database: Database, by: str) -> Iterator[int]:
    """Seal anew what is not sealed with the newest key, of all environments. Yields how many after each step.

    Raises SealedValueRefused for a value that does not open in its place: it is named, and must be mended.
    """
    keys = _keys(database)
    for sealed in _SEALED:
        while count := _step(database, keys, sealed):
            yield count
    audit_everywhere(database, by, "keys.rotate", {"key": keys.newest.id})


def left_with(database: Database, key_id: str) -> int:
    """How many values are sealed with that key still."""
    begins = f"{MARK}{key_id}:"
    total = 0
    with database.connection() as connection:
        for sealed in _SEALED:
            where = sql.SQL("starts_with({}, %(begins)s) and {}").format(_begins(sealed), _only(sealed))
            query = sql.SQL("select count(*) from {} where {}").format(sql.Identifier(sealed.table), where)
            row = connection.execute(query, _values(begins)).fetchone()
            total += row["count"] if row else 0
    return total


def audit_everywhere(database: Database, by: str, action: str, detail: dict[str, object]) -> None:
    """What was done to the keys, in the audit trail of every environment: they serve all."""
    with database.transaction() as connection:
        rows = connection.execute("select environment from environment order by environment").fetchall()
        for row in rows:
            append(connection, row["environment"], Entry(by, action, "keys", detail))


def _step(database: Database, keys: KeyRing, sealed: _Sealed) -> int:
    begins = f"{MARK}{keys.newest.id}:"
    names = dict.fromkeys(("environment", *sealed.row, sealed.column))
    query = sql.SQL(
        "select {} from {} where {} and not starts_with({}, %(begins)s)"
        " limit %(batch)s for update skip locked"
    ).format(
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.Identifier(sealed.table),
        _only(sealed),
        _begins(sealed),
    )
    with database.transaction() as connection:
        rows = connection.execute(query, _values(begins)).fetchall()
        _write(connection, sealed, [(row, _anew(keys, sealed, row)) for row in rows])
    return len(rows)


def _write(
    connection: Connection[DictRow], sealed: _Sealed, values: Sequence[tuple[DictRow, object]]
) -> None:
    key = sealed.row[0]
    statement = sql.SQL("update {} set {} = %s where environment = %s and {} = %s").format(
        sql.Identifier(sealed.table), sql.Identifier(sealed.column), sql.Identifier(key)
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(value, row["environment"], row[key]) for row, value in values])


def _anew(keys: KeyRing, sealed: _Sealed, row: DictRow) -> object:
    environment, value = row["environment"], row[sealed.column]
    match sealed.table, sealed.column:
        case "stored_file", "content":
            return seal_file(
                keys, environment, row["id"], open_file(keys, environment, row["id"], bytes(value))
            )
        case (("outbox" | "decision" | "parked_row" | "stored_file" | "notice"), _):
            place = _document_place(sealed.table, row)
            return Jsonb(seal_document(keys, place, open_document(keys, place, value)))
        case "declaration_history", _:
            place = history_place(environment, row["number"])
            return seal_reason(keys, place, open_reason(keys, place, Message.from_json(value)))
    place = Place(environment, sealed.table, str(row[sealed.row[0]]), sealed.column)
    return seal_text(keys, place, unseal_text(keys, place, value))


def _document_place(table: str, row: DictRow) -> Place:
    if table == "outbox":
        return update_place(row["environment"], row["id"])
    if table == "decision":
        return decision_place(row["environment"], row["id"])
    if table == "stored_file":
        return evidence_place(row["environment"], row["id"])
    if table == "notice":
        return notice_place(row["environment"], row["mark"])
    return parked_place(row["environment"], row["flow"], row["key"])


def _begins(sealed: _Sealed) -> sql.Composable:
    return sql.SQL(sealed.begins).format(column=sql.Identifier(sealed.column))


def _only(sealed: _Sealed) -> sql.Composable:
    return sql.SQL(sealed.only).format(column=sql.Identifier(sealed.column))


def _values(begins: str) -> dict[str, object]:
    return {"begins": begins, "length": len(begins), "kinds": sorted(KINDS), "batch": _BATCH}


def _keys(database: Database) -> KeyRing:
    if database.keys is None:
        raise KeysWrong("there are no keys to seal with")
    return database.keys
