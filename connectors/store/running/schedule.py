"""When which flow is due: one row per schedule, moved in the transaction that wants the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.database import Database, one_row
from connectors.store.reconcile.reconciliations import WANT as WANT_RECONCILIATION
from domain.pull.run import DueRun

_KINDS = ("poll", "wide", "full")
RECONCILE = "reconcile"
_RECONCILIATIONS = (f"{RECONCILE}:light", f"{RECONCILE}:whole")

_DUE = """
    select name from schedule
    where environment = %s and next_at <= now() - %s * interval '1 second'
    order by next_at limit 100 for update skip locked
"""
_WANT = """
    insert into run (environment, flow, kind) values (%(environment)s, %(flow)s, %(kind)s)
    on conflict (environment, flow) where run_is_open(state) do update set kind = excluded.kind
    where run.state = 'due' and array_position(%(kinds)s, excluded.kind) > array_position(%(kinds)s, run.kind)
    returning id
"""
_PAUSED = """
    select coalesce((select paused from flow where environment = %(environment)s and flow = %(flow)s), false)
        or exists (select from environment e where e.environment = %(environment)s and is_resting(e))
        as paused
"""
_IN_SECONDS = "select now() + %(seconds)s * interval '1 second' as at"
_AT_NIGHT = """
    select min(at) as at from (
        select (date_trunc('day', now() at time zone 'Europe/Amsterdam')
                + days * interval '1 day' + %(full_at)s::interval)
            at time zone 'Europe/Amsterdam' as at
        from generate_series(0, 1) as days
    ) nights where at > now()
"""
_BUSY_SECONDS = 5.0
"""A wide or full run waits for the run of its flow that is under way."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """How often each flow is read. Intervals in seconds; ``full_at`` is Amsterdam wall-clock time (HH:MM).

    ``light_every`` and ``whole_at``: the reconciliations.
    """

    polls: dict[str, float]
    wide_every: float
    full_at: str
    light_every: float = 3600.0
    whole_at: str = "04:00"


class Schedule:
    """The schedules of one environment. Any number of processes may tick: a row lock lets one win (G9)."""

    def __init__(self, database: Database, environment: str, timetable: Timetable) -> None:
        self._database = database
        self._environment = environment
        self._timetable = timetable

    def prepare(self) -> None:
        """Make the rows of this timetable, and drop those of flows that are gone. Safe to repeat.

        A new installation polls everything at once; wide and full runs begin one interval later.
        """
        names = [f"{kind}:{flow}" for flow in self._timetable.polls for kind in _KINDS]
        names += _RECONCILIATIONS
        with self._database.transaction() as connection:
            connection.execute(
                "insert into environment (environment) values (%s) on conflict do nothing",
                (self._environment,),
            )
            connection.execute(
                "delete from schedule where environment = %s and not name = any(%s)",
                (self._environment, names),
            )
            for name in sorted(names):
                self._add(connection, name)

    def tick(self, *, late: float = 0.0) -> list[DueRun]:
        """Make runs due whose time came at least ``late`` seconds ago, by the database's clock.

        What was missed while no clock ran is caught up once, not as often as it was missed: a poll reads
        everything since the watermark anyway.
        """
        with self._database.transaction() as connection:
            rows = connection.execute(_DUE, (self._environment, late)).fetchall()
            wanted = [self._fire(connection, row["name"]) for row in rows]
        return [run for run in wanted if run is not None]

    def _fire(self, connection: Connection[DictRow], name: str) -> DueRun | None:
        kind, _, flow = name.partition(":")
        values = {"environment": self._environment, "flow": flow, "kind": kind, "kinds": list(_KINDS)}
        paused = connection.execute(_PAUSED, values).fetchone()
        if paused and paused["paused"]:
            self._move(connection, name, self._next(connection, name))
            return None
        if kind == RECONCILE:
            connection.execute(WANT_RECONCILIATION, {"environment": self._environment, "kind": flow})
            self._move(connection, name, self._next(connection, name))
            return None
        run = connection.execute(_WANT, values).fetchone()
        waits = run is None and kind != "poll"
        self._move(
            connection, name, self._in(connection, _BUSY_SECONDS) if waits else self._next(connection, name)
        )
        return DueRun(run["id"], flow, kind) if run else None

    def _add(self, connection: Connection[DictRow], name: str) -> None:
        first = self._in(connection, 0) if name.startswith("poll:") else self._next(connection, name)
        connection.execute(
            "insert into schedule (environment, name, next_at) values (%s, %s, %s) on conflict do nothing",
            (self._environment, name, first),
        )

    def _move(self, connection: Connection[DictRow], name: str, next_at: datetime) -> None:
        connection.execute(
            "update schedule set next_at = %s where environment = %s and name = %s",
            (next_at, self._environment, name),
        )

    def _next(self, connection: Connection[DictRow], name: str) -> datetime:
        kind, _, flow = name.partition(":")
        if kind == "full" or name == f"{RECONCILE}:whole":
            at = self._timetable.full_at if kind == "full" else self._timetable.whole_at
            return _at(connection, _AT_NIGHT, {"full_at": at})
        if kind == RECONCILE:
            return self._in(connection, self._timetable.light_every)
        return self._in(
            connection, self._timetable.polls[flow] if kind == "poll" else self._timetable.wide_every
        )

    def _in(self, connection: Connection[DictRow], seconds: float) -> datetime:
        return _at(connection, _IN_SECONDS, {"seconds": seconds})


def _at(connection: Connection[DictRow], query: str, values: Mapping[str, object]) -> datetime:
    at: datetime = one_row(connection, query, values)["at"]
    return at
