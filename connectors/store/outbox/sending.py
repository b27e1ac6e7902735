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
from domain.outbox.delivery import Begun
from domain.outbox.update import Update

LOCK_CLASS = 0x4C42 << 48
"""The upper bits of our advisory locks on updates, apart from those of others in the same database."""

_BOUND = "outbox.version is not null and claim_of(outbox.subject) is not null"
# What was decided about is not what we know any more (G4).
_MOVED = f"""
    {_BOUND} and exists (select from declaration d where d.environment = outbox.environment
        and d.number = claim_of(outbox.subject) and d.version <> outbox.version)
"""
# There is news of it that was not derived yet. The decision itself leaves a mark of staleness too: only what
# was written behind it is news.
_NEWS = f"""
    {_BOUND} and exists (select from stale s where s.environment = outbox.environment
        and s.kind = 'declaration' and s.key = claim_of(outbox.subject)
        and (exists (select from claim c where c.environment = s.environment and c.claim = s.key
                and c.written_at > outbox.created_at)
            or exists (select from hour_line h where h.environment = s.environment and h.claim = s.key
                and h.written_at > outbox.created_at)))
"""  # noqa: S608 - only our own text is put in, here and below
_BEGIN = f"""
    update outbox set state = 'sending', doubt = true, sends = sends + 1, begun = begun + 1, sent_at = now(),
        waited = 0, rested = 0, empty_looks = 0,
        last_look_at = null, evidence = %(remember)s,
        leased_until = now() + make_interval(secs => %(lease)s)
    where id = %(id)s and token = %(token)s and state in ('ready', 'unclear')
        and not exists (select from environment e where e.environment = outbox.environment
            and (e.mode <> 'live' or is_resting(e)))
        and not exists (select from restored r where r.environment = outbox.environment)
        and not exists (select from paused_kind p where p.environment = outbox.environment
            and p.kind = outbox.kind and is_resting(p))
        and not ({_MOVED}) and not ({_NEWS})
    returning (select id from epoch), begun
"""  # noqa: S608
_WHY_NOT = f"select {_NEWS}, {_MOVED} from outbox where id = %s"  # noqa: S608


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
        begun = self._connection.execute(_BEGIN, values).fetchone()
        if begun is not None:
            self._beat.sent(begun[0], update.id, begun[1])
            return Begun.GO
        return self._why_not(update.id)

    def _why_not(self, update: int) -> Begun:
        """News comes first: what is derived of it may be what was decided about."""
        news, moved = self._connection.execute(_WHY_NOT, (update,)).fetchone() or (False, False)
        if news:
            return Begun.NEWS
        return Begun.MOVED if moved else Begun.STOP

    def _lock(self, update: int) -> bool:
        row = self._connection.execute("select pg_try_advisory_lock(%s)", (LOCK_CLASS | update,)).fetchone()
        return bool(row and row[0])

    def _unlock(self, update: int) -> None:
        self._connection.execute("select pg_advisory_unlock(%s)", (LOCK_CLASS | update,))
