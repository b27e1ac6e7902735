"""The mirror: a table per type of record, columns named like its fields."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.database import Database
from connectors.store.records import mirror
from domain.declarations.declaration import Declaration
from domain.records import catalogue
from domain.records.catalogue import CATALOGUE
from mappings.flows import FLOWS
from tests.stages.records.rows import GOOD

BOOKS = {"environment", "content_hash", "withdrawn_at", "written_at"}


def columns(database: Database, table: str) -> set[str]:
    with database.connection() as connection:
        rows = connection.execute(
            "select column_name from information_schema.columns where table_name = %s", (table,)
        )
        return {row["column_name"] for row in rows}


@pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.noun)
def test_a_table_has_the_fields_of_its_record_and_the_books(database, kind):
    assert columns(database, kind.table) == {each.name for each in fields(kind.record)} | BOOKS


@pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.noun)
def test_a_table_is_keyed_by_the_environment_and_the_key_of_its_record(database, kind):
    with database.connection() as connection:
        rows = connection.execute(
            "select a.attname as name from pg_index i, unnest(i.indkey) with ordinality as k (number, place)"
            " join pg_attribute a on a.attrelid = %(table)s::regclass and a.attnum = k.number"
            " where i.indrelid = %(table)s::regclass and i.indisprimary order by k.place",
            {"table": kind.table},
        ).fetchall()
    assert tuple(row["name"] for row in rows) == ("environment", *kind.key)


def test_the_declaration_table_has_the_fields_of_a_declaration(database):
    assert columns(database, "declaration") == {each.name for each in fields(Declaration)} | {"environment"}


@pytest.mark.parametrize("name", FLOWS)
def test_a_record_comes_back_as_it_was_written(database, name):
    record = FLOWS[name].mapping.to_record(GOOD[name])
    with database.transaction() as connection:
        assert mirror.write(connection, "main", type(record), [record]) == mirror.Written(1, 0)
        assert mirror.write(connection, "main", type(record), [record]) == mirror.Written(0, 0)
        rows = connection.execute(f"select * from {catalogue.of(type(record)).table}").fetchall()
    assert [mirror.read(type(record), row) for row in rows] == [record]
    assert rows[0]["environment"] == "main"


def test_two_environments_do_not_meet(database):
    record = FLOWS["clients"].mapping.to_record(GOOD["clients"])
    with database.transaction() as connection:
        mirror.write(connection, "main", type(record), [record])
        assert mirror.write(connection, "other", type(record), [record]) == mirror.Written(1, 0)


def blocks_read(connection: Connection[DictRow], table: str) -> int:
    connection.execute("select pg_stat_force_next_flush()")
    row = connection.execute(
        "select heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read as blocks"
        " from pg_statio_user_tables where relname = %s",
        (table,),
    ).fetchone()
    return int(row["blocks"]) if row else 0


@pytest.mark.parametrize("name", ["hours", "claims", "employees", "placements"])
def test_the_first_page_of_an_empty_table_costs_no_more_than_the_next(database, name):
    record = FLOWS[name].mapping.to_record(GOOD[name])
    kept = catalogue.of(type(record))
    table, key = kept.table, kept.key[0]
    kind = type(getattr(record, key))
    blocks = [0]
    with database.connection() as connection:
        for start in (1_000_000, 2_000_000):
            page = [replace(record, **{key: kind(start + number)}) for number in range(2_000)]
            mirror.write(connection, "main", type(record), page)
            blocks.append(blocks_read(connection, table))
    assert blocks[1] <= 1.5 * (blocks[2] - blocks[1])


def test_the_key_of_a_record_is_the_key_of_its_row(database):
    for name, flow in FLOWS.items():
        record = flow.mapping.to_record(GOOD[name])
        assert mirror.key_texts(type(record), [record]) == [flow.key_of(GOOD[name])]
