"""Cut-off reports in PostgreSQL: kept as the text that was hashed, signed off once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.audit.append import append
from connectors.store.cutoff.moments import end_moment, owe
from connectors.store.database import Database, one_row, rows_as
from connectors.store.messages import message_of
from domain.audit.entry import Entry
from domain.cutoff.changes import facts_of
from domain.cutoff.content import canonical, sha256_of
from domain.cutoff.report import Content, Elsewhere, Made, Report, ReportSummary
from domain.cutoff.work import NewReport, Owed, OwedFor, TakenMoment
from domain.errors import LoonbrugError, NotFound, Refused
from domain.message import Message

_KEEP = """
    insert into cutoff_report (environment, week, cutoff_at, moment, made_at, made_by, content, sha256, facts,
        agrees)
    values (%(environment)s, %(week)s, %(cutoff_at)s, %(moment)s, %(made_at)s, %(made_by)s, %(content)s,
        %(sha256)s, %(facts)s, %(agrees)s)
    returning *
"""
_SIGN = """
    update cutoff_report set signed_at = now(), signed_by = %(by)s, signed_note = %(note)s
    where environment = %(environment)s and id = %(id)s and signed_at is null returning *
"""
_NEWEST = """
    select id, week, cutoff_at, moment, made_at, made_by, encode(sha256, 'hex') as sha256, agrees, signed_at,
        signed_by, content::jsonb -> 'hours' as hours, content::jsonb -> 'counts' as counts
    from cutoff_report where environment = %(environment)s
        and (%(week)s::text is null or week = %(week)s)
    order by id desc limit %(most)s
"""
_WORKERS = """
    select 'employee:' || e.employee as key,
        worker_name(e) as name
    from employee e where e.environment = %(environment)s and e.employee = any(%(employee)s)
    union all
    select 'client:' || client, name from client
    where environment = %(environment)s and client = any(%(client)s)
"""
_ELSEWHERE = """
    select d.number, d.week, d.hours, d.employee, d.client, o.state, o.reason, o.id as update
    from outbox o join declaration d on d.environment = o.environment and d.number = claim_of(o.subject)
    where o.environment = %s and o.kind = 'approve' and update_is_open(o.state) and d.week < %s
    order by o.id
"""


class TamperedReport(LoonbrugError):  # noqa: N818 - named after what it is
    """The content of a report does not fit the hash that was kept with it."""


class CutoffRepository:
    """The reports of one environment (``sync.cutoff.ports.Reports``)."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def keep(self, report: NewReport, owed: OwedFor, done: TakenMoment | None) -> Report:
        """Keep it, tell of it, and end its moment."""
        content = canonical(report.content)
        values = {
            "environment": self._environment,
            "week": report.week,
            "cutoff_at": report.made.cutoff_at,
            "moment": report.made.moment,
            "made_at": report.made.at,
            "made_by": report.made.by,
            "content": content,
            "sha256": sha256_of(content),
            "facts": sha256_of(facts_of(report.content)),
            "agrees": report.content["agrees"],
        }
        with self._database.transaction() as connection:
            if done is not None:
                end_moment(connection, self._environment, done)
            row = one_row(connection, _KEEP, values)
            owe(connection, self._environment, owed(row["id"]))
            self._audit(connection, report.made.by, "cutoff.report", row)
        return _report(row)

    def one(self, report: int) -> Report | None:
        """A report, its hash worked out again. Raises TamperedReport."""
        with self._database.connection() as connection:
            row = connection.execute(
                "select * from cutoff_report where environment = %s and id = %s", (self._environment, report)
            ).fetchone()
        return _report(row) if row else None

    def known(self, report: int) -> Report:
        """Like ``one``. Raises NotFound."""
        found = self.one(report)
        if found is None:
            raise NotFound(Message("no-such.report", {"report": report}))
        return found

    def newest(self, week: str | None = None, *, most: int = 20) -> list[ReportSummary]:
        """The newest reports without their declarations, of a week or of all."""
        values = {"environment": self._environment, "week": week, "most": most}
        with self._database.connection() as connection:
            return rows_as(ReportSummary, connection, _NEWEST, values)

    def sign(self, report: Report, by: str, note: str, owed: Sequence[Owed]) -> Report:
        """Sign it off."""
        values = {"environment": self._environment, "id": report.id, "by": by, "note": note or None}
        with self._database.transaction() as connection:
            row = connection.execute(_SIGN, values).fetchone()
            if row is None:
                raise Refused(Message("refused.report-signed", {"report": report.id}))
            owe(connection, self._environment, owed)
            self._audit(connection, by, "cutoff.sign-off", row)
        return _report(row)

    def names(self, content: Content) -> Mapping[str, str]:
        """The names that belong to the numbers in a report; those that were erased are missing."""
        named = [*content["declarations"], *content["elsewhere"]]
        numbers = {
            field: sorted({each[field] for each in named if each[field]}) for field in ("employee", "client")
        }
        with self._database.connection() as connection:
            rows = connection.execute(_WORKERS, numbers | {"environment": self._environment}).fetchall()
        return {row["key"]: row["name"] for row in rows if row["name"]}

    def elsewhere(self, week: str) -> list[Elsewhere]:
        """Approvals of other weeks that are under way or stuck."""
        with self._database.connection() as connection:
            rows = connection.execute(_ELSEWHERE, (self._environment, week)).fetchall()
        return [Elsewhere(**(row | {"reason": message_of(row["reason"])})) for row in rows]

    def _audit(self, connection: Connection[DictRow], by: str, action: str, row: DictRow) -> None:
        detail = {"week": row["week"], "sha256": bytes(row["sha256"]).hex(), "agrees": row["agrees"]}
        append(connection, self._environment, Entry(by, action, f"report:{row['id']}", detail))


def _report(row: DictRow) -> Report:
    if sha256_of(row["content"]) != bytes(row["sha256"]):
        raise TamperedReport(f"report {row['id']} was tampered with: its content does not fit its hash")
    made = Made(row["environment"], row["made_by"], row["made_at"], row["cutoff_at"], row["moment"])
    return Report(
        id=row["id"],
        environment=row["environment"],
        week=row["week"],
        content=json.loads(row["content"]),
        sha256=bytes(row["sha256"]).hex(),
        agrees=row["agrees"],
        made=made,
        signed_at=row["signed_at"],
        signed_by=row["signed_by"],
        signed_note=row["signed_note"],
    )
