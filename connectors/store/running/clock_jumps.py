"""Jumps of the database's wall clock: noticed by processes whose own clock goes on, mended, and told.

AFAS's limit does not depend on that clock (``stopwatch``), but what is due, leased or paused until a moment
does: a clock that goes back a day would leave all of it lying for a day, and nobody would be told.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from psycopg import Connection, sql
from psycopg.rows import DictRow

from connectors.store.database import Database, one_row
from connectors.store.stopwatch import steady

TOLERANCE = 10.0
"""Seconds that a clock may be off without anything being mended: what NTP slews, and slow answers."""

AHEAD: Mapping[str, tuple[str, ...]] = {
    "outbox": ("due_at", "leased_until"),
    "run": ("due_at", "leased_until"),
    "schedule": ("next_at",),
    "reconciliation": ("due_at", "leased_until"),
    "replay": ("leased_until",),
    "notice": ("due_at", "leased_until"),
    "cutoff_moment": ("leased_until",),
    "environment": ("paused_until",),
    "paused_kind": ("until",),
    "afas_slot": ("leased_until",),
    "unanswered_call": ("over_at",),
    "console_failure": ("locked_until",),
}
"""Moments to come, of our own making: after a jump back they keep their distance from now."""
PASSED: Mapping[str, tuple[str, ...]] = {
    "outbox": ("created_at", "sent_at", "last_look_at"),
    "run": ("started_at",),
    "flow": ("news_at", "last_success", "absent_since"),
    "reconciliation": ("started_at",),
    "notice": ("created_at",),
    "environment": ("paused_since", "checked_at"),
    "paused_kind": ("since",),
    "process": ("started_at", "seen_at"),
    "alert": ("raised_at", "seen_at", "told_at"),
    "stale": ("since",),
    "row_ahead": ("since",),
    "doubted_line": ("since",),
    "parked_row": ("first_seen", "last_seen"),
    "finding": ("first_seen", "last_seen"),
    "console_session": ("began_at", "seen_at", "confirmed_at"),
    "unanswered_call": ("since",),
    "no_room": ("since", "asked_at"),
    "console_failure": ("last_at",),
    "console_device": ("seen_at",),
    "tally": ("told_at",),
    "restored": ("at",),
    "epoch": ("at",),
    "clock_jump": ("noticed_at",),
}
"""Moments from which ages are counted: none lies ahead of now, or nothing would age until then."""

_NOW = """
    select extract(epoch from clock_timestamp())::float as now,
        (select coalesce(max(id), 0) from clock_jump) as jumps,
        (select extract(epoch from at - clock_timestamp())::float from epoch) as ahead
"""
_SHIFT = "update {table} set {column} = {column} + %(by)s * interval '1 second'"
_SHIFT += " where {column} > now() and {column} < 'infinity'"
_CLAMP = "update {table} set {column} = now() where {column} > now()"


@dataclass(frozen=True, slots=True)
class _Seen:
    """Both clocks at one moment, and how many jumps were known then."""

    wall: float
    own: float
    jumps: int


class ClockJumps:
    """One process's look at the database's clock. Thread-safe; ``clock`` is for tests."""

    def __init__(self, database: Database, clock: Callable[[], float] = steady) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: _Seen | None = None

    def look(self) -> float | None:
        """The seconds of a jump that this process noticed first, and mended; None when there was none."""
        with self._lock, self._database.transaction() as connection:
            asked = self._clock()
            row = one_row(connection, _NOW)
            answered = self._clock()
            seen, self._seen = self._seen, _Seen(row["now"], answered, row["jumps"])
            if seen is None:
                jump = -max(row["ahead"] or 0.0, 0.0)  # it went back while none of us looked
            elif seen.jumps != row["jumps"]:
                return None  # somebody else noticed
            else:
                jump = row["now"] - seen.wall - (answered - seen.own)
            if abs(jump) <= TOLERANCE + (answered - asked):
                return None
            return self._note(connection, jump, row["jumps"])

    def _note(self, connection: Connection[DictRow], jump: float, known: int) -> float | None:
        """Mend once: whoever comes second finds the jump written down."""
        connection.execute("select 1 from epoch for update")
        newest = connection.execute("select coalesce(max(id), 0) as id from clock_jump").fetchone()
        if newest and newest["id"] != known:
            return None
        connection.execute("insert into clock_jump (seconds, noticed_at) values (%s, now())", (jump,))
        _mend(connection, jump)
        return jump


def lately(database: Database, seconds: float) -> float | None:
    """The largest jump that was noticed within so many seconds, either way; None when there was none."""
    with database.connection() as connection:
        row = connection.execute(
            "select seconds from clock_jump where abs(extract(epoch from now() - noticed_at)) < %s"
            " order by abs(seconds) desc limit 1",
            (seconds,),
        ).fetchone()
    return row["seconds"] if row else None


def _mend(connection: Connection[DictRow], jump: float) -> None:
    """After a jump back. One forward only makes things due, and leases end, too early: harmless (G9).

    To move these along would take along what was written since, and that would lie for as long as the jump.
    """
    if jump > 0:
        return
    for table, columns in AHEAD.items():
        for column in columns:
            connection.execute(_filled(_SHIFT, table, column), {"by": jump})
    for table, columns in PASSED.items():
        for column in columns:
            connection.execute(_filled(_CLAMP, table, column))


def _filled(text: str, table: str, column: str) -> sql.Composed:
    return sql.SQL(text).format(table=sql.Identifier(table), column=sql.Identifier(column))
