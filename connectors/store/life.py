"""The life of the database: a beat that only grows. One that went back was put back to an older state.

Whoever restores with other tools than ours does not tell us. Processes that keep running, and whatever
remembers the beat outside of the database, then notice by themselves, and hold everything back (G12).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.audit import append
from connectors.store.database import Database
from connectors.store.restored import enter
from domain.audit import Entry

PUT_BACK = "the database was put back to an older state"


@dataclass(frozen=True, slots=True)
class Beat:
    """Which database this is, and how far it came."""

    id: UUID
    beat: int


class Life:
    """What one process knows of the life of the database. Thread-safe."""

    def __init__(self, known: Beat | None = None) -> None:
        self._known = known
        self._lock = threading.Lock()

    def check(self, connection: Connection[DictRow]) -> bool:
        """Compare with what we knew, in the caller's transaction; hold everything back when it is behind."""
        with self._lock:  # around the reading too: who read first must compare first
            now = _read(connection)
            known, self._known = self._known, now
        behind = known is not None and known.id == now.id and now.beat < known.beat
        if behind:
            _hold_back(connection, now)
        return behind


def beat(database: Database) -> Beat:
    """One beat further; to be remembered outside."""
    with database.connection() as connection:
        row = connection.execute("update epoch set beat = beat + 1, at = now() returning id, beat").fetchone()
    assert row  # noqa: S101 - the schema made the row
    return Beat(row["id"], row["beat"])


def compare(database: Database, remembered: Beat) -> bool:
    """Whether the database is behind what was remembered outside; then everything is held back."""
    with database.transaction() as connection:
        return Life(remembered).check(connection)


def _read(connection: Connection[DictRow]) -> Beat:
    row = connection.execute("select id, beat from epoch").fetchone()
    assert row  # noqa: S101 - the schema made the row
    return Beat(row["id"], row["beat"])


def _hold_back(connection: Connection[DictRow], now: Beat) -> None:
    """All environments; the first who notices begins a new life, and for the others nothing changes."""
    begun = connection.execute(
        "update epoch set id = gen_random_uuid(), beat = 0, at = now() where id = %s returning id", (now.id,)
    ).fetchone()
    if begun is None:
        return
    for row in connection.execute("select environment from environment order by environment").fetchall():
        environment = row["environment"]
        enter(connection, environment, PUT_BACK)
        append(connection, environment, Entry("loonbrug", "restore.noticed", environment))
