"""Those who were erased stay so: what AFAS still sends about them is blanked before it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from psycopg import Connection
from psycopg.rows import DictRow

from domain.pull.run import BadRow

ERASED = "(erased)"
BLANK: Mapping[str, Mapping[str, str | None]] = {
    "employee": {
        "initials": None,
        "first_name": None,
        "prefix": None,
        "last_name": ERASED,
        "work_email": None,
        "private_email": None,
        "mobile_work": None,
        "mobile_private": None,
    },
    "contact": {"name": ERASED, "job_title": None, "email": None, "mobile": None, "mobile_private": None},
}
"""What an erased person's record holds instead, per table."""


def blanked(
    connection: Connection[DictRow], environment: str, table: str, records: Sequence[Any]
) -> Sequence[Any]:
    """The records, those of erased people without what is personal."""
    gone = _erased(connection, environment, table, [str(getattr(each, table)) for each in records])
    if not gone:
        return records
    return [replace(each, **BLANK[table]) if str(getattr(each, table)) in gone else each for each in records]


def emptied(
    connection: Connection[DictRow], environment: str, flow: str, bad: Mapping[str, BadRow]
) -> Mapping[str, BadRow]:
    """Rows that cannot be read, by key; those of erased people are kept without what is in them."""
    kind = flow.removesuffix("s")
    gone = _erased(connection, environment, kind, list(bad)) if kind in BLANK else set()
    return {key: replace(each, row={}) if key in gone else each for key, each in bad.items()}


def _erased(connection: Connection[DictRow], environment: str, kind: str, keys: Sequence[str]) -> set[str]:
    rows = connection.execute(
        "select key from erased where environment = %s and kind = %s and key = any(%s)",
        (environment, kind, list(keys)),
    ).fetchall()
    return {row["key"] for row in rows}
