"""How everything stands, for people: flows with their lag, the outbox by state, processes, what failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.store.database import Database
from connectors.store.sealed.personal import open_document, parked_place

Shown = dict[str, Any]

_FLOWS = """
    select name as flow, coalesce(f.paused, false) as paused, f.pause_reason, f.broken, f.watermark,
        coalesce(f.row_estimate, 0) as rows, f.last_success,
        extract(epoch from now() - f.last_success)::float as seconds_since_success,
        (select count(*) from parked_row p where p.environment = %(environment)s and p.flow = name
            and p.resolved_at is null) as parked_rows,
        (select count(*) from row_ahead a where a.environment = %(environment)s and a.flow = name
            and a.surely and a.changed_at > now()) as rows_ahead,
        r.id as run, r.kind, r.state, r.started_at, r.ended_at, r.read, r.new, r.changed, r.unchanged,
        r.parked, r.withdrawn, r.calls, r.error
    from unnest(%(flows)s::text[]) with ordinality as wanted(name, position)
    left join flow f on f.environment = %(environment)s and f.flow = name
    left join lateral (select * from run where run.environment = %(environment)s and run.flow = name
        and state <> 'due' order by id desc limit 1) r on true
    order by position
"""
_RUN_COLUMNS = (
    "run", "kind", "state", "started_at", "ended_at", "read", "new", "changed", "unchanged", "parked",
    "withdrawn", "calls", "error",
)  # fmt: skip
_OUTBOX = """
    select state, count(*) as updates,
        extract(epoch from now() - min(created_at))::float as oldest_seconds
    from outbox where environment = %(environment)s group by state
"""
_PROCESSES = """
    select kind, host, pid, started_at, extract(epoch from now() - seen_at)::float as seconds_since_seen
    from process where environment = %(environment)s and seen_at > now() - interval '1 minute'
    order by kind, started_at
"""
_PARKED_ROWS = """
    select id, flow, key, reason, first_seen, last_seen from parked_row
    where environment = %(environment)s and resolved_at is null
      and (%(flow)s::text is null or flow = %(flow)s)
    order by id desc limit %(limit)s
"""


class Overview:
    """Reads about one environment. Reasons hold no personal data; keys of rows are AFAS's own numbers."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def flows(self, names: Sequence[str]) -> list[Shown]:
        """The flows with their last run under ``last_run`` (None when there was none)."""
        shown = []
        for row in self._rows(_FLOWS, flows=list(names)):
            run = {column: row.pop(column) for column in _RUN_COLUMNS}
            shown.append(row | {"last_run": run if run["run"] is not None else None})
        return shown

    def outbox(self) -> dict[str, Shown]:
        """Per state: how many updates, and the age of the oldest in seconds."""
        return {row.pop("state"): row for row in self._rows(_OUTBOX)}

    def processes(self) -> list[Shown]:
        """The processes of this environment, seen within the last minute."""
        return self._rows(_PROCESSES)

    def parked_rows(self, *, flow: str | None = None, limit: int = 500) -> list[Shown]:
        """Rows of AFAS that could not be read, newest first, without their content."""
        return self._rows(_PARKED_ROWS, flow=flow, limit=limit)

    def parked_row(self, parked: int) -> Shown | None:
        """One of them with its raw content, which is personal data."""
        rows = self._rows(
            "select * from parked_row where environment = %(environment)s and id = %(id)s", id=parked
        )
        if not rows:
            return None
        place = parked_place(self._environment, rows[0]["flow"], rows[0]["key"])
        return rows[0] | {"row": open_document(self._database.keys, place, rows[0]["row"])}

    def run(self, run: int) -> Shown | None:
        """One run."""
        rows = self._rows("select * from run where environment = %(environment)s and id = %(id)s", id=run)
        return rows[0] if rows else None

    def due_run(self, flow: str) -> Shown | None:
        """The run of a flow that nobody took yet."""
        rows = self._rows(
            "select id, kind from run where environment = %(environment)s and flow = %(flow)s"
            " and state = 'due'",
            flow=flow,
        )
        return rows[0] if rows else None

    def migrations(self) -> list[str]:
        """The schema files that were applied."""
        return [row["name"] for row in self._rows("select name from schema_file order by name")]

    def _rows(self, query: str, **values: Any) -> list[Shown]:
        with self._database.connection() as connection:
            return connection.execute(query, {"environment": self._environment, **values}).fetchall()
