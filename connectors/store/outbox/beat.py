"""The life of the database: a beat that only grows, and sends that it must remember.

Whoever restores with other tools than ours does not tell us, and a standby that took over may lack the last
seconds: "sending" is gone, and AFAS has the approval. Processes that keep running, and whatever remembers
beats and sends outside of the database, then notice by themselves, and hold everything back (G12).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, Row, tuple_row

from connectors.store.audit.append import append
from connectors.store.database import Database, one_row
from connectors.store.outbox.held_back import enter
from connectors.store.outbox.statements import OUTBOX
from domain.audit.entry import Entry
from domain.message import Message

PUT_BACK = Message("why.put-back")
LAST_SENDS = 64
"""So many are remembered. Commits are replayed in their order: who lacks one lacks all that came later."""


@dataclass(frozen=True, slots=True)
class Beat:
    """Which database this is, and how far it came. ``sends``: update to how often its sending was begun."""

    id: UUID
    beat: int
    sends: Mapping[int, int] = field(default_factory=dict)


class Memory(Protocol):
    """Remembers outside of the database. Neither raises: what it loses costs nothing but the noticing."""

    def load(self) -> list[Beat]:
        """What is remembered, in each place."""

    def sent(self, life: UUID, update: int, begun: int) -> None:
        """Remember that a send was begun, before its first byte."""


class KnownBeat:
    """What one process knows of the life of the database. Thread-safe."""

    def __init__(self, known: Beat | None = None, memory: Memory | None = None) -> None:
        self._known = known
        self._memory = memory
        self._sends: OrderedDict[int, int] = OrderedDict(known.sends if known else {})
        self._lock = threading.Lock()

    def check(self, connection: Connection[DictRow], environment: str | None = None) -> bool:
        """Compare with what we knew, in the caller's transaction; hold everything back when it is behind."""
        with self._lock:  # around the reading too: who read first must compare first
            found = _find(connection)
            now = found or _read(connection)
            known, self._known = self._known, now
            if known is not None and known.id != now.id:
                self._sends.clear()  # another life: what we knew was of the one before
            behind = known is not None and known.id == now.id and now.beat < known.beat
            behind = behind or (known is not None and found is None)  # even that row is gone
            behind = behind or self._forgotten(connection, now.id)
            if behind:
                self._sends.clear()
        if behind:
            _hold_back(connection, now, environment)
        return behind

    def remembers(self, connection: Connection[Row]) -> bool:
        """Whether the database knows of the sends that we know of: asked before the next one is begun."""
        with self._lock:
            life = self._known.id if self._known else _read(connection).id
            return not self._forgotten(connection, life)

    def sent(self, life: UUID, update: int, begun: int) -> None:
        """A send was begun, and committed. To be told before its first byte."""
        with self._lock:
            self._sends[update] = begun
            self._sends.move_to_end(update)
            while len(self._sends) > LAST_SENDS:
                self._sends.popitem(last=False)
        if self._memory is not None:
            self._memory.sent(life, update, begun)

    def _forgotten(self, connection: Connection[Row], life: UUID) -> bool:
        sends = dict(self._sends)
        for outside in self._memory.load() if self._memory else ():
            if outside.id == life:
                sends |= {update: max(begun, sends.get(update, 0)) for update, begun in outside.sends.items()}
        if not sends:
            return False
        values = {"updates": list(sends), "begun": list(sends.values())}
        return connection.execute(OUTBOX["forgotten"], values).fetchone() is not None


def beat(database: Database) -> Beat:
    """One beat further; to be remembered outside."""
    with database.transaction() as connection:
        _read(connection)
        row = one_row(connection, "update epoch set beat = beat + 1, at = now() returning id, beat")
    return Beat(row["id"], row["beat"])


def compare(database: Database, remembered: Beat, environment: str | None = None) -> bool:
    """Whether the database is behind what was remembered outside; then everything is held back."""
    with database.transaction() as connection:
        return KnownBeat(remembered).check(connection, environment)


def _read(connection: Connection[Row]) -> Beat:
    """The life of this database; a new one when somebody emptied the table."""
    found = _find(connection)
    if found is None:
        connection.execute("insert into epoch default values on conflict do nothing")
        found = _find(connection)
    assert found  # noqa: S101 - it was made
    return found


def _find(connection: Connection[Row]) -> Beat | None:
    with connection.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute("select id, beat from epoch").fetchone()
    return Beat(*found) if found else None


def _hold_back(connection: Connection[DictRow], now: Beat, environment: str | None) -> None:
    """All environments; the first who notices begins a new life, and for the others nothing changes.

    An environment counts as soon as anything names it: a row of its own may be among what is missing.
    """
    begun = connection.execute(
        "update epoch set id = gen_random_uuid(), beat = 0, at = now() where id = %s returning id", (now.id,)
    ).fetchone()
    if begun is None:
        return
    named = {row["environment"] for row in connection.execute(OUTBOX["named_environments"]).fetchall()}
    for each in sorted(named | ({environment} if environment else set())):
        enter(connection, each, PUT_BACK)
        append(connection, each, Entry("loonbrug", "restore.noticed", each))
