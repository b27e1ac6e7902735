"""The audit trail for people: newest first, filtered, page by page; or all of it, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from psycopg import sql
from psycopg.rows import DictRow

from connectors.store.database import Database
from domain.audit.entry import AuditRecord

COLUMNS = "environment, number, at, actor, action, subject, detail, previous, hash"
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to show; None shows all. ``action`` also takes a beginning (``decision.``); times are aware."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditReads:
    """Reads of the trail of one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def page(
        self, wanted: AuditFilter | None = None, *, before: int | None = None, limit: int = 100
    ) -> list[AuditRecord]:
        """Records, newest first, with numbers below ``before``: the last one's number gives the next page."""
        conditions, values = _conditions(wanted or AuditFilter())
        values |= {"environment": self._environment, "before": before, "limit": limit}
        if before is not None:
            conditions.append("number < %(before)s")
        where = " and ".join(["environment = %(environment)s", *conditions])
        with self._database.connection() as connection:
            rows = connection.execute(
                f"select {COLUMNS} from audit where {where} order by number desc limit %(limit)s",  # noqa: S608
                values,
            ).fetchall()
        return [to_record(row) for row in rows]

    def one(self, number: int) -> AuditRecord | None:
        """The record of that number."""
        with self._database.connection() as connection:
            row = connection.execute(
                f"select {COLUMNS} from audit where environment = %s and number = %s",  # noqa: S608
                (self._environment, number),
            ).fetchone()
        return to_record(row) if row else None

    def actions(self) -> list[str]:
        """The actions that occur, in order; one step in the index each."""
        with self._database.connection() as connection:
            rows = connection.execute(_ACTIONS, {"environment": self._environment}).fetchall()
        return [row["action"] for row in rows]

    def all(self) -> Iterator[AuditRecord]:
        """Every record in order, as they are at the start; memory stays small."""
        with (
            self._database.transaction() as connection,
            connection.cursor(name="audit_all") as cursor,
        ):
            cursor.itersize = _BATCH
            cursor.execute(
                sql.SQL(f"select {COLUMNS} from audit where environment = %s order by number"),  # noqa: S608
                (self._environment,),
            )
            yield from map(to_record, cursor)


def may_change(database: Database) -> bool:
    """Whether the role that we log in with has the right to change the trail; triggers refuse it even so."""
    with database.connection() as connection:
        row = connection.execute(
            "select has_table_privilege('audit', 'update') or has_table_privilege('audit', 'delete') as may"
        ).fetchone()
    return bool(row and row["may"])


def to_record(row: DictRow) -> AuditRecord:
    """A row of the table as a record."""
    values = {name: row[name] for name in COLUMNS.split(", ")}
    return AuditRecord(**(values | {"previous": bytes(row["previous"]), "hash": bytes(row["hash"])}))


# A loose index scan: the number of actions is small, that of records is not.
_ACTIONS = """
    with recursive found as (
        (select action from audit where environment = %(environment)s order by action limit 1)
        union all
        select (select a.action from audit a where a.environment = %(environment)s
            and a.action > found.action order by a.action limit 1) from found where found.action is not null
    ) select action from found where action is not null
"""


def _conditions(wanted: AuditFilter) -> tuple[list[str], dict[str, object]]:
    conditions, values = [], dict[str, object]()
    for name, condition in (
        ("actor", "actor = %(actor)s"),
        ("action", "starts_with(action, %(action)s)"),
        ("subject", "subject = %(subject)s"),
        ("since", "at >= %(since)s"),
        ("until", "at < %(until)s"),
    ):
        if (value := getattr(wanted, name)) is not None:
            conditions.append(condition)
            values[name] = value
    return conditions, values
