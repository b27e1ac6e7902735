"""Flows and their runs, as the console shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from connectors.store.audit.append import append
from connectors.store.database import Database, row_as, rows_as
from domain.audit.entry import Entry
from domain.message import Message

T = TypeVar("T")

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
    select watermark, settled, news_at, paused, pause_reason, broken, absent_since, last_success,
        row_estimate,
        extract(epoch from now() - last_success)::float as seconds_since_success,
        (select count(*) from parked_row p where p.environment = f.environment and p.flow = f.flow
            and p.resolved_at is null) as parked_rows
    from flow f where environment = %(environment)s and flow = %(flow)s
"""
_ONE = f"select {_COLUMNS} from run where environment = %(environment)s and id = %(run)s"  # noqa: S608 - as above
_OPEN = f"""
    select {_COLUMNS} from run where environment = %(environment)s and flow = %(flow)s
    and run_is_open(state)
"""  # noqa: S608 - as above


@dataclass(frozen=True, slots=True)
class RunDetail:
    """A run, in whatever state. ``since``: AFAS's clock text that a person asked for; ``took`` in seconds."""

    id: int
    flow: str
    kind: str
    state: str
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    attempts: int
    since: str | None
    forced: bool
    read: int
    new: int
    changed: int
    unchanged: int
    parked: int
    withdrawn: int
    calls: int
    error: Message | None
    took: float | None


@dataclass(frozen=True, slots=True)
class FlowDetail:
    """How far a flow is, and whether it may go on. ``watermark`` is AFAS's clock text."""

    watermark: str | None
    settled: bool
    news_at: datetime | None
    paused: bool
    pause_reason: str | None
    broken: Message | None
    absent_since: datetime | None
    last_success: datetime | None
    row_estimate: int
    seconds_since_success: float | None
    parked_rows: int


class ConsoleRuns:
    """Reads for one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def flow(self, flow: str) -> FlowDetail | None:
        """How a flow stands; None when it never ran and was never paused."""
        return self._one(FlowDetail, _FLOW, flow=flow)

    def runs(self, flow: str, *, before: int | None = None, limit: int = 50) -> list[RunDetail]:
        """Runs of a flow, the newest first."""
        values = {"environment": self._environment, "flow": flow, "before": before, "limit": limit}
        with self._database.connection() as connection:
            return rows_as(RunDetail, connection, _RUNS, values)

    def run(self, run: int) -> RunDetail | None:
        """One run."""
        return self._one(RunDetail, _ONE, run=run)

    def open_run(self, flow: str) -> RunDetail | None:
        """The run of a flow that is wanted or under way; there is at most one."""
        return self._one(RunDetail, _OPEN, flow=flow)

    def note_pull(
        self, flow: str, kind: str, run: int, by: str, *, since: str | None = None, forced: bool = False
    ) -> None:
        """Write down who wanted a run, and from when or with what risk."""
        more = ({"since": since} if since else {}) | ({"forced": True} if forced else {})
        entry = Entry(by, "flow.pull", f"flow:{flow}", {"kind": kind, "run": run, **more})
        with self._database.transaction() as connection:
            append(connection, self._environment, entry)

    def _one(self, make: Callable[..., T], query: str, **values: object) -> T | None:
        with self._database.connection() as connection:
            return row_as(make, connection, query, {"environment": self._environment, **values})
