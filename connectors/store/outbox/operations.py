"""What people see of the outbox and may do to it: every act is a row in the update's own history."""

from __future__ import annotations

from collections.abc import Collection

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.audit.append import append
from connectors.store.database import Database, one_row, rows_as
from connectors.store.messages import message_of
from connectors.store.outbox.attempts import note
from connectors.store.outbox.rows import to_update
from connectors.store.outbox.statements import OPERATIONS
from connectors.store.sealed.cipher import SealedValueRefused
from connectors.store.sealed.keyring import KeyRing
from domain.audit.entry import Entry
from domain.errors import NotFound, Refused
from domain.message import Message, because, both, verbatim
from domain.outbox.delivery import Attempt, AttemptKind, Mode, PastAttempt, UpdateView
from domain.outbox.update import MAY_FALL, Update, UpdateKind, UpdateState


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
            row = connection.execute(OPERATIONS["update"], self._values(update)).fetchone()
            if row is None:
                return None
            history = rows_as(PastAttempt, connection, OPERATIONS["attempts"], {"id": update})
        return UpdateView(
            _opened(row, self._database.keys),
            row["due_at"],
            message_of(row["reason"]),
            row["log_reference"],
            row["ended_at"],
            tuple(history),
        )

    def replay(self, update: int, operator: str, reason: Message) -> UpdateState:
        """Make it due again, its history kept; one in doubt stays in doubt. Raises NotFound and Refused."""
        with self._database.transaction() as connection:
            self._refuse_unless(connection, update, "replayed", ("parked", "unclear", "ready"))
            values = {"ids": [update], "environment": self._environment}
            row = one_row(connection, OPERATIONS["replay"], values)
            self._tell(connection, update, "replay", operator, reason)
            self._audit(connection, operator, "update.replay", f"update:{update}", state=row["state"])
        return UpdateState(row["state"])

    def give_up(self, update: int, operator: str, reason: str) -> None:
        """A person decides that it is not owed any more, nor what the same decision owes behind it.

        Only what surely did not reach AFAS, or waits for a person to say so. Raises NotFound and Refused.
        """
        with self._database.transaction() as connection:
            self._refuse_unless(connection, update, "cancelled", MAY_FALL)
            # A sign-off behind a file that never came would sign nothing.
            behind = connection.execute(OPERATIONS["not_without"], self._values(update)).fetchall()
            ids = [update, *(row["id"] for row in behind)]
            values = {
                "ids": ids,
                "environment": self._environment,
                "reason": Message("why.given-up", {"why": reason}),
            }
            connection.execute(OPERATIONS["give_up"], values)
            for each in ids:
                self._tell(connection, each, "given-up", operator, verbatim(reason))
                self._audit(connection, operator, "update.cancel", f"update:{each}")

    def set_mode(self, mode: Mode, *, by: str = "loonbrug") -> None:
        """Set the mode. Leaving a dry run makes what it looked at due at once."""
        with self._database.transaction() as connection:
            values = {"environment": self._environment, "mode": mode}
            connection.execute(OPERATIONS["set_mode"], values)
            if mode is Mode.LIVE:
                connection.execute(OPERATIONS["leave_dry_run"], {"environment": self._environment})
            self._audit(connection, by, "environment.mode", self._environment, mode=mode)

    def rest_kind(self, kind: UpdateKind, reason: str, *, by: str = "loonbrug") -> None:
        """The kill switch of one kind: it rests until a person ends it."""
        with self._database.transaction() as connection:
            values = {"environment": self._environment, "kind": kind, "reason": verbatim(reason)}
            connection.execute(OPERATIONS["stop_kind"], values)
            self._audit(connection, by, "kind.pause", f"kind:{kind}")

    def wake_kind(self, kind: UpdateKind, *, by: str = "loonbrug") -> None:
        """End the rest of a kind, whoever ordered it."""
        with self._database.transaction() as connection:
            values = {"environment": self._environment, "kind": kind}
            connection.execute(OPERATIONS["wake_kind"], values)
            self._audit(connection, by, "kind.resume", f"kind:{kind}")

    def _values(self, update: int) -> dict[str, object]:
        return {"id": update, "environment": self._environment}

    def _refuse_unless(
        self, connection: Connection[DictRow], update: int, what: str, states: Collection[str]
    ) -> None:
        """Lock the row; raise unless it is in one of the states."""
        row = connection.execute(OPERATIONS["lock"], self._values(update)).fetchone()
        if row is None:
            raise NotFound(Message("no-such.update", {"update": update}))
        if row["state"] not in states:
            raise Refused(_cannot_be(what, update, row))

    def _audit(
        self, connection: Connection[DictRow], by: str, action: str, subject: str, **detail: object
    ) -> None:
        append(connection, self._environment, Entry(by, action, subject, detail))

    def _tell(
        self, connection: Connection[DictRow], update: int, outcome: str, by: str, what: Message
    ) -> None:
        detail = Message("why.by", {"by": by, "what": what})
        note(connection, [Attempt(update, AttemptKind.PERSON, outcome, detail)])


def _cannot_be(what: str, update: int, row: DictRow) -> Message:
    """Why not, with the reason that the update gives itself."""
    refusal = Message(f"refused.not-{what}", {"update": update, "state": row["state"]})
    if row["state"] in ("sending", "unclear"):
        refusal = both(refusal, Message("refused.may-be-in-afas"))
    return because(refusal, Message.from_json(row["reason"])) if row["reason"] else refusal


def _opened(row: DictRow, keys: KeyRing | None) -> Update:
    try:
        return to_update(row, keys)
    except SealedValueRefused as refused:
        raise Refused(
            Message("refused.unreadable-content", {"update": row["id"], "why": refused.why})
        ) from refused
