"""What the console's first page shows: a day in hours, what is owed, what rests; by short queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from connectors.store.database import Database

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
    from outbox where environment = %(environment)s and state in ('unclear', 'parked')
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
    select kind, reason, since, until from paused_kind
    where environment = %(environment)s and (until is null or until > now()) order by kind
"""
_REPORT = """
    select agrees, signed_at is not null as signed from cutoff_report
    where environment = %(environment)s and week = %(week)s order by id desc limit 1
"""
_ENVIRONMENT = "select token_expires, checked_at from environment where environment = %(environment)s"


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour that began at ``hour`` (aware UTC): rows read, those of them new or changed, calls to AFAS."""

    hour: datetime
    rows: int
    news: int
    calls: int


@dataclass(frozen=True, slots=True)
class Stuck:
    """Updates of a kind that are in a state which is not an end; ``oldest`` in seconds."""

    kind: str
    state: str
    updates: int
    oldest: float


class ConsoleNow:
    """Reads for one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def moving(self) -> list[Stuck]:
        """What is ready or being sent, by kind."""
        return [Stuck(**row) for row in self._rows(_MOVING)]

    def done(self) -> int:
        """Updates that were seen in AFAS within the last 24 hours."""
        return int(self._rows(_DONE)[0]["updates"])

    def stuck(self) -> list[Stuck]:
        """What is parked or unclear, by kind."""
        return [Stuck(**row) for row in self._rows(_STUCK)]

    def hours(self) -> list[Hour]:
        """The last 24 hours, the one that has begun included, the oldest first."""
        return [Hour(**row) for row in self._rows(_HOURS)]

    def report(self, week: str) -> dict[str, Any] | None:
        """Whether the newest cut-off report of a week ``agrees`` and is ``signed``; None without one."""
        rows = self._rows(_REPORT, week=week)
        return rows[0] if rows else None

    def resting_kinds(self) -> list[dict[str, Any]]:
        """Kinds of update that rest: ``kind``, ``reason``, ``since``, ``until`` (None: for good)."""
        return self._rows(_RESTING)

    def token_expires(self) -> date | None:
        """The last day of the token or secret, as far as anybody knows."""
        rows = self._rows(_ENVIRONMENT)
        return rows[0]["token_expires"] if rows else None

    def _rows(self, query: str, **values: object) -> list[dict[str, Any]]:
        with self._database.connection() as connection:
            return connection.execute(query, {"environment": self._environment, **values}).fetchall()


def by_state(updates: Sequence[Stuck]) -> dict[str, Stuck]:
    """All kinds of a state together, as ``kind`` an empty text; a state without updates is left out."""
    found: dict[str, Stuck] = {}
    for one in updates:
        known = found.get(one.state, Stuck("", one.state, 0, 0.0))
        found[one.state] = Stuck("", one.state, known.updates + one.updates, max(known.oldest, one.oldest))
    return found
