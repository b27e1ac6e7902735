"""What AFAS may still have in hand of ours, and who waits for room in vain."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.slots.statements import STILL_WAITS
from domain.watch.facts import Room

_ROOM = f"""
    select (select count(*) from unanswered where environment = %(environment)s) as unanswered,
        (select count(*) from unanswered where environment = %(environment)s and use = 'write') as writes,
        coalesce((select extract(epoch from now() - min(since)) from no_room
            where environment = %(environment)s and {STILL_WAITS}), 0)::float as in_vain
"""  # noqa: S608 - only our own text is put in


def room_of(connection: Connection[DictRow], environment: str) -> Room:
    """How it stands now."""
    row = connection.execute(_ROOM, {"environment": environment}).fetchone()
    return Room(**row) if row else Room()
