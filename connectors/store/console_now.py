"""What the console's first page shows: a day in hours, what is owed, what rests; by short queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from connectors.store.database import Database

_OUTBOX = """
    select state, count(*) as updates, extract(epoch from now() - min(created_at))::float as oldest
    from outbox where environment = %(environment)s and state in ('ready', 'sending', 'unclear', 'parked')
    group by state
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
    """Updates of a kind that are parked or unclear; ``oldest`` in seconds."""

    kind: str
    state: str
    updates: int
    oldest: float


class ConsoleNow:
    """Reads for one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def outbox(self) -> dict[str, dict[str, Any]]:
        """Per state that is not an end: ``updates`` and the age of the ``oldest`` in seconds."""
        return {row["state"]: row for row in self._rows(_OUTBOX)}

    def done(self) -> int:
        """Updates that were seen in AFAS within the last 24 hours."""
        return int(self._rows(_DONE)[0]["updates"])

    def stuck(self) -> list[Stuck]:
        """What is parked or unclear, by kind."""
        return [Stuck(**row) for row in self._rows(_STUCK)]

    def hours(self) -> list[Hour]:
        """The last 24 hours, the one that has begun included, the oldest first."""
        return [Hour(**row) for row in self._rows(_HOURS)]

    def resting_kinds(self) -> list[dict[str, Any]]:
        """Kinds of update that rest: ``kind``, ``reason``, ``since``, ``until`` (None: for good)."""
        return self._rows(_RESTING)

    def token_expires(self) -> date | None:
        """The last day of the token or secret, as far as anybody knows."""
        rows = self._rows(_ENVIRONMENT)
        return rows[0]["token_expires"] if rows else None

    def _rows(self, query: str) -> list[dict[str, Any]]:
        with self._database.connection() as connection:
            return connection.execute(query, {"environment": self._environment}).fetchall()
