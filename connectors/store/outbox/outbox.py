"""The outbox: what we owe AFAS. Leases and tokens by the database's clock; every write is fenced.

Taking commits their count, token and lease before any work. Every later write checks the token, so a worker
that was frozen or cut off, and whose update somebody else took over, changes nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from operator import itemgetter
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from connectors.store.database import STORE_AWAY, Database, despite_deadlocks, one_row
from connectors.store.outbox.attempts import note
from connectors.store.outbox.beat import KnownBeat, Memory
from connectors.store.outbox.rests import rest_environment, rest_kind
from connectors.store.outbox.rows import to_update
from connectors.store.outbox.sending import SenderSession
from connectors.store.outbox.settling import settle_one
from connectors.store.outbox.statements import OUTBOX
from connectors.store.sealed.cipher import SealedValueRefused
from connectors.store.sealed.keyring import keys_of
from connectors.store.sealed.personal import KINDS, open_file, seal_document, update_place
from connectors.store.stopwatch import OURS, Stopwatch
from domain.decisions.origin import Origin
from domain.message import Message
from domain.outbox.delivery import Attempt, AttemptKind, Batch, Mode, Settled
from domain.outbox.update import NewUpdate, Update, UpdateKind
from domain.outbox.verdicts import Park, PauseEnvironment, PauseKind


def add(connection: Connection[DictRow], update: NewUpdate, origin: Origin | None = None) -> int:
    """Write an update down in the caller's transaction, ready to be delivered. Returns its id.

    The caller decides about one subject at a time, so ids of one subject are in the order of their commits.
    """
    row = one_row(connection, OUTBOX["next_id"])
    payload, keys = update.payload, keys_of(connection)
    if update.kind in KINDS:
        payload = seal_document(keys, update_place(update.environment, row["id"]), payload)
    connection.execute(
        OUTBOX["add"],
        {
            "id": row["id"],
            "environment": update.environment,
            "decision": update.decision,
            "kind": update.kind,
            "subject": update.subject,
            "version": update.version,
            "payload": Jsonb(payload),
            "mark": update.mark,
            "correlation": origin.correlation if origin else None,
            "trace_parent": origin.trace_parent if origin else None,
        },
    )
    return int(row["id"])


SHARE = 4
"""One take gets this part of what is due, so that four workers share a short queue."""


class PostgresOutbox:
    """The outbox of one environment: ``sync.outbox.ports.Outbox``, which says what each method promises.

    ``url`` is that of the database, for the sessions of senders. ``memory`` remembers outside of it what was
    begun; ``stopwatch`` counts how long ago that was.
    """

    session_class = SenderSession

    def __init__(
        self,
        database: Database,
        url: str,
        environment: str,
        *,
        memory: Memory | None = None,
        stopwatch: Stopwatch = OURS,
    ) -> None:
        self._database = database
        self._url = url
        self._environment = environment
        self._beat = KnownBeat(memory=memory)
        self._stopwatch = stopwatch
        self._left: deque[tuple[Sequence[Update], float]] = deque()

    def take(self, most: int, lease: float, rests: Sequence[float] = ()) -> Batch | None:
        """Take due updates of one kind; None when nothing is due or the environment rests."""
        self._let_go()
        with self._database.transaction() as connection:
            self._beat.check(connection, self._environment)
            mode = self._mode(connection)
            if mode is Mode.PAUSED:
                return None
            token = uuid4()
            values = {"environment": self._environment, "most": most, "share": SHARE}
            values |= {"token": token, "lease": lease, "rests": [float(rest) for rest in rests] or [0.0]}
            rows = connection.execute(OUTBOX["take"], values).fetchall()
        updates = [update for row in sorted(rows, key=itemgetter("id")) if (update := self._opened(row))]
        if not updates:
            return None
        return Batch(updates[0].kind, mode, token, rows[0]["taken_at"], tuple(updates))

    def _opened(self, row: DictRow) -> Update | None:
        """What we hold; None, and parked, when its content does not open there. Raises KeysWrong."""
        try:
            return self._timed(to_update(row, self._database.keys))
        except SealedValueRefused as refused:
            unreadable = to_update(row | {"payload": {}})
            looked = Attempt(row["id"], AttemptKind.LOOK, "unreadable", refused.why)
            why = Message("why.content-unreadable", {"fault": refused.why})
            self.settle([Settled(unreadable, Park(why), (looked,))])
            return None

    def _timed(self, update: Update) -> Update:
        """How long ago it was sent, and looked for, as far as anybody surely knows."""
        if not update.doubt:
            return update
        waited = self._stopwatch.see(("sent", update.id, update.sent_at), update.waited)
        rested = self._stopwatch.see(("looked", update.id, update.last_look_at), update.rested)
        return replace(update, waited=waited, rested=rested)

    @contextmanager
    def holding(self, batch: Batch, rest: float) -> Iterator[None]:
        """Let go at once when the store still takes that, else before this process takes the next."""
        try:
            yield
        except STORE_AWAY:
            with suppress(*STORE_AWAY):
                self._hand_back_or_keep(batch.updates, rest)
            raise

    def _let_go(self) -> None:
        with suppress(IndexError):  # nothing left, or another thread of ours was faster
            while True:
                self._hand_back_or_keep(*self._left.popleft())

    def _hand_back_or_keep(self, updates: Sequence[Update], rest: float) -> None:
        try:
            self.hand_back(updates, after=rest)
        except STORE_AWAY:
            self._left.append((updates, rest))
            raise

    def extend(self, updates: Sequence[Update], lease: float) -> None:
        """Move the end of the lease."""
        self._on_ours(OUTBOX["extend"], updates, lease=lease)

    def hand_back(self, updates: Sequence[Update], *, alone: bool = False, after: float = 0.0) -> None:
        """Let go as if it had never been taken."""
        self._on_ours(OUTBOX["hand_back"], updates, unfinished=int(alone), after=after)

    def note(self, attempts: Sequence[Attempt]) -> None:
        """Write attempts down in a transaction of their own."""
        with self._database.transaction() as connection:
            note(connection, attempts)

    def settle(self, settled: Sequence[Settled]) -> None:
        """Write down all of it in one transaction."""
        despite_deadlocks(lambda: self._settle(settled))

    def _settle(self, settled: Sequence[Settled]) -> None:
        with self._database.transaction() as connection, connection.pipeline():
            note(connection, [attempt for each in settled for attempt in each.attempts])
            for each in settled:
                settle_one(connection, each.update, each.verdict)

    @contextmanager
    def sender(self, lease: float) -> Iterator[SenderSession]:
        """A session of its own, ended with the block."""
        session = self.session_class(self._url, lease, self._beat)
        try:
            yield session
        finally:
            session.close()

    def file(self, file: UUID) -> bytes | None:
        """The bytes of a stored file."""
        with self._database.connection() as connection:
            values = {"environment": self._environment, "file": file}
            row = connection.execute(OUTBOX["file"], values).fetchone()
        if row is None:
            return None
        return open_file(self._database.keys, self._environment, file, bytes(row["content"]))

    def pause(self, kind: UpdateKind, pause: PauseEnvironment | PauseKind) -> None:
        """Rest the environment, or one kind in it; a rest that a person ordered stays as it is."""
        with self._database.connection() as connection:
            if isinstance(pause, PauseKind):
                rest_kind(connection, self._environment, kind, pause)
            else:
                rest_environment(connection, self._environment, pause)

    def _mode(self, connection: Connection[DictRow]) -> Mode:
        row = connection.execute(OUTBOX["mode"], {"environment": self._environment}).fetchone()
        return Mode(row["mode"]) if row else Mode.LIVE

    def _on_ours(self, statement: str, updates: Sequence[Update], **values: object) -> None:
        """Change those of the updates that are still ours."""
        if not updates:
            return
        values |= {"ids": [update.id for update in updates], "token": updates[0].token}
        with self._database.connection() as connection:
            connection.execute(statement, values)
