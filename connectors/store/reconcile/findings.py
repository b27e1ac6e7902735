"""The book of findings: raised once, refreshed when seen again, resolved when a look no longer sees them."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from connectors.store.database import Database, one_row
from domain.message import Message
from domain.reconcile.finding import Booked, Cure, Finding, FindingKind, KnownFinding, ReconcileScope, Sides

_RAISE = """
    insert into finding as known (environment, kind, subject, client, week, what, cure, advice, payment, flow,
        keys, update, sides)
    values (%(environment)s, %(kind)s, %(subject)s, %(client)s, %(week)s, %(what)s, %(cure)s, %(advice)s,
        %(payment)s, %(flow)s, %(keys)s, %(update)s, %(sides)s)
    on conflict (environment, kind, subject) where resolved_at is null do update
    set client = excluded.client, week = excluded.week, what = excluded.what, cure = excluded.cure,
        advice = excluded.advice, payment = excluded.payment, flow = excluded.flow, keys = excluded.keys,
        update = excluded.update, sides = excluded.sides, last_seen = now(),
        times_seen = known.times_seen + 1,
        cure_told = case when known.cured_at > known.last_seen
            then %(no_help)s else known.cure_told end
    returning id, times_seen = 1 as raised
"""
_NO_HELP = Message("cured.no-help")
_RESOLVE = """
    update finding set resolved_at = now(), resolution = case
        when cured_at is not null then 'cured'
        when %(weeks)s::text[] is null and week is not null and not week = any(%(watched)s) then 'not-watched'
        else 'not-seen' end
    where environment = %(environment)s and resolved_at is null and kind = any(%(kinds)s)
        and not id = any(%(seen)s)
        and not (kind, subject) in (select * from unnest(%(unsure_kinds)s::text[], %(unsure)s::text[]))
        and (%(weeks)s::text[] is null or week = any(%(weeks)s))
"""
_LIST = """
    select * from finding where environment = %(environment)s
        and (%(open)s::boolean is null or (resolved_at is null) = %(open)s)
        and (%(kind)s::text is null or kind = %(kind)s)
        and (%(cure)s::text is null or cure = %(cure)s)
        and (%(client)s::text is null or client = %(client)s)
        and (%(week)s::text is null or week = %(week)s)
        and (%(payment)s::boolean is null or payment = %(payment)s)
        and (%(before)s::bigint is null or id < %(before)s)
    order by id desc limit %(limit)s
"""
_COUNTS = """
    select payment, count(*) as count from finding
    where environment = %s and resolved_at is null group by payment
"""


class FindingRepository:
    """The findings of one environment (``sync.reconcile.ports.Findings``)."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def book(self, findings: Sequence[Finding], scope: ReconcileScope, watched: Sequence[str] = ()) -> Booked:
        """Raise or refresh these, and resolve what the scope covers and does not hold any more.

        One transaction, so that nobody sees half of it. ``watched``: the weeks that are watched now.
        """
        with self._database.transaction() as connection:
            rows = [self._raise(connection, each) for each in findings]
            resolved = self._resolve(connection, scope, [row["id"] for row in rows], watched)
        raised = sum(row["raised"] for row in rows)
        return Booked(raised, len(rows) - raised, resolved)

    def search(
        self,
        *,
        open: bool | None = True,  # noqa: A002 - the word that people use
        kind: str | None = None,
        cure: str | None = None,
        client: str | None = None,
        week: str | None = None,
        payment: bool | None = None,
        before: int | None = None,
        limit: int = 200,
    ) -> list[KnownFinding]:
        """The findings that fit, newest first; those with a smaller id than ``before``."""
        wanted: dict[str, object] = {"open": open, "kind": kind, "cure": cure, "client": client}
        wanted |= {"week": week, "payment": payment, "before": before, "limit": limit}
        with self._database.connection() as connection:
            rows = connection.execute(_LIST, wanted | {"environment": self._environment}).fetchall()
        return [_known(row) for row in rows]

    def one(self, finding: int) -> KnownFinding | None:
        """One of them, open or not."""
        with self._database.connection() as connection:
            row = connection.execute(
                "select * from finding where environment = %s and id = %s", (self._environment, finding)
            ).fetchone()
        return _known(row) if row else None

    def counts(self) -> dict[bool, int]:
        """How many are open, by whether pay depends on them."""
        with self._database.connection() as connection:
            rows = connection.execute(_COUNTS, (self._environment,)).fetchall()
        return {False: 0, True: 0} | {row["payment"]: row["count"] for row in rows}

    def _raise(self, connection: Connection[DictRow], finding: Finding) -> DictRow:
        return one_row(
            connection,
            _RAISE,
            {
                "environment": self._environment,
                "kind": finding.kind.value,
                "subject": finding.subject,
                "client": finding.client,
                "week": finding.week,
                "what": Jsonb(finding.what.to_json()),
                "cure": finding.cure.value,
                "advice": Jsonb(finding.advice.to_json()),
                "no_help": Jsonb(_NO_HELP.to_json()),
                "payment": finding.payment,
                "flow": finding.flow,
                "keys": list(finding.keys),
                "update": finding.update,
                "sides": Jsonb(_plain(finding.sides)),
            },
        )

    def _resolve(
        self, connection: Connection[DictRow], scope: ReconcileScope, seen: list[int], watched: Sequence[str]
    ) -> int:
        unsure = sorted(scope.unsure)
        values = {
            "environment": self._environment,
            "kinds": [kind.value for kind in scope.kinds],
            "weeks": None if scope.weeks is None else sorted(scope.weeks),
            "unsure_kinds": [kind.value for kind, _ in unsure],
            "unsure": [subject for _, subject in unsure],
            "seen": seen,
            "watched": list(watched),
        }
        return connection.execute(_RESOLVE, values).rowcount


def _known(row: DictRow) -> KnownFinding:
    finding = Finding(
        kind=FindingKind(row["kind"]),
        subject=row["subject"],
        what=Message.from_json(row["what"]),
        cure=Cure(row["cure"]),
        advice=Message.from_json(row["advice"]),
        client=row["client"],
        week=row["week"],
        payment=row["payment"],
        flow=row["flow"],
        keys=tuple(row["keys"]),
        update=row["update"],
        sides=_sides(row["sides"]),
    )
    times = ("first_seen", "last_seen", "times_seen", "cured_at", "cured_by", "resolved_at")
    return KnownFinding(
        id=row["id"],
        finding=finding,
        cure_told=Message.from_json(row["cure_told"]) if row["cure_told"] else None,
        resolution=_ending(row) if row["resolution"] else None,
        **{name: row[name] for name in times},
    )


def _ending(row: DictRow) -> Message:
    return Message(f"resolved.{row['resolution']}", {"by": row["cured_by"]})


def _plain(sides: Sides) -> dict[str, dict[str, object]]:
    return {
        side: {name: of.to_json() if isinstance(of, Message) else of for name, of in says.items()}
        for side, says in sides.items()
    }


def _sides(known: Sides) -> Sides:
    """What each side says; a message where it was one."""
    return {
        side: {name: Message.from_json(of) if isinstance(of, dict) else of for name, of in says.items()}
        for side, says in known.items()
    }
