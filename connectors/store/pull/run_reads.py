"""Flows and their runs, as the console shows them."""

from __future__ import annotations

from typing import Any

from connectors.store.audit.append import append
from connectors.store.database import Database
from domain.audit.entry import Entry

_COLUMNS = (
    "id, flow, kind, state, due_at, started_at, ended_at, attempts, since, forced, read, new, changed,"
    " unchanged, parked, withdrawn, calls, error,"
    " extract(epoch from coalesce(ended_at, now()) - started_at)::float as took"
)
_RUNS = f"""
    select {_COLUMNS} from run where environment = %(environment)s and flow = %(flow)s
    and (%(before)s::bigint is null or id < %(before)s) order by id desc limit %(limit)s
"""  # noqa: S608 - our own words
_FLOW = """
    select watermark, settled, news_at, paused, pause_reason, broken, last_success, row_estimate,
        extract(epoch from now() - last_success)::float as seconds_since_success,
        (select count(*) from parked_row p where p.environment = f.environment and p.flow = f.flow
            and p.resolved_at is null) as parked_rows
    from flow f where environment = %(environment)s and flow = %(flow)s
"""
_ONE = f"select {_COLUMNS} from run where environment = %(environment)s and id = %(run)s"  # noqa: S608 - as above
_OPEN = f"""
    select {_COLUMNS} from run where environment = %(environment)s and flow = %(flow)s
    and state in ('due', 'running')
"""  # noqa: S608 - as above


class ConsoleRuns:
    """Reads for one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def flow(self, flow: str) -> dict[str, Any] | None:
        """How a flow stands; None when it never ran and was never paused."""
        return self._one(_FLOW, flow=flow)

    def runs(self, flow: str, *, before: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
        """Runs of a flow, the newest first; ``took`` in seconds."""
        values = {"environment": self._environment, "flow": flow, "before": before, "limit": limit}
        with self._database.connection() as connection:
            return connection.execute(_RUNS, values).fetchall()

    def run(self, run: int) -> dict[str, Any] | None:
        """One run."""
        return self._one(_ONE, run=run)

    def open_run(self, flow: str) -> dict[str, Any] | None:
        """The run of a flow that is wanted or under way; there is at most one."""
        return self._one(_OPEN, flow=flow)

    def note_pull(
        self, flow: str, kind: str, run: int, by: str, *, since: str | None = None, forced: bool = False
    ) -> None:
        """Write down who wanted a run, and from when or with what risk."""
        more = ({"since": since} if since else {}) | ({"forced": True} if forced else {})
        entry = Entry(by, "flow.pull", f"flow:{flow}", {"kind": kind, "run": run, **more})
        with self._database.transaction() as connection:
            append(connection, self._environment, entry)

    def _one(self, query: str, **values: object) -> dict[str, Any] | None:
        with self._database.connection() as connection:
            return connection.execute(query, {"environment": self._environment, **values}).fetchone()
