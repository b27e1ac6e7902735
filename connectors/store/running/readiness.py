"""Is everything up: read from what flows, workers and the connector themselves wrote down."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg.rows import DictRow

from connectors.store.database import Database
from connectors.store.slots.room import room_of
from domain.message import Message

_FLOWS = """
    select name, f.last_success is null and f.absent_since is null as never, f.broken
    from unnest(%(flows)s::text[]) name
    left join flow f on f.environment = %(environment)s and f.flow = name order by name
"""
_WORKER = """
    select 1 as found from process
    where environment = %(environment)s
        and kind = any(%(kinds)s) and seen_at > now() - make_interval(secs => %(lately)s)
"""
_AWAY = """
    select 1 as found from environment where environment = %(environment)s and paused_until > now()
    union all
    select 1 from (select distinct on (flow) state from run where environment = %(environment)s
        and state in ('done', 'failed') order by flow, id desc) newest
    having bool_and(state = 'failed')
"""


class Readiness:
    """What keeps an environment from being ready."""

    def __init__(
        self, database: Database, *, worker_kinds: Sequence[str] = ("work",), lately: float = 60
    ) -> None:
        """``worker_kinds``: processes that deliver and pull; ``lately``: seconds since one was seen."""
        self._database = database
        self._kinds = list(worker_kinds)
        self._lately = lately

    def missing(self, environment: str, flows: Sequence[str]) -> list[Message]:
        """What is not up; empty when all is.

        Raises psycopg.OperationalError without a database.
        """
        values = {"environment": environment, "flows": list(flows)}
        watch = {"environment": environment, "kinds": self._kinds, "lately": self._lately}
        with self._database.connection() as connection:
            rows = connection.execute(_FLOWS, values).fetchall()
            missing = [_of("broken", row) for row in rows if row["broken"]]
            unborn = [row for row in rows if row["never"] and not row["broken"]]
            missing += [_of("never", row) for row in unborn]
            if not connection.execute(_WORKER, watch).fetchone():
                missing.append(Message("not-ready.no-worker"))
            if room_of(connection, environment).stands_still:
                missing.append(Message("not-ready.no-room"))
            if connection.execute(_AWAY, values).fetchone():
                missing.append(Message("not-ready.afas"))
        return missing


def _of(what: str, row: DictRow) -> Message:
    return Message(f"not-ready.{what}", {"flow": row["name"]})
