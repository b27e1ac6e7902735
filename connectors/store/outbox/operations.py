"""What people see of the outbox and may do to it: every act is a row in the update's own history."""

from __future__ import annotations

from collections.abc import Collection

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.audit.append import append
from connectors.store.database import Database, one_row, rows_as
from connectors.store.outbox.attempts import note
from connectors.store.outbox.rows import to_update
from connectors.store.sealed.cipher import SealedValueRefused
from connectors.store.sealed.keyring import KeyRing
from domain.audit.entry import Entry
from domain.errors import NotFound, Refused
from domain.outbox.delivery import Attempt, AttemptKind, Mode, PastAttempt, UpdateView
from domain.outbox.update import MAY_FALL, Update, UpdateKind, UpdateState

_REPLAY = """
    update outbox set state = case when doubt then 'unclear' else 'ready' end, due_at = now(), token = null,
        leased_until = null, unfinished = 0, attempts = 0, sends = least(sends, 1), empty_looks = 0,
        last_look_at = null, ended_at = null, reason = null, log_reference = null
    where id = %(id)s and environment = %(environment)s returning state
"""
_GIVE_UP = """
    update outbox set state = 'void', doubt = false, token = null, leased_until = null,
        ended_at = now(), reason = %(reason)s
    where id = any(%(ids)s) and environment = %(environment)s
"""
_MAY_BE_IN_AFAS = ", since it may be in AFAS by now (a replay looks, and settles it)"
_NOT_WITHOUT = """
    select later.id from outbox first join outbox later on later.environment = first.environment
        and later.decision = first.decision and later.id > first.id and update_may_fall(later.state)
    where first.id = %(id)s and first.environment = %(environment)s order by later.id for update of later
"""


class OutboxOperations:
    """The outbox of one environment as operators see it: ``sync.outbox.ports.Operators`` and more."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def show(self, update: int) -> UpdateView | None:
        """Everything about an update, its attempts in order; None when there is no such update.

        Raises Refused for one whose content does not open: it was tampered with, and can only be cancelled.
        """
        with self._database.connection() as connection:
            row = connection.execute(
                "select * from outbox where id = %s and environment = %s", (update, self._environment)
            ).fetchone()
            if row is None:
                return None
            history = rows_as(
                PastAttempt,
                connection,
                "select at, step, outcome, detail, request, trace, log_reference, seconds from attempt"
                " where outbox = %s order by id",
                (update,),
            )
        return UpdateView(
            _opened(row, self._database.keys),
            row["due_at"],
            row["reason"],
            row["log_reference"],
            row["ended_at"],
            tuple(history),
        )

    def replay(self, update: int, operator: str, reason: str) -> UpdateState:
        """Make it due again, its history kept; one in doubt stays in doubt. Raises NotFound and Refused."""
        with self._database.transaction() as connection:
            self._refuse_unless(connection, update, "replayed", ("parked", "unclear", "ready"))
            row = one_row(connection, _REPLAY, self._values(update))
            self._tell(connection, update, "replay", f"{operator}: {reason}")
            self._audit(connection, operator, "update.replay", f"update:{update}", state=row["state"])
        return UpdateState(row["state"])

    def give_up(self, update: int, operator: str, reason: str) -> None:
        """A person decides that it is not owed any more, nor what the same decision owes behind it.

        Only what surely did not reach AFAS, or waits for a person to say so. Raises NotFound and Refused.
        """
        with self._database.transaction() as connection:
            self._refuse_unless(connection, update, "cancelled", MAY_FALL)
            # A sign-off behind a file that never came would sign nothing.
            behind = connection.execute(_NOT_WITHOUT, self._values(update)).fetchall()
            ids = [update, *(row["id"] for row in behind)]
            values = {"ids": ids, "environment": self._environment, "reason": f"given up: {reason}"}
            connection.execute(_GIVE_UP, values)
            for each in ids:
                self._tell(connection, each, "given-up", f"{operator}: {reason}")
                self._audit(connection, operator, "update.cancel", f"update:{each}")

    def set_mode(self, mode: Mode, *, by: str = "loonbrug") -> None:
        """Set the mode. Leaving a dry run makes what it looked at due at once."""
        with self._database.transaction() as connection:
            connection.execute(
                "insert into environment (environment, mode) values (%s, %s)"
                " on conflict (environment) do update set mode = excluded.mode",
                (self._environment, mode),
            )
            if mode is Mode.LIVE:
                connection.execute(
                    "update outbox set due_at = now() where environment = %s and token is null"
                    " and state in ('ready', 'unclear') and due_at > now() and reason like 'dry run:%%'",
                    (self._environment,),
                )
            self._audit(connection, by, "environment.mode", self._environment, mode=mode)

    def rest_kind(self, kind: UpdateKind, reason: str, *, by: str = "loonbrug") -> None:
        """The kill switch of one kind: it rests until a person ends it."""
        with self._database.transaction() as connection:
            connection.execute(
                "insert into paused_kind (environment, kind, reason) values (%s, %s, %s)"
                " on conflict (environment, kind) do update set reason = excluded.reason, until = null,"
                " since = now()",
                (self._environment, kind, reason),
            )
            self._audit(connection, by, "kind.pause", f"kind:{kind}")

    def wake_kind(self, kind: UpdateKind, *, by: str = "loonbrug") -> None:
        """End the rest of a kind, whoever ordered it."""
        with self._database.transaction() as connection:
            connection.execute(
                "delete from paused_kind where environment = %s and kind = %s", (self._environment, kind)
            )
            self._audit(connection, by, "kind.resume", f"kind:{kind}")

    def _values(self, update: int) -> dict[str, object]:
        return {"id": update, "environment": self._environment}

    def _refuse_unless(
        self, connection: Connection[DictRow], update: int, what: str, states: Collection[str]
    ) -> None:
        """Lock the row; raise unless it is in one of the states."""
        row = connection.execute(
            "select state, reason from outbox where id = %(id)s and environment = %(environment)s for update",
            self._values(update),
        ).fetchone()
        if row is None:
            raise NotFound(f"there is no update {update}")
        if row["state"] not in states:
            why = f": {row['reason']}" if row["reason"] else ""
            known = _MAY_BE_IN_AFAS if row["state"] in ("sending", "unclear") else ""
            raise Refused(f"update {update} is {row['state']} and cannot be {what}{known}{why}")

    def _audit(
        self, connection: Connection[DictRow], by: str, action: str, subject: str, **detail: object
    ) -> None:
        append(connection, self._environment, Entry(by, action, subject, detail))

    def _tell(self, connection: Connection[DictRow], update: int, outcome: str, detail: str) -> None:
        note(connection, [Attempt(update, AttemptKind.PERSON, outcome, detail)])


def _opened(row: DictRow, keys: KeyRing | None) -> Update:
    try:
        return to_update(row, keys)
    except SealedValueRefused as refused:
        raise Refused(f"the content of update {row['id']} cannot be read: {refused}; cancel it") from refused
