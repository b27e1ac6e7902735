"""Brings a database to the schema that this version needs. Files only move forward and never change."""

from __future__ import annotations

import hashlib
from pathlib import Path

import psycopg
from psycopg import sql

from domain.errors import LoonbrugError

SCHEMA = Path(__file__).parent / "schema"
_LOCK = 7_106_114_001
"""An advisory lock of our own: two processes that start together migrate one after the other."""


class SchemaDiffers(LoonbrugError):  # noqa: N818 - named after what is wrong
    """A schema file that was applied has changed since, or the database is newer than this program."""


def migrate(url: str, folder: Path = SCHEMA) -> list[str]:
    """Apply the ``*.sql`` files of the folder that were not applied yet, in order of their names.

    All in one transaction. Returns the names applied now. With nothing to apply, reading is right enough: the
    application's own role may ask. Raises SchemaDiffers, and psycopg's errors when no database answers.
    """
    files = sorted(folder.glob("*.sql"))
    with psycopg.connect(url) as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
        known = _applied(connection)
        _compare(known, files)
        return [_apply(connection, file) for file in files if file.name not in known]


def refuse_other_schema(url: str) -> None:
    """Raises SchemaDiffers when the database is behind this version or ahead of it.

    Only asks, so the application's own role may. psycopg's OperationalError when no database answers.
    """
    files = sorted(SCHEMA.glob("*.sql"))
    with psycopg.connect(url, connect_timeout=10) as connection:
        known: dict[str, str] = dict(connection.execute("select name, sha256 from schema_file").fetchall())
    _compare(known, files)
    if lacking := [file.name for file in files if file.name not in known]:
        raise SchemaDiffers(f"the database lacks {', '.join(lacking)}; run: loonbrug migrate")


def _applied(connection: psycopg.Connection) -> dict[str, str]:
    if connection.execute("select to_regclass('schema_file') is null as missing").fetchone() == (True,):
        connection.execute(
            "create table schema_file"
            " (name text primary key, sha256 text not null, applied_at timestamptz not null default now())"
        )
    return dict(connection.execute("select name, sha256 from schema_file").fetchall())


def _compare(known: dict[str, str], files: list[Path]) -> None:
    shipped = {file.name: _sha256(file) for file in files}
    for name, digest in known.items():
        if name not in shipped:
            raise SchemaDiffers(
                f"the database has {name}, which this version does not know; use a newer version"
            )
        if shipped[name] != digest:
            raise SchemaDiffers(f"{name} was changed after it was applied; start on an empty database")


def _apply(connection: psycopg.Connection, file: Path) -> str:
    connection.execute(sql.SQL(file.read_text("utf-8")))  # our own files, not input
    connection.execute("insert into schema_file (name, sha256) values (%s, %s)", (file.name, _sha256(file)))
    return file.name


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
