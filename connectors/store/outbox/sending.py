"""A database session that shows that a sender is alive: it holds an advisory lock per update while it sends.

A lease that ran out is no proof of death: a frozen process would wake up and send. While its session lives,
nobody else gets the lock, and so nobody else sends. The same session commits "sending", so that a sender
which lost its session cannot begin.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg import Connection
from psycopg.types.json import Jsonb

from connectors.store.outbox.beat import KnownBeat
from connectors.store.outbox.statements import OUTBOX
from domain.outbox.delivery import Begun
from domain.outbox.update import Update

LOCK_CLASS = 0x4C42 << 48
"""The upper bits of our advisory locks on updates, apart from those of others in the same database."""


class SenderSession:
    """One dedicated connection. ``lease`` in seconds. Not for several threads.

    ``life`` is told of every send before its first byte, and asked before the next: a database that forgot
    one was put back, and nothing more goes out.
    """

    def __init__(self, url: str, lease: float, life: KnownBeat | None = None) -> None:
        self._connection: Connection = psycopg.connect(
            url, autocommit=True, application_name="loonbrug sender"
        )
        self._lease = lease
        self._beat = life or KnownBeat()

    @contextmanager
    def sending(self, update: Update, remember: dict[str, str]) -> Iterator[Begun]:
        """Hold the update's lock and commit "sending" before the block; let the lock go behind it."""
        if not self._lock(update.id):
            yield Begun.HELD
            return
        try:
            yield self._begin(update, remember)
        finally:
            with suppress(psycopg.OperationalError):  # a lost session has let go already
                self._unlock(update.id)

    def close(self) -> None:
        """End the session; the server lets all its locks go."""
        self._connection.close()

    def _begin(self, update: Update, remember: dict[str, str]) -> Begun:
        values = {
            "id": update.id,
            "token": update.token,
            "remember": Jsonb(remember or update.evidence),
            "lease": self._lease,
        }
        if not self._beat.remembers(self._connection):
            return Begun.STOP
        begun = self._connection.execute(OUTBOX["begin"], values).fetchone()
        if begun is not None:
            self._beat.sent(begun[0], update.id, begun[1])
            return Begun.GO
        return self._why_not(update.id)

    def _why_not(self, update: int) -> Begun:
        """News comes first: what is derived of it may be what was decided about."""
        found = self._connection.execute(OUTBOX["why_not_begun"], {"id": update}).fetchone()
        news, moved = found or (False, False)
        if news:
            return Begun.NEWS
        return Begun.MOVED if moved else Begun.STOP

    def _lock(self, update: int) -> bool:
        row = self._connection.execute("select pg_try_advisory_lock(%s)", (LOCK_CLASS | update,)).fetchone()
        return bool(row and row[0])

    def _unlock(self, update: int) -> None:
        self._connection.execute("select pg_advisory_unlock(%s)", (LOCK_CLASS | update,))
