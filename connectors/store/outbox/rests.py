"""Rests: of a whole environment, or of one kind of update in it. They grow while what caused them goes on."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import DictRow

from domain.outbox.update import UpdateKind
from domain.outbox.verdicts import PauseEnvironment, PauseKind

_ENVIRONMENT = """
    insert into environment as known (environment, paused_until, pause_reason, rests)
    values (%(environment)s, now() + make_interval(secs => rest_length(1, %(lengths)s::float8[])), %(why)s, 1)
    on conflict (environment) do update set pause_reason = excluded.pause_reason,
        rests = rest_number(known.paused_until, known.rests, %(lengths)s::float8[]),
        paused_until = greatest(known.paused_until, now() + make_interval(secs => rest_length(
            rest_number(known.paused_until, known.rests, %(lengths)s::float8[]), %(lengths)s::float8[])))
    where known.paused_until is distinct from 'infinity'
"""
_LONGER = """
    update environment set pause_reason = %(why)s, rests = rests + 1,
        paused_until = now() + make_interval(secs => rest_length(rests + 1, %(lengths)s::float8[]))
    where environment = %(environment)s and paused_until < 'infinity'
"""
_KIND = """
    insert into paused_kind as known (environment, kind, reason, until, rests)
    values (%(environment)s, %(kind)s, %(why)s,
        now() + make_interval(secs => rest_length(1, %(lengths)s::float8[])), 1)
    on conflict (environment, kind) do update set reason = excluded.reason,
        rests = rest_number(known.until, known.rests, %(lengths)s::float8[]),
        until = greatest(known.until, now() + make_interval(secs => rest_length(
            rest_number(known.until, known.rests, %(lengths)s::float8[]), %(lengths)s::float8[])))
    where known.until is not null
"""


def rest_environment(connection: Connection[DictRow], environment: str, pause: PauseEnvironment) -> None:
    """Begin nothing for a while. A pause that a person set stays as it is."""
    connection.execute(_ENVIRONMENT, _values(environment, pause))


def rest_longer(connection: Connection[DictRow], environment: str, pause: PauseEnvironment) -> None:
    """It goes on: rest once more, for the next length. Nothing when a person resumed or paused meanwhile."""
    connection.execute(_LONGER, _values(environment, pause))


def rest_kind(connection: Connection[DictRow], environment: str, kind: UpdateKind, pause: PauseKind) -> None:
    """Send nothing of this kind for a while. A rest that a person ordered stays as it is."""
    connection.execute(_KIND, _values(environment, pause) | {"kind": kind})


def _values(environment: str, pause: PauseEnvironment | PauseKind) -> dict[str, object]:
    return {"environment": environment, "why": pause.why, "lengths": list(pause.rests)}
