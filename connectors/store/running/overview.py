"""How everything stands, for people: flows with their lag, the outbox by state, processes, what failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from psycopg.rows import DictRow

from connectors.store.database import Database, row_as, rows_as
from connectors.store.messages import message_of
from connectors.store.sealed.personal import open_document, parked_place
from domain.message import Message

T = TypeVar("T")

_FLOWS = """
    select name as flow, coalesce(f.paused, false) as paused, f.pause_reason, f.broken, f.absent_since,
        f.watermark,
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
_PARKED_ROW = """
    select id, environment, flow, key, reason, row, first_seen, last_seen, resolved_at, resolution, cause
    from parked_row where environment = %(environment)s and id = %(id)s
"""


@dataclass(frozen=True, slots=True)
class LastRun:
    """A run of a flow: its kind and state, and what became of the rows that it read."""

    run: int
    kind: str
    state: str
    started_at: datetime | None
    ended_at: datetime | None
    read: int
    new: int
    changed: int
    unchanged: int
    parked: int
    withdrawn: int
    calls: int
    error: Message | None


@dataclass(frozen=True, slots=True)
class FlowOverview:
    """How a flow stands. ``last_run`` is None when there was none; ``rows`` are those of the mirror.

    ``absent_since`` (aware UTC): since when an optional connector is known not to be there.
    """

    flow: str
    paused: bool
    pause_reason: str | None
    broken: Message | None
    watermark: str | None
    rows: int
    last_success: datetime | None
    seconds_since_success: float | None
    parked_rows: int
    rows_ahead: int
    last_run: LastRun | None
    absent_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """Updates of one state: how many, and the age of the oldest in seconds."""

    updates: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True)
class LivingProcess:
    """A process that told that it lives within the last minute."""

    kind: str
    host: str
    pid: int
    started_at: datetime
    seconds_since_seen: float

    @property
    def lives(self) -> bool:
        """It told so within the last half minute."""
        return self.seconds_since_seen < 30


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """A row of AFAS that could not be read, without its content."""

    id: int
    flow: str
    key: str
    reason: Message
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class WholeParkedRow:
    """Such a row with its raw content, which is personal data; resolved ones too."""

    id: int
    environment: str
    flow: str
    key: str
    reason: Message
    row: dict[str, object] = field(repr=False)
    first_seen: datetime
    last_seen: datetime
    resolved_at: datetime | None
    resolution: Message | None
    cause: str | None


class Overview:
    """Reads about one environment. Reasons hold no personal data; keys of rows are AFAS's own numbers."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def flows(self, names: Sequence[str]) -> list[FlowOverview]:
        """The flows, in this order."""
        with self._database.connection() as connection:
            values = {"environment": self._environment, "flows": list(names)}
            return [_flow(row) for row in connection.execute(_FLOWS, values).fetchall()]

    def outbox(self) -> dict[str, Backlog]:
        """What is owed, per state."""
        with self._database.connection() as connection:
            rows = connection.execute(_OUTBOX, {"environment": self._environment}).fetchall()
        return {row["state"]: Backlog(row["updates"], row["oldest_seconds"]) for row in rows}

    def processes(self) -> list[LivingProcess]:
        """The processes of this environment, seen within the last minute."""
        return self._rows(LivingProcess, _PROCESSES)

    def parked_rows(self, *, flow: str | None = None, limit: int = 500) -> list[ParkedRow]:
        """Rows of AFAS that could not be read, newest first, without their content."""
        return self._rows(ParkedRow, _PARKED_ROWS, flow=flow, limit=limit)

    def parked_row(self, parked: int) -> WholeParkedRow | None:
        """One of them with its raw content, which is personal data."""
        with self._database.connection() as connection:
            values = {"environment": self._environment, "id": parked}
            found = row_as(WholeParkedRow, connection, _PARKED_ROW, values)
        if found is None:
            return None
        place = parked_place(self._environment, found.flow, found.key)
        return replace(found, row=open_document(self._database.keys, place, found.row))

    def migrations(self) -> list[str]:
        """The schema files that were applied."""
        with self._database.connection() as connection:
            rows = connection.execute("select name from schema_file order by name").fetchall()
        return [row["name"] for row in rows]

    def _rows(self, make: Callable[..., T], query: str, **values: object) -> list[T]:
        with self._database.connection() as connection:
            return rows_as(make, connection, query, {"environment": self._environment, **values})


def _flow(row: DictRow) -> FlowOverview:
    run = {column: row.pop(column) for column in _RUN_COLUMNS}
    run["error"] = message_of(run["error"])
    row["broken"] = message_of(row["broken"])
    return FlowOverview(**row, last_run=LastRun(**run) if run["run"] is not None else None)
