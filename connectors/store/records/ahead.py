"""Rows whose time lay ahead of AFAS's present when they were read: that time decides nothing about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.database import Database
from domain.pull.afas_clock import Present, changed_on
from domain.records.record import Record

_NOTE = """
    insert into row_ahead as known (environment, record, key, flow, changed_at, surely)
    select %(environment)s, %(table)s, each.key, %(flow)s, each.changed_at, each.surely
    from unnest(%(ahead)s::text[], %(times)s::timestamptz[], %(surely)s::boolean[])
        as each (key, changed_at, surely)
    on conflict (environment, record, key) do update
    set changed_at = excluded.changed_at, surely = excluded.surely
    where (known.changed_at, known.surely) is distinct from (excluded.changed_at, excluded.surely)
"""
_FORGET = """
    delete from row_ahead where environment = %(environment)s and record = %(table)s
        and key = any(%(keys)s) and not key = any(%(ahead)s)
"""


_AHEAD = """
    select flow, key, changed_at from row_ahead
    where environment = %s and surely and changed_at > now() order by flow, changed_at desc, key limit 1000
"""


@dataclass(frozen=True, slots=True)
class RowAhead:
    """A row that AFAS dates later than its present (aware UTC)."""

    flow: str
    key: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """Of which flow records were read, and where AFAS's present stood then."""

    flow: str
    present: Present


def note(
    connection: Connection[DictRow],
    environment: str,
    table: str,
    records: Mapping[str, Record],
    reading: Reading,
) -> None:
    """Remember which of these records, by their keys, lie ahead; forget those that do not any more."""
    ahead = [
        (key, moment, reading.present.surely_ahead(moment))
        for key, record in records.items()
        if (moment := changed_on(record)) is not None and reading.present.lies_ahead(moment)
    ]
    values = {
        "environment": environment,
        "table": table,
        "flow": reading.flow,
        "keys": list(records),
        "ahead": [key for key, _, _ in ahead],
        "times": [moment for _, moment, _ in ahead],
        "surely": [surely for _, _, surely in ahead],
    }
    connection.execute(_FORGET, values)
    if ahead:
        connection.execute(_NOTE, values)


def rows_ahead(database: Database, environment: str) -> list[RowAhead]:
    """Those that a person is told of; at most 1,000."""
    with database.connection() as connection:
        rows = connection.execute(_AHEAD, (environment,)).fetchall()
    return [RowAhead(**row) for row in rows]
