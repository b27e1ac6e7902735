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
from connectors.store.outbox.statements import OUTBOX
from domain.audit.entry import Entry
from domain.message import Message
from domain.outbox.delivery import Attempt, AttemptKind
from domain.outbox.update import Update


@dataclass(frozen=True, slots=True)
class Restored:
    """An environment that was put back, since ``at`` (aware UTC). ``missing``: flows not read whole since."""

    at: datetime
    reason: Message
    missing: tuple[str, ...]


def enter(connection: Connection[DictRow], environment: str, reason: Message) -> None:
    """Hold everything back from now on, in the caller's transaction, and want every flow read whole."""
    values = {"environment": environment, "reason": reason, "flows": list[str]()}
    connection.execute(OUTBOX["hold_back"], values)
    connection.execute(OUTBOX["doubt_all"], values)
    connection.execute(OUTBOX["free_runs"], values)
    connection.execute(OUTBOX["want_all_whole"], values)


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
            row = connection.execute(OUTBOX["held_back"], values).fetchone()
            if row is None:
                return None
            flows = connection.execute(OUTBOX["not_read_whole"], values | {"at": row["at"]}).fetchall()
        return Restored(row["at"], Message.from_json(row["reason"]), tuple(each["flow"] for each in flows))

    def want_whole(self) -> None:
        """Make a full run due for every flow that lacks one."""
        state = self.state()
        with self._database.transaction() as connection:
            for flow in state.missing if state else ():
                values = {"environment": self._environment, "flow": flow}
                connection.execute(OUTBOX["want_whole"], values)

    def owed(self, after: int, limit: int) -> list[Update]:
        """Updates that have not ended, in order, behind that id."""
        values = {"environment": self._environment, "after": after, "limit": limit}
        with self._database.connection() as connection:
            rows = connection.execute(OUTBOX["owed"], values).fetchall()
        return [to_update(row, self._database.keys) for row in rows]

    def found(self, applied: Sequence[tuple[Update, Message, dict[str, str]]]) -> None:
        """AFAS shows these as wished: they are done. Each with why, and the evidence."""
        despite_deadlocks(lambda: self._found(applied))

    def _found(self, applied: Sequence[tuple[Update, Message, dict[str, str]]]) -> None:
        with self._database.transaction() as connection:
            for update, why, evidence in applied:
                values = {"id": update.id, "environment": self._environment, "why": why}
                connection.execute(OUTBOX["found_done"], values | {"evidence": Jsonb(evidence)})
            note(
                connection,
                [Attempt(update.id, AttemptKind.LOOK, "applied", why) for update, why, _ in applied],
            )

    def release(self, by: str, *, done: int, owed: int) -> None:
        """Let writing go on."""
        with self._database.transaction() as connection:
            connection.execute(OUTBOX["release"], {"environment": self._environment})
            detail = {"found_in_afas": done, "still_owed": owed}
            append(connection, self._environment, Entry(by, "restore.resume", self._environment, detail))
