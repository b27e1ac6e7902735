"""After a restore nothing is sent until AFAS was read whole, and all that is owed was looked up (G12).

What the backup still owed may have been sent since it was made. So every such update counts as sent at the
moment of the restore, with an unknown outcome: whoever delivers it looks first, and waits AFAS's limit out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from connectors.store.audit.append import append
from connectors.store.database import Database, despite_deadlocks
from connectors.store.outbox.attempts import note
from connectors.store.outbox.rows import to_update
from domain.audit.entry import Entry
from domain.outbox.delivery import Attempt, AttemptKind
from domain.outbox.update import Update

_ENTER = """
    insert into restored (environment, reason) values (%(environment)s, %(reason)s)
    on conflict (environment) do update set at = now(), reason = excluded.reason
"""
_DOUBT = """
    update outbox set state = case state when 'parked' then 'parked' else 'unclear' end, doubt = true,
        token = null, leased_until = null, unfinished = 0, sends = greatest(sends, 1), sent_at = now(),
        waited = 0, rested = 0,
        empty_looks = 0, last_look_at = null, due_at = now()
    where environment = %(environment)s and update_is_open(state)
"""
_FREE_RUNS = """
    update run set state = 'due', kind = 'full', token = null, leased_until = null, due_at = now(),
        since = null
    where environment = %(environment)s and run_is_open(state)
"""
_FLOWS = """
    select flow from flow where environment = %(environment)s
    union select substr(name, 6) from schedule where environment = %(environment)s
        and starts_with(name, 'full:')
    union select unnest(%(flows)s::text[])
"""
_WANT_FULL = f"""
    insert into run (environment, flow, kind) select %(environment)s, flow, 'full' from ({_FLOWS}) known
    on conflict (environment, flow) where run_is_open(state) do nothing
"""  # noqa: S608 - our own words
_MISSING = f"""
    select flow from ({_FLOWS}) known where not exists (select from run
        where run.environment = %(environment)s and run.flow = known.flow and run.kind = 'full'
        and run.state = 'done' and run.started_at > %(at)s)
    order by flow
"""  # noqa: S608
_OPEN = """
    select * from outbox where environment = %(environment)s and id > %(after)s
        and update_is_open(state) order by id limit %(limit)s
"""
_FOUND = """
    update outbox set state = 'done', doubt = false, ended_at = now(), reason = %(why)s,
        evidence = %(evidence)s where id = %(id)s and environment = %(environment)s
        and update_is_open(state)
"""


@dataclass(frozen=True, slots=True)
class Restored:
    """An environment that was put back, since ``at`` (aware UTC). ``missing``: flows not read whole since."""

    at: datetime
    reason: str
    missing: tuple[str, ...]


def enter(connection: Connection[DictRow], environment: str, reason: str) -> None:
    """Hold everything back from now on, in the caller's transaction, and want every flow read whole."""
    values = {"environment": environment, "reason": reason, "flows": list[str]()}
    for statement in (_ENTER, _DOUBT, _FREE_RUNS, _WANT_FULL):
        connection.execute(statement, values)


class AfterRestore:
    """The way back to work of one environment (``sync.outbox.after_restore.Held``).

    ``flows`` must all be read whole; others that this database knows must be as well.
    """

    def __init__(self, database: Database, environment: str, flows: Sequence[str] = ()) -> None:
        self._database = database
        self._environment = environment
        self._flows = list(flows)

    def state(self) -> Restored | None:
        """How far it is; None when nothing is held back."""
        values: dict[str, object] = {"environment": self._environment, "flows": self._flows}
        with self._database.connection() as connection:
            row = connection.execute(
                "select at, reason from restored where environment = %(environment)s", values
            ).fetchone()
            if row is None:
                return None
            flows = connection.execute(_MISSING, values | {"at": row["at"]}).fetchall()
        return Restored(row["at"], row["reason"], tuple(each["flow"] for each in flows))

    def want_whole(self) -> None:
        """Make a full run due for every flow that lacks one."""
        state = self.state()
        with self._database.transaction() as connection:
            for flow in state.missing if state else ():
                connection.execute(
                    "insert into run (environment, flow, kind) values (%s, %s, 'full')"
                    " on conflict (environment, flow) where run_is_open(state)"
                    " do update set kind = 'full' where run.state = 'due'",
                    (self._environment, flow),
                )

    def owed(self, after: int, limit: int) -> list[Update]:
        """Updates that have not ended, in order, behind that id."""
        values = {"environment": self._environment, "after": after, "limit": limit}
        with self._database.connection() as connection:
            rows = connection.execute(_OPEN, values).fetchall()
        return [to_update(row, self._database.keys) for row in rows]

    def found(self, applied: Sequence[tuple[Update, str, dict[str, str]]]) -> None:
        """AFAS shows these as wished: they are done. Each with why, and the evidence."""
        despite_deadlocks(lambda: self._found(applied))

    def _found(self, applied: Sequence[tuple[Update, str, dict[str, str]]]) -> None:
        with self._database.transaction() as connection:
            for update, why, evidence in applied:
                values = {"id": update.id, "environment": self._environment, "why": why}
                connection.execute(_FOUND, values | {"evidence": Jsonb(evidence)})
            note(
                connection,
                [Attempt(update.id, AttemptKind.LOOK, "applied", why) for update, why, _ in applied],
            )

    def release(self, by: str, *, done: int, owed: int) -> None:
        """Let writing go on."""
        with self._database.transaction() as connection:
            connection.execute("delete from restored where environment = %s", (self._environment,))
            detail = {"found_in_afas": done, "still_owed": owed}
            append(connection, self._environment, Entry(by, "restore.resume", self._environment, detail))
