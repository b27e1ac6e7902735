"""Reconciliations as jobs: wanted by the clock or a person, leased, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from connectors.store.database import Database, rows_as
from domain.message import Message
from domain.reconcile.finding import Booked

LEASE_SECONDS = 1800
"""Longer than any takes; when its worker is lost, another takes it after this."""
MOST_ATTEMPTS = 3

WANT = """
    insert into reconciliation (environment, kind) values (%(environment)s, %(kind)s)
    on conflict (environment, kind) where run_is_open(state) do nothing returning id
"""
_CLAIM = """
    update reconciliation set state = 'running', attempts = attempts + 1, token = gen_random_uuid(),
        started_at = now(), leased_until = now() + %(lease)s * interval '1 second'
    where id = (
        select id from reconciliation r
        where environment = %(environment)s and (%(id)s::bigint is null or id = %(id)s)
            and (state = 'due' or state = 'running' and leased_until < now()) and attempts < %(most)s
        order by id limit 1 for update skip locked)
    returning id, kind, token
"""
_GIVE_UP = """
    update reconciliation set state = 'failed', ended_at = now(), error = jsonb_build_object(
        'id', 'why.worker-lost', 'values', jsonb_build_object('times', attempts))
    where environment = %(environment)s and state = 'running' and leased_until < now()
        and attempts >= %(most)s
"""
_DONE = """
    update reconciliation set state = 'done', ended_at = now(), weeks = %(weeks)s, compared = %(compared)s,
        calls = %(calls)s, raised = %(raised)s, seen_again = %(seen_again)s, resolved = %(resolved)s
    where id = %(id)s and token = %(token)s and state = 'running'
"""
_FAILED = """
    update reconciliation set state = 'failed', ended_at = now(), error = %(error)s
    where id = %(id)s and token = %(token)s and state = 'running'
"""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A leased reconciliation; ``kind``: ``light`` or ``whole``."""

    id: int
    kind: str
    token: UUID


@dataclass(frozen=True, slots=True)
class PastReconciliation:
    """A reconciliation in a list: what was compared (rows by flow), and what came of it."""

    id: int
    kind: str
    state: str
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    weeks: list[str]
    compared: Mapping[str, int]
    calls: int
    raised: int
    seen_again: int
    resolved: int
    error: Message | None


class ReconciliationRepository:
    """The reconciliations of one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def want(self, kind: str) -> int | None:
        """Make one due now. Its id, or None when one of that kind is due or under way already."""
        with self._database.connection() as connection:
            row = connection.execute(WANT, {"environment": self._environment, "kind": kind}).fetchone()
        return row["id"] if row else None

    def take(self, reconciliation: int | None = None) -> Reconciliation | None:
        """Take that one, or any that is due or whose worker is lost."""
        values = {"environment": self._environment, "id": reconciliation}
        values |= {"lease": LEASE_SECONDS, "most": MOST_ATTEMPTS}
        with self._database.transaction() as connection:
            connection.execute(_GIVE_UP, values)
            row = connection.execute(_CLAIM, values).fetchone()
        return Reconciliation(**row) if row else None

    def done(
        self,
        leased: Reconciliation,
        booked: Booked,
        *,
        weeks: Sequence[str],
        compared: Mapping[str, int],
        calls: int,
    ) -> None:
        """It ended; what was compared, and what it cost."""
        self._end(
            _DONE,
            leased,
            weeks=list(weeks),
            compared=Jsonb(dict(compared)),
            calls=calls,
            raised=booked.raised,
            seen_again=booked.seen_again,
            resolved=booked.resolved,
        )

    def failed(self, leased: Reconciliation, reason: Message) -> None:
        """It could not be done; the next one comes by the clock."""
        self._end(_FAILED, leased, error=reason)

    def recent(self, limit: int = 20) -> list[PastReconciliation]:
        """The last ones, newest first."""
        with self._database.connection() as connection:
            return rows_as(
                PastReconciliation,
                connection,
                "select id, kind, state, due_at, started_at, ended_at, weeks, compared, calls, raised,"
                " seen_again, resolved, error from reconciliation where environment = %s"
                " order by id desc limit %s",
                (self._environment, limit),
            )

    def _end(self, statement: str, leased: Reconciliation, **values: object) -> None:
        with self._database.connection() as connection:
            connection.execute(statement, values | {"id": leased.id, "token": leased.token})
