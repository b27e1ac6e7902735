"""Every contact with AFAS about an update, kept: what was asked or sent (masked), and what came back."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from connectors.store.outbox.statements import OUTBOX
from domain.outbox.delivery import Attempt


def note(connection: Connection[DictRow], attempts: Sequence[Attempt]) -> None:
    """Write attempts down in the caller's transaction."""
    if not attempts:
        return
    with connection.cursor() as cursor:
        cursor.executemany(OUTBOX["note_attempt"], [_values(attempt) for attempt in attempts])
        for attempt in attempts:
            if attempt.made:  # it is true whoever holds the update by now
                cursor.execute(OUTBOX["note_evidence"], {"made": Jsonb(attempt.made), "id": attempt.update})


def _values(attempt: Attempt) -> dict[str, object]:
    return {
        "outbox": attempt.update,
        "step": attempt.step,
        "outcome": attempt.outcome,
        "detail": attempt.detail,
        "request": Jsonb(attempt.request) if attempt.request is not None else None,
        "trace": attempt.trace,
        "log_reference": attempt.log_reference,
        "seconds": attempt.seconds,
    }
