"""What the console's first page shows: a day in hours, what is owed, what rests; by short queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from connectors.store.database import Database, one_row, row_as, rows_as
from domain.message import Message
from domain.watch.facts import Stuck

T = TypeVar("T")

# Each names the states of one index, so that none reads the rows of thousands of parked updates.
_MOVING = """
    select kind, state, count(*) as updates, extract(epoch from now() - min(created_at))::float as oldest
    from outbox where environment = %(environment)s and state in ('ready', 'sending')
    group by kind, state
"""
_DONE = """
    select count(*) as updates from outbox where environment = %(environment)s and state = 'done'
    and ended_at > now() - interval '1 day'
"""
_STUCK = """
    select kind, state, count(*) as updates, extract(epoch from now() - min(created_at))::float as oldest
    from outbox where environment = %(environment)s and update_has_failed(state)
    group by kind, state order by kind, state
"""
_HOURS = """
    select hour, coalesce(r.rows, 0)::bigint as rows, coalesce(r.news, 0)::bigint as news,
        coalesce(c.calls, 0)::bigint as calls
    from generate_series(date_trunc('hour', now()) - interval '23 hours', date_trunc('hour', now()),
        interval '1 hour') hour
    left join (select date_trunc('hour', ended_at) as hour, sum(read) as rows, sum(new + changed) as news
        from run where environment = %(environment)s
        and ended_at >= date_trunc('hour', now()) - interval '23 hours' group by 1) r using (hour)
    left join (select date_trunc('hour', minute) as hour, sum(calls) as calls
        from afas_calls where environment = %(environment)s
        and minute >= date_trunc('hour', now()) - interval '23 hours' group by 1) c using (hour)
    order by hour
"""
_RESTING = """
    select kind, reason, since, until from paused_kind k
    where k.environment = %(environment)s and is_resting(k) order by kind
"""
_REPORT = """
    select agrees, signed_at is not null as signed from cutoff_report
    where environment = %(environment)s and week = %(week)s order by id desc limit 1
"""
_ENVIRONMENT = "select token_expires from environment where environment = %(environment)s"


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour that began at ``hour`` (aware UTC): rows read, those of them new or changed, calls to AFAS."""

    hour: datetime
    rows: int
    news: int
    calls: int


@dataclass(frozen=True, slots=True)
class RestingKind:
    """A kind of update that rests, and why. ``until`` None: for good."""

    kind: str
    reason: Message
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class NewestReport:
    """The newest cut-off report of a week: whether its sums agree, and whether it was signed off."""

    agrees: bool
    signed: bool


class ConsoleNow:
    """Reads for one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def moving(self) -> list[Stuck]:
        """What is ready or being sent, by kind."""
        return self._rows(Stuck, _MOVING)

    def done(self) -> int:
        """Updates that were seen in AFAS within the last 24 hours."""
        with self._database.connection() as connection:
            return int(one_row(connection, _DONE, {"environment": self._environment})["updates"])

    def stuck(self) -> list[Stuck]:
        """What is parked or unclear, by kind."""
        return self._rows(Stuck, _STUCK)

    def hours(self) -> list[Hour]:
        """The last 24 hours, the one that has begun included, the oldest first."""
        return self._rows(Hour, _HOURS)

    def report(self, week: str) -> NewestReport | None:
        """How the newest cut-off report of a week stands; None without one."""
        with self._database.connection() as connection:
            values = {"environment": self._environment, "week": week}
            return row_as(NewestReport, connection, _REPORT, values)

    def resting_kinds(self) -> list[RestingKind]:
        """Kinds of update that rest."""
        return self._rows(RestingKind, _RESTING)

    def token_expires(self) -> date | None:
        """The last day of the token or secret, as far as anybody knows."""
        with self._database.connection() as connection:
            row = connection.execute(_ENVIRONMENT, {"environment": self._environment}).fetchone()
        return row["token_expires"] if row else None

    def _rows(self, make: Callable[..., T], query: str) -> list[T]:
        with self._database.connection() as connection:
            return rows_as(make, connection, query, {"environment": self._environment})


def by_state(updates: Sequence[Stuck]) -> dict[str, Stuck]:
    """All kinds of a state together, as ``kind`` an empty text; a state without updates is left out."""
    found: dict[str, Stuck] = {}
    for one in updates:
        known = found.get(one.state, Stuck("", one.state, 0, 0.0))
        found[one.state] = Stuck("", one.state, known.updates + one.updates, max(known.oldest, one.oldest))
    return found
