"""What waits for a worker now, by the database's clock. Only ids: who works on it leases the row first."""

from __future__ import annotations

from connectors.store.database import Database

_RUNS = """
    select run.id from run
    where run.environment = %(environment)s and run_is_open(state)
      and greatest(due_at, leased_until) <= now() - %(late)s * interval '1 second'
      and not exists (select from environment e where e.environment = %(environment)s and is_resting(e))
    order by due_at limit %(limit)s
"""
_UPDATES = """
    select id from takeable_update
    where environment = %(environment)s
      and greatest(due_at, leased_until) <= now() - %(late)s * interval '1 second'
    order by due_at, id limit %(limit)s
"""
_REPLAYS = """
    select id from replay where environment = %(environment)s and state in ('planning', 'running')
      and coalesce(leased_until, greatest(asked_at, begun_at, agreed_at)
          + %(late)s * interval '1 second') <= now()
    order by id limit %(limit)s
"""
_STALE = """
    select exists (select from stale where environment = %(environment)s
                   and since <= now() - %(late)s * interval '1 second') as found
"""

_RECONCILIATIONS = """
    select id from reconciliation r where r.environment = %(environment)s and run_is_open(r.state)
      and greatest(r.due_at, r.leased_until) <= now() - %(late)s * interval '1 second'
      and not exists (select from environment e where e.environment = %(environment)s and is_resting(e))
    order by r.id limit %(limit)s
"""


class Due:
    """The due work of one environment. ``late``: only what has been due for at least that many seconds."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def runs(self, *, late: float = 0.0, limit: int = 50) -> list[int]:
        """Runs that nobody took, and runs whose worker let its lease run out."""
        return self._ids(_RUNS, late, limit)

    def updates(self, *, late: float = 0.0, limit: int = 200) -> list[int]:
        """Updates whose turn it is; none while the environment is held back after a restore."""
        return self._ids(_UPDATES, late, limit)

    def replays(self, *, late: float = 0.0, limit: int = 20) -> list[int]:
        """Replays that nobody took, and those whose worker let its lease run out."""
        return self._ids(_REPLAYS, late, limit)

    def reconciliations(self, *, late: float = 0.0, limit: int = 5) -> list[int]:
        """Reconciliations that nobody took yet. Nobody hints at them: an hourly thing can wait seconds."""
        return self._ids(_RECONCILIATIONS, late, limit)

    def anything_stale(self, *, late: float = 0.0) -> bool:
        """Whether declarations or onboarding states wait to be derived."""
        with self._database.connection() as connection:
            row = connection.execute(_STALE, {"environment": self._environment, "late": late}).fetchone()
        return bool(row and row["found"])

    def _ids(self, query: str, late: float, limit: int) -> list[int]:
        values = {"environment": self._environment, "late": late, "limit": limit}
        with self._database.connection() as connection:
            return [row["id"] for row in connection.execute(query, values).fetchall()]
