"""Restore: a backup into an empty database, all or nothing; then everything is held back (G12)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from psycopg import Connection, sql
from psycopg.rows import DictRow

from connectors.store.audit.append import append
from connectors.store.database import Database
from connectors.store.keeping.backup import Table, columns_of, schema_of, tables_of
from connectors.store.keeping.backup_file import BackupReader, BackupRefused
from connectors.store.outbox.held_back import enter
from domain.audit.entry import Entry
from domain.message import Message

GAP = 1_000_000
"""Numbers left out behind a restore: those given since the backup must not come back for something else."""

_WORK = ("decision", "outbox", "audit", "run", "employee", "claim", "hour_line", "api_key", "parked_row")
_ENVIRONMENTS = """
    select environment from environment union select environment from outbox
    union select environment from flow union select environment from schedule
"""


@dataclass(frozen=True, slots=True)
class PutBack:
    """What was restored: the moment of the backup (aware UTC), rows per table, the environments held back."""

    taken: datetime
    rows: dict[str, int]
    environments: tuple[str, ...]


def restore(database: Database, file: Path, by: str) -> PutBack:
    """Fill an empty, migrated database from a backup. As the owner of the tables: triggers rest meanwhile.

    Raises BackupRefused: not empty, another schema, a broken file. Then nothing was changed.
    """
    if database.keys is None:
        raise BackupRefused("a backup is encrypted, and there are no keys")
    with file.open("rb") as source, database.transaction() as connection:
        reader = BackupReader(source, database.keys)
        about = json.loads(reader.line())
        _refuse_unless_fit(connection, about["schema"])
        tables = {table.name: table for table in tables_of(connection)}
        with _triggers_at_rest(connection, tables):
            rows = dict(_fill(connection, tables, reader))
            _move_numbers(connection, tables)
        environments = _hold_back(connection, about["taken"], by)
    with database.connection() as connection:
        connection.execute("analyze")
    return PutBack(datetime.fromisoformat(about["taken"]), rows, environments)


def _refuse_unless_fit(connection: Connection[DictRow], schema: dict[str, str]) -> None:
    if schema_of(connection) != schema:
        raise BackupRefused(
            f"the backup is of another version (its newest schema file is {max(schema)}):"
            " restore it with that version, then migrate"
        )
    for table in _WORK:
        any_row = sql.SQL("select 1 from {} limit 1").format(sql.Identifier(table))
        if connection.execute(any_row).fetchone():
            raise BackupRefused(f"the database is not empty (table {table}); restore into an empty one")


def _fill(
    connection: Connection[DictRow], tables: dict[str, Table], reader: BackupReader
) -> Iterator[tuple[str, int]]:
    filled = {}
    while "end" not in (section := json.loads(reader.line())):
        name, columns = section["table"], section["columns"]
        if name not in tables or set(columns) - set(tables[name].columns):
            raise BackupRefused(f"the database has no such table: {name}")
        filled[name] = _copy_in(connection, Table(name, tuple(columns), frozenset()), reader)
        yield name, filled[name]
    if filled != section["end"]:
        raise BackupRefused("the backup holds other numbers of rows than it says")


def _copy_in(connection: Connection[DictRow], table: Table, reader: BackupReader) -> int:
    name = sql.Identifier(table.name)
    connection.execute(sql.SQL("delete from {}").format(name))  # what the schema itself put there
    statement = sql.SQL("copy {} ({}) from stdin").format(name, columns_of(table))
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            while size := int.from_bytes(reader.read(4), "big"):
                copy.write(reader.read(size))
        return cursor.rowcount


class _triggers_at_rest:  # noqa: N801 - used like a function
    """Our own triggers neither note nor refuse while rows are put back that they have seen before."""

    def __init__(self, connection: Connection[DictRow], tables: dict[str, Table]) -> None:
        self._connection = connection
        self._tables = tables

    def __enter__(self) -> None:
        self._alter("disable")

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:  # after an error the whole transaction falls, and this with it
            self._alter("enable")

    def _alter(self, what: str) -> None:
        for name in self._tables:
            statement = sql.SQL("alter table {} {} trigger user")
            self._connection.execute(statement.format(sql.Identifier(name), sql.SQL(what)))


def _move_numbers(connection: Connection[DictRow], tables: dict[str, Table]) -> None:
    """The next number of every table lies far behind those that were given before."""
    for name in tables:
        found = connection.execute(
            "select a.attname as column, pg_get_serial_sequence(quote_ident(%s), a.attname) as numbers"
            " from pg_attribute a where a.attrelid = quote_ident(%s)::regclass and a.attidentity <> ''",
            (name, name),
        ).fetchall()
        for row in found:
            statement = sql.SQL("select setval({}, coalesce(max({}), 0) + {}) from {}").format(
                row["numbers"], sql.Identifier(row["column"]), GAP, sql.Identifier(name)
            )
            connection.execute(statement)


def _hold_back(connection: Connection[DictRow], taken: str, by: str) -> tuple[str, ...]:
    connection.execute("update epoch set id = gen_random_uuid(), beat = 0, at = now()")
    rows = connection.execute(_ENVIRONMENTS).fetchall()
    environments = tuple(sorted(row["environment"] for row in rows))
    for environment in environments:
        enter(connection, environment, Message("why.restored", {"taken": taken}))
        append(connection, environment, Entry(by, "backup.restore", "database", {"taken": taken}))
    return environments
