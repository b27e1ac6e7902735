"""Backup: every table as PostgreSQL copies it, all of one moment, into one encrypted file.

The state of the moment matters, so it is one repeatable-read snapshot. What only lives (slots, processes,
sessions) stays out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from psycopg import Connection, sql
from psycopg.rows import DictRow

from connectors.store.audit.anchors import anchor
from connectors.store.audit.append import append
from connectors.store.database import Database, one_row
from connectors.store.keeping.backup_file import BackupRefused, BackupWriter, writing
from domain.audit.entry import Entry

LEFT_OUT = (
    *("schema_file", "epoch", "restored", "seen_key", "afas_slot", "process"),
    *("console_session", "console_device"),
)
"""Tables that are not copied: made anew by a restore, or worth nothing after it."""

_TABLES = """
    select c.relname as name, coalesce((select array_agg(distinct f.confrelid::regclass::text)
        from pg_constraint f where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid),
        '{}') as needs,
        (select array_agg(a.attname::text order by a.attnum) from pg_attribute a where a.attrelid = c.oid
            and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
    from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
        and not c.relname = any(%s) order by c.relname
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table to copy, and the tables that its rows point at."""

    name: str
    columns: tuple[str, ...]
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A backup that was made: ``rows`` per table, ``at`` the moment of the snapshot (aware UTC)."""

    file: Path
    at: datetime
    rows: dict[str, int]


def take(database: Database, environment: str, file: Path, by: str) -> BackupMade:
    """Back the whole database up (all environments). Raises BackupRefused."""
    if database.keys is None:
        raise BackupRefused("a backup is encrypted, and there are no keys")
    with writing(file, database.keys) as writer:
        with database.transaction() as connection:  # before the snapshot, so that the backup tells of it
            append(connection, environment, Entry(by, "backup.take", "database", {"file": file.name}))
        anchor(database, environment)
        return _taken(database, file, writer)


def _taken(database: Database, file: Path, writer: BackupWriter) -> BackupMade:
    with database.transaction() as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        moment = one_row(connection, "select now() as at")["at"]
        writer.write(_line({"taken": moment.isoformat(), "schema": schema_of(connection)}))
        rows = {table.name: _copy(connection, table, writer) for table in tables_of(connection)}
        writer.write(_line({"end": rows}))
    return BackupMade(file, moment, rows)


def tables_of(connection: Connection[DictRow]) -> list[Table]:
    """The tables to copy, each behind those that it points at."""
    rows = connection.execute(_TABLES, (list(LEFT_OUT),)).fetchall()
    tables = [Table(row["name"], tuple(row["columns"]), frozenset(row["needs"])) for row in rows]
    return list(_in_order(tables))


def schema_of(connection: Connection[DictRow]) -> dict[str, str]:
    """The schema files that were applied, with their hashes."""
    rows = connection.execute("select name, sha256 from schema_file order by name").fetchall()
    return {row["name"]: row["sha256"] for row in rows}


def columns_of(table: Table) -> sql.Composed:
    """The columns for a copy."""
    return sql.SQL(", ").join(map(sql.Identifier, table.columns))


def _in_order(tables: list[Table]) -> Iterator[Table]:
    waiting, given = list(tables), set(LEFT_OUT)
    while waiting:
        ready = [table for table in waiting if table.needs <= given]
        if not ready:
            raise BackupRefused("the tables point at each other in a circle")
        yield from ready
        given |= {table.name for table in ready}
        waiting = [table for table in waiting if table.name not in given]


def _copy(connection: Connection[DictRow], table: Table, writer: BackupWriter) -> int:
    """One table: its name and columns, chunks of its rows, an empty chunk. Returns how many rows."""
    writer.write(_line({"table": table.name, "columns": list(table.columns)}))
    statement = sql.SQL("copy {} ({}) to stdout").format(sql.Identifier(table.name), columns_of(table))
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for chunk in copy:
                writer.write(len(chunk).to_bytes(4, "big"))
                writer.write(bytes(chunk))
        rows = cursor.rowcount
    writer.write((0).to_bytes(4, "big"))
    return rows


def _line(value: Mapping[str, object]) -> bytes:
    return json.dumps(value).encode() + b"\n"
