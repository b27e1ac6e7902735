"""What waits to be sent to AFAS, by kind: how many, and the oldest with the reason why it waits."""

from __future__ import annotations

from connectors.store.database import Database, rows_as
from domain.watch.waiting import WaitingKind

_WAITING = """
    select distinct on (o.kind) o.kind, o.id as update, coalesce(p.reason, o.reason) as reason,
        extract(epoch from now() - o.created_at)::float as oldest,
        count(*) over (partition by o.kind)::int as updates
    from outbox o
    left join paused_kind p on p.environment = o.environment and p.kind = o.kind and is_resting(p)
    where o.environment = %(environment)s and o.state = 'ready'
    order by o.kind, o.created_at, o.id
"""


class WaitingUpdates:
    """Reads about one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def read(self) -> list[WaitingKind]:
        """One per kind of which anything waits."""
        with self._database.connection() as connection:
            return rows_as(WaitingKind, connection, _WAITING, {"environment": self._environment})
