"""The audit trail in PostgreSQL: appended to in the caller's transaction, one after the other."""

from __future__ import annotations

from datetime import datetime

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.database import one_row
from connectors.store.sealed.keyring import keys_of
from domain.audit.entry import BEGINNING, Entry, detail_text, record_hash

_HEAD = """
    insert into audit_head (environment, number, hash) values (%s, 0, %s) on conflict do nothing
"""
_LOCK = """
    select number, hash, clock_timestamp() as at from audit_head where environment = %s for update
"""
_ADD = """
    insert into audit (environment, number, at, actor, action, subject, detail, previous, hash)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_MOVE = "update audit_head set number = %s, hash = %s, seal = %s where environment = %s"


def append(connection: Connection[DictRow], environment: str, *entries: Entry) -> None:
    """Write entries into the trail of an environment, in the caller's transaction.

    Do it last in the transaction: until it ends everybody else who appends waits, and a lock taken after this
    one could be held by one of them.
    """
    if not entries:
        return
    number, previous, at = _head(connection, environment)
    rows = []
    for entry in entries:
        number += 1
        content = (entry.actor, entry.action, entry.subject, detail_text(entry.detail))
        own = record_hash(environment, number, at, content, previous)
        rows.append((environment, number, at, *content, previous, own))
        previous = own
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, rows)
    keys = keys_of(connection)
    seal = keys.seal(environment, number, previous) if keys else None
    connection.execute(_MOVE, (number, previous, seal, environment))


def _head(connection: Connection[DictRow], environment: str) -> tuple[int, bytes, datetime]:
    """Lock the head; it is made when this is the first entry."""
    row = connection.execute(_LOCK, (environment,)).fetchone()
    if row is None:
        connection.execute(_HEAD, (environment, BEGINNING))
        row = one_row(connection, _LOCK, (environment,))
    return row["number"], bytes(row["hash"]), row["at"]
