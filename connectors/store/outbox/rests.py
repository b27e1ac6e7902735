"""Rests: of a whole environment, or of one kind of update in it. They grow while what caused them goes on."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.outbox.statements import OUTBOX
from domain.outbox.update import UpdateKind
from domain.outbox.verdicts import PauseEnvironment, PauseKind


def rest_environment(connection: Connection[DictRow], environment: str, pause: PauseEnvironment) -> None:
    """Begin nothing for a while. A pause that a person set stays as it is."""
    connection.execute(OUTBOX["rest_environment"], _values(environment, pause))


def rest_longer(connection: Connection[DictRow], environment: str, pause: PauseEnvironment) -> None:
    """It goes on: rest once more, for the next length. Nothing when a person resumed or paused meanwhile."""
    connection.execute(OUTBOX["rest_longer"], _values(environment, pause))


def rest_kind(connection: Connection[DictRow], environment: str, kind: UpdateKind, pause: PauseKind) -> None:
    """Send nothing of this kind for a while. A rest that a person ordered stays as it is."""
    connection.execute(OUTBOX["rest_kind"], _values(environment, pause) | {"kind": kind})


def _values(environment: str, pause: PauseEnvironment | PauseKind) -> dict[str, object]:
    return {"environment": environment, "why": pause.why, "lengths": list(pause.rests)}
