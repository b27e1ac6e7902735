"""Those who were erased stay so: what AFAS still sends about them is blanked before it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from psycopg import Connection
from psycopg.rows import DictRow

from domain.pull.run import BadRow
from domain.records import catalogue
from domain.records.catalogue import RecordType
from domain.records.record import Record


def blanked(
    connection: Connection[DictRow], environment: str, kind: RecordType, records: Sequence[Record]
) -> Sequence[Record]:
    """The records, those of erased people without what is personal."""
    if kind.person is None:
        return records
    people = [str(getattr(each, kind.person)) for each in records]
    gone = _erased(connection, environment, kind.person, people)
    if not gone:
        return records
    return [
        replace(each, **kind.blank) if person in gone else each
        for each, person in zip(records, people, strict=True)
    ]


def emptied(
    connection: Connection[DictRow], environment: str, flow: str, bad: Mapping[str, BadRow]
) -> Mapping[str, BadRow]:
    """Rows that cannot be read, by key; those of erased people are kept without what is in them."""
    kind = catalogue.brought_by(flow)
    if kind.person is None or not kind.is_person:
        return bad
    gone = _erased(connection, environment, kind.person, list(bad))
    return {key: replace(each, row={}) if key in gone else each for key, each in bad.items()}


def _erased(connection: Connection[DictRow], environment: str, person: str, keys: Sequence[str]) -> set[str]:
    rows = connection.execute(
        "select key from erased where environment = %s and kind = %s and key = any(%s)",
        (environment, person, list(keys)),
    ).fetchall()
    return {row["key"] for row in rows}
