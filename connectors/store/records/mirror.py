"""The mirror of AFAS: one table per type of record, columns named like its fields.

Records travel as JSON, because one encoding then serves both the content hash and the write, and PostgreSQL
unpacks a page in one statement: rows that are unchanged are only compared, never written or locked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import TypeVar, get_args, get_type_hints

import orjson
from psycopg import Connection, sql
from psycopg.rows import DictRow

from connectors.store.records import ahead, deletions
from connectors.store.records.ahead import Reading
from connectors.store.sealed.erased import blanked
from connectors.store.sealed.keyring import KeyRing, keys_of
from connectors.store.sealed.personal import keyed_hash, seal_row
from domain.records import catalogue
from domain.records.hours import DeletedLine, HourLine
from domain.records.record import Record

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Written:
    """How many of the records were new, and how many changed; the others were known so (or newer)."""

    new: int
    changed: int


def write(
    connection: Connection[DictRow],
    environment: str,
    record: type[Record],
    records: Sequence[Record],
    *,
    reading: Reading | None = None,
    forced: bool = False,
) -> Written:
    """Write what is new or changed (G7: never an older version over a newer one); keys are distinct.

    Where AFAS's times do not say which version is older, the one that was read last counts: both changed in
    the hour that comes twice, or the one that we know lay ahead. ``forced``: whatever the times say.
    """
    if not records:
        return Written(0, 0)
    row = connection.execute(
        _write_statement(record),
        {
            "environment": environment,
            "records": _prepared(connection, environment, record, records),
            "forced": forced,
        },
    ).fetchone()
    if reading:
        rows = dict(zip(key_texts(record, records), records, strict=True))
        ahead.note(connection, environment, catalogue.of(record).table, rows, reading)
    if not forced and (record is HourLine or record is DeletedLine):
        deletions.apply(
            connection,
            environment,
            [each.line for each in records if isinstance(each, HourLine | DeletedLine)],
        )
    return Written(row["new"], row["changed"]) if row else Written(0, 0)


def read(record: type[R], row: Mapping[str, object]) -> R:
    """The record in a row of its table; other columns of the row are left alone."""
    values = {name: row[name] for name in _names(record)}  # type: ignore[arg-type]  # a type is hashable
    for name, kind in _enums(record).items():  # type: ignore[arg-type]
        values[name] = kind(values[name])
    return record(**values)


def key_texts(record: type[Record], records: Iterable[Record]) -> list[str]:
    """The keys as one text each, as ``key_text`` makes them in SQL."""
    keys = catalogue.of(record).key
    if len(keys) == 1:
        return [str(each) for each in map(attrgetter(keys[0]), records)]
    return ["|".join(map(str, each)) for each in map(attrgetter(*keys), records)]


def key_text(record: type[Record], alias: str) -> sql.Composed:
    """SQL for the key of a row as one text."""
    columns = sql.SQL(", ").join(sql.Identifier(alias, name) for name in catalogue.of(record).key)
    return sql.SQL("concat_ws('|', {})").format(columns)


@cache
def statement_for(template: str, record: type[Record], key: tuple[str, ...]) -> sql.Composed:
    """A template with ``{columns}`` and ``{changes}`` filled in for a type of record and its key."""
    names = [each.name for each in fields(record)]
    return sql.SQL(template).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, names)),
        changes=sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(each)) for each in names if each not in key
        ),
    )


def content_hash(document: bytes) -> str:
    """The hash of a record's JSON, in hexadecimal."""
    return hashlib.blake2b(document, digest_size=16).hexdigest()


def _prepared(
    connection: Connection[DictRow], environment: str, record: type[Record], records: Sequence[Record]
) -> str:
    """The JSON array to write: personal columns encrypted, and blank for those who were erased."""
    kind = catalogue.of(record)
    records = blanked(connection, environment, kind, records)
    keys = keys_of(connection) if kind.sealed else None
    return _documents(records) if keys is None else _sealed(keys, environment, record, records)


def _sealed(keys: KeyRing, environment: str, record: type[Record], records: Sequence[Record]) -> str:
    """The hash is that of what is readable: what is encrypted looks different every time."""
    rows = []
    for each in records:
        document = orjson.dumps(each, default=str)
        row = seal_row(keys, environment, record, orjson.loads(document))
        rows.append(row | {"content_hash": f"\\x{keyed_hash(keys, [document]).hex()}"})
    return orjson.dumps(rows).decode()


def _documents(records: Sequence[Record]) -> str:
    """A JSON array of the records, each with its content hash in front. Decimals travel as text."""
    parts = (_with_hash(orjson.dumps(each, default=str)) for each in records)
    return "[" + ",".join(parts) + "]"


def _with_hash(document: bytes) -> str:
    return f'{{"content_hash":"\\\\x{content_hash(document)}",{document[1:].decode()}'


@cache
def _write_statement(record: type[Record]) -> sql.Composed:
    """What is known is looked up key by key (``lateral`` with a limit): a planner without statistics, as in a
    new database, would read the whole table for every page. ``order by`` has all of it looked up before the
    first row is written: an empty table's indexes all cost the same, so the planner may take one that cannot
    tell keys apart, and would pass over every row written so far for each that follows."""
    names, kind = [each.name for each in fields(record)], catalogue.of(record)
    key = sql.SQL(", ").join(map(sql.Identifier, kind.key))
    changes = [name for name in names if name not in kind.key] + ["content_hash"]
    return sql.SQL(
        """
        with sent as materialized (
            select * from json_populate_recordset(null::{table}, %(records)s::json)
        ), news as materialized (
            select sent.* from sent left join lateral (
                select content_hash, withdrawn_at from {table} known
                where known.environment = %(environment)s and {same_key} limit 1
            ) known on true
            where known.content_hash is distinct from sent.content_hash or known.withdrawn_at is not null
        ), written as (
            insert into {table} as known (environment, {columns}, content_hash)
            select %(environment)s, {columns}, content_hash from news order by {key}
            on conflict (environment, {key}) do update
            set {changes}, withdrawn_at = null, written_at = now() {unless_older}
            returning xmax = 0 as inserted
        )
        select count(*) filter (where inserted) as new, count(*) filter (where not inserted) as changed
        from written
        """
    ).format(
        table=sql.Identifier(kind.table),
        key=key,
        same_key=_all(sql.SQL("known.{0} = sent.{0}"), kind.key),
        columns=sql.SQL(", ").join(map(sql.Identifier, names)),
        changes=sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(each)) for each in changes
        ),
        unless_older=_unless_older(record, names),
    )


def _unless_older(record: type[Record], names: list[str]) -> sql.Composable:
    if "changed_at" not in names:
        return sql.SQL("")
    return sql.SQL(
        "where %(forced)s or excluded.changed_at >= known.changed_at"
        " or same_repeated_hour(excluded.changed_at, known.changed_at)"
        " or lies_ahead(known.environment, {}, {})"
    ).format(catalogue.of(record).table, key_text(record, "known"))


def _all(condition: sql.SQL, names: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(" and ").join(condition.format(sql.Identifier(name)) for name in names)


@cache
def _names(record: type[Record]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(record))


@cache
def _enums(record: type[Record]) -> dict[str, type[Enum]]:
    hints = get_type_hints(record)
    return {
        name: kind
        for name, hint in hints.items()
        for kind in (hint, *get_args(hint))
        if isinstance(kind, type) and issubclass(kind, Enum)
    }
