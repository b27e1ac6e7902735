"""Erases a person on request: what is personal is blanked; hours, sums and the audit chain stay.

AFAS may go on sending what it knows of them: ``erased`` keeps it from coming back.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from psycopg import Connection, sql
from psycopg.rows import DictRow

from connectors.store.audit.append import append
from connectors.store.database import Database
from domain.audit.entry import Entry
from domain.errors import NotFound, Refused
from domain.message import Message
from domain.records.catalogue import CATALOGUE, RecordType


class Who(StrEnum):
    """What kind of person."""

    EMPLOYEE = "employee"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What would be blanked: rows per table. ``keys``: the numbers that are erased, all of one person."""

    who: Who
    keys: tuple[str, ...]
    rows: dict[str, int]
    under_way: tuple[int, ...]
    """Updates of theirs that have not ended: they must be delivered or cancelled first."""


_KEYS = {
    Who.EMPLOYEE: """
        select employee as key, person from employee where environment = %(environment)s and person =
            (select person from employee where environment = %(environment)s and employee = %(key)s)
    """,
    Who.CONTACT: """
        select contact::text as key, person from contact
        where environment = %(environment)s and contact::text = %(key)s
    """,
}
_SUBJECTS = "environment = %(environment)s and subject = any(%(subjects)s)"
_TOLD = f"{_SUBJECTS} and kind in ('change-mobile', 'ask-question')"
_OWED = f"""
    select id from outbox where {_TOLD} and update_is_open(state) order by id
"""  # noqa: S608 - our own words, here and below
_SIGNED_BY = """environment = %(environment)s and evidence <> '{}' and id::text in
    (select content ->> 'file' from decision where environment = %(environment)s and kind = 'sign'
        and contact::text = any(%(contacts)s))"""
_STATES = "environment = %(environment)s and person = any(%(people)s) and evidence <> '{}'"
_BLANKING = {
    "outbox": ("payload = '{}'", f"{_TOLD} and payload <> '{{}}'"),
    "decision": ("content = '{}'", f"{_TOLD} and content <> '{{}}'"),
    "stored_file": ("evidence = '{}'", _SIGNED_BY),
    "onboarding": ("evidence = '{}'", _STATES),
}
_PARKED = "environment = %(environment)s and flow = %(flow)s and key = any(%(keys)s)"


_Values = dict[str, str | list[str]]


class Erasure:
    """Erases people of one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def plan(self, who: Who, key: str) -> ErasurePlan:
        """What would be done; changes nothing. Raises NotFound."""
        with self._database.connection() as connection:
            return self._plan(connection, who, self._values(connection, who, key))

    def erase(self, who: Who, key: str, by: str) -> ErasurePlan:
        """Do it in one transaction; again is harmless. Raises NotFound, and Refused while some are owed."""
        with self._database.transaction() as connection:
            values = self._values(connection, who, key)
            plan = self._plan(connection, who, values)
            if plan.under_way:
                raise Refused(Message("refused.under-way", {"updates": plan.under_way}))
            self._blank(connection, who, values)
            for each in plan.keys:
                detail = {"rows": plan.rows}
                entry = Entry(by, "person.erase", f"{who}:{each}", detail)
                append(connection, self._environment, entry)
        return plan

    def _values(self, connection: Connection[DictRow], who: Who, key: str) -> _Values:
        values = {"environment": self._environment, "key": key}
        rows = connection.execute(sql.SQL(_KEYS[who]), values).fetchall()
        if not rows:
            raise NotFound(Message("no-such.person", {"who": who.value, "key": key}))
        keys, people = [row["key"] for row in rows], sorted({row["person"] for row in rows})
        subjects = [f"person:{each}" for each in people] if who is Who.EMPLOYEE else []
        if who is Who.CONTACT:
            subjects = [f"{kind}:{each}" for kind in ("contact", "question") for each in keys]
        return {
            "environment": self._environment,
            "keys": keys,
            "people": people if who is Who.EMPLOYEE else [],
            "contacts": keys if who is Who.CONTACT else [],
            "subjects": subjects,
            "flow": next(kind.flow for kind in _kinds(who) if kind.is_person),
            "kind": who.value,
        }

    def _plan(self, connection: Connection[DictRow], who: Who, values: _Values) -> ErasurePlan:
        rows = {kind.table: _count(connection, kind.table, _about(kind), values) for kind in _kinds(who)}
        for table, (_, where) in _BLANKING.items():
            rows[table] = _count(connection, table, where, values)
        rows["parked_row"] = _count(connection, "parked_row", _PARKED, values)
        owed = connection.execute(sql.SQL(_OWED), values).fetchall()
        found = {table: count for table, count in rows.items() if count}
        return ErasurePlan(who, tuple(values["keys"]), found, tuple(row["id"] for row in owed))

    def _blank(self, connection: Connection[DictRow], who: Who, values: _Values) -> None:
        connection.execute(
            "insert into erased (environment, kind, key)"
            " select %(environment)s, %(kind)s, unnest(%(keys)s::text[]) on conflict do nothing",
            values,
        )
        for kind in _kinds(who):
            connection.execute(_blanking(kind), values)
        for table, (change, where) in _BLANKING.items():
            connection.execute(sql.SQL(f"update {table} set {change} where {where}"), values)  # noqa: S608
        connection.execute(sql.SQL(f"delete from parked_row where {_PARKED}"), values)  # noqa: S608


def _kinds(who: Who) -> list[RecordType]:
    """The types of record that are about such a person."""
    return [kind for kind in CATALOGUE if kind.person == who.value]


def _about(kind: RecordType) -> str:
    return f"environment = %(environment)s and {kind.person}::text = any(%(keys)s)"


def _blanking(kind: RecordType) -> sql.Composed:
    changes = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(text))
        for column, text in kind.blank.items()
    )
    return sql.SQL("update {} set {} where {}").format(
        sql.Identifier(kind.table), changes, sql.SQL(_about(kind))
    )


def _count(connection: Connection[DictRow], table: str, where: str, values: _Values) -> int:
    row = connection.execute(sql.SQL(f"select count(*) from {table} where {where}"), values).fetchone()  # noqa: S608
    return int(row["count"]) if row else 0
