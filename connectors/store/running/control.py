"""What operators switch: pauses of an environment and of single flows. (Modes: ``operating``.)"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.audit.append import append
from connectors.store.database import Database
from connectors.store.messages import message_of
from connectors.store.outbox.held_back import enter
from connectors.store.outbox.rests import rest_longer
from connectors.store.slots.room import room_of
from domain.audit.entry import Entry
from domain.message import Message, verbatim
from domain.outbox.verdicts import PauseEnvironment
from domain.watch.facts import Room


@dataclass(frozen=True, slots=True)
class EnvironmentState:
    """How an environment stands. ``paused_until``: None, or far away until a person resumes.

    ``held``: why nothing is sent since a restore; None when nothing is held back. ``room``: for more calls.
    """

    mode: str
    paused_until: datetime | None
    pause_reason: Message | None
    held: Message | None = None
    room: Room = field(default_factory=Room)


class Control:
    """The switches of one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def state(self) -> EnvironmentState:
        """How the environment stands now."""
        with self._database.connection() as connection:
            row = connection.execute(
                "select mode, nullif(paused_until, 'infinity') as paused_until, pause_reason,"
                " paused_until = 'infinity' as for_good, (select r.reason from restored r"
                " where r.environment = e.environment) as held from environment e where environment = %s",
                (self._environment,),
            ).fetchone()
            room = room_of(connection, self._environment)
        if row is None:
            return EnvironmentState("live", None, None, room=room)
        until = datetime.max.replace(tzinfo=UTC) if row["for_good"] else row["paused_until"]
        return EnvironmentState(
            row["mode"], until, message_of(row["pause_reason"]), message_of(row["held"]), room
        )

    def pause(self, reason: str, *, by: str = "loonbrug") -> None:
        """Begin nothing until somebody resumes. The mode stays what it is."""
        with self._database.transaction() as connection:
            self._known(connection)
            connection.execute(
                "update environment set paused_until = 'infinity', pause_reason = %s where environment = %s",
                (verbatim(reason), self._environment),
            )
            self._audit(connection, by, "environment.pause", self._environment)

    def resume(self, *, by: str = "loonbrug") -> None:
        """End the pause of the environment, whoever began it."""
        with self._database.transaction() as connection:
            self._known(connection)
            connection.execute(
                "update environment set paused_until = null, pause_reason = null, rests = 0"
                " where environment = %s",
                (self._environment,),
            )
            self._audit(connection, by, "environment.resume", self._environment)

    def pause_flow(self, flow: str, reason: str, *, by: str = "loonbrug") -> None:
        """Read this flow no more until somebody resumes it."""
        with self._database.transaction() as connection:
            connection.execute(
                "insert into flow (environment, flow, paused, pause_reason) values (%s, %s, true, %s)"
                " on conflict (environment, flow)"
                " do update set paused = true, pause_reason = excluded.pause_reason",
                (self._environment, flow, reason),
            )
            self._audit(connection, by, "flow.pause", f"flow:{flow}")

    def resume_flow(self, flow: str, *, by: str = "loonbrug") -> None:
        """Read this flow again, at once."""
        with self._database.transaction() as connection:
            connection.execute(
                "update flow set paused = false, pause_reason = null where environment = %s and flow = %s",
                (self._environment, flow),
            )
            connection.execute(
                "update schedule set next_at = now() where environment = %s and name = 'poll:' || %s",
                (self._environment, flow),
            )
            self._audit(connection, by, "flow.resume", f"flow:{flow}")

    def ending_pause(self, within: float) -> bool:
        """Whether a pause that we set ourselves ends within so many seconds (or has ended): time to probe."""
        with self._database.connection() as connection:
            row = connection.execute(
                "select paused_until <= now() + %s * interval '1 second' as ending from environment"
                " where environment = %s",
                (within, self._environment),
            ).fetchone()
        return bool(row and row["ending"])

    def extend_pause(self, pause: PauseEnvironment) -> None:
        """Go on resting, longer than the last time, unless a person resumed or paused meanwhile."""
        with self._database.connection() as connection:
            rest_longer(connection, self._environment, pause)

    def end_pause(self) -> None:
        """AFAS answers again. A pause that a person set stays."""
        with self._database.connection() as connection:
            connection.execute(
                "update environment set paused_until = null, pause_reason = null, rests = 0"
                " where environment = %s and paused_until < 'infinity'",
                (self._environment,),
            )

    def identity(self, identity: str, *, by: str = "loonbrug") -> str:
        """The AFAS environment that this database belongs to; the first one that is named, from then on."""
        with self._database.transaction() as connection:
            known = self._identity(connection)
            if known is None:
                self._belong_to(connection, identity)
                self._audit(connection, by, "environment.identity", self._environment, to=identity)
        return known or identity

    def known_identity(self) -> str | None:
        """The AFAS environment that this database belongs to; None when no process met AFAS yet."""
        with self._database.transaction() as connection:
            return self._identity(connection)

    def change_identity(self, identity: str, *, by: str) -> None:
        """Belong to another AFAS environment from now on, on purpose; held back as after a restore.

        What is known and owed came from the other one: all of it is read and looked up anew first.
        """
        with self._database.transaction() as connection:
            known = self._identity(connection)
            self._belong_to(connection, identity)
            self._audit(connection, by, "environment.identity", self._environment, was=known, to=identity)
            why = Message("why.belongs-elsewhere", {"now": identity, "before": known})
            enter(connection, self._environment, why)

    def _identity(self, connection: Connection[DictRow]) -> str | None:
        """Locked until the transaction ends: the first of many that come at once decides."""
        self._known(connection)
        row = connection.execute(
            "select afas_identity from environment where environment = %s for update", (self._environment,)
        ).fetchone()
        return row["afas_identity"] if row else None

    def _belong_to(self, connection: Connection[DictRow], identity: str) -> None:
        connection.execute(
            "update environment set afas_identity = %s, checked_at = now() where environment = %s",
            (identity, self._environment),
        )

    def _audit(
        self, connection: Connection[DictRow], by: str, action: str, subject: str, **detail: object
    ) -> None:
        append(connection, self._environment, Entry(by, action, subject, detail))

    def _known(self, connection: Connection[DictRow]) -> None:
        """A row to write to."""
        connection.execute(
            "insert into environment (environment) values (%s) on conflict do nothing", (self._environment,)
        )
