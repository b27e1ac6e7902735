"""Every contact with AFAS about an update, kept: what was asked or sent (masked), and what came back."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from domain.outbox.delivery import Attempt

_INSERT = (
    "insert into attempt (outbox, step, outcome, detail, request, trace, log_reference, seconds)"
    " values (%s, %s, %s, %s, %s, %s, %s, %s)"
)

_MADE = "update outbox set evidence = evidence || %s where id = %s"


def note(connection: Connection[DictRow], attempts: Sequence[Attempt]) -> None:
    """Write attempts down in the caller's transaction."""
    if not attempts:
        return
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, [_values(attempt) for attempt in attempts])
        for attempt in attempts:
            if attempt.made:  # it is true whoever holds the update by now
                cursor.execute(_MADE, (Jsonb(attempt.made), attempt.update))


def _values(attempt: Attempt) -> tuple[object, ...]:
    return (
        attempt.update,
        attempt.step,
        attempt.outcome,
        attempt.detail,
        Jsonb(attempt.request) if attempt.request is not None else None,
        attempt.trace,
        attempt.log_reference,
        attempt.seconds,
    )
