"""A database whose wall clock can be set: every session sees the time that the test wants."""

from __future__ import annotations

import psycopg


def set_up(url: str) -> None:
    """From the next session on ``now()`` and ``clock_timestamp()`` are ours; defaults of columns are not."""
    with psycopg.connect(url, autocommit=True) as connection:
        views = connection.execute(  # a view calls what it found when it was made
            "select viewname, definition from pg_views where schemaname = 'public' order by viewname"
        ).fetchall()
        connection.execute("create schema moved")
        connection.execute("create table moved.by (by interval not null)")
        connection.execute("insert into moved.by values ('0')")
        connection.execute("grant usage on schema moved to public")
        connection.execute("grant select on moved.by to public")
        for name in ("now", "clock_timestamp"):
            connection.execute(
                f"create function moved.{name}() returns timestamptz stable language sql as"
                f" 'select pg_catalog.{name}() + (select by from moved.by)'"
            )
        database = connection.info.dbname
        connection.execute(f'alter database "{database}" set search_path = moved, public, pg_catalog')
        connection.execute("set search_path = moved, public, pg_catalog")
        for name, definition in views:
            connection.execute(f"create or replace view public.{name} as {definition}")


def move(url: str, by: str) -> None:
    """Let the clock jump by so much: ``1 hour``, ``-1 day``."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("update moved.by set by = by + %s::interval", (by,))
