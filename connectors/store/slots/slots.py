"""Calls in flight to one AFAS environment, limited over all processes: a leased row per call.

A call that was abandoned, or whose process died, gives its slot back and is counted as unanswered: until
AFAS's own limit is over, or until its effect was seen, it may occupy AFAS. ``slot_statements`` says what that
leaves for whom. Fulfils ``connectors.afas.wire.limits.Slots`` by its shape.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg_pool import ConnectionPool

from connectors.store.database import STORE_AWAY
from connectors.store.slots import statements as slot_statements
from domain.errors import NoRoom
from domain.message import Message
from domain.outbox.afas_call import Use
from words.ours import ours

LEASE = 20.0
"""Seconds after which the slot of a process that died is free again."""
BEAT = 5.0
"""Seconds between two renewals of the leases of calls that last."""
LONGEST_PAUSE = 0.05
"""Seconds between two looks for a free slot, at most."""


class PostgresSlots:
    """At most ``most`` calls in flight in an environment, over all processes. Thread-safe.

    ``server_limit`` is how long AFAS goes on with a call after we hung up. ``patience`` is how long a read
    waits for a slot, ``write_patience`` a write: it must be shorter than the margin of
    ``domain.outbox.policy.Patience``, for a write waits behind its "sending". All in seconds.

    A slot forgotten in a crash of the database server costs politeness, no work; so its rows are committed
    without waiting for the disk, on connections of their own.
    """

    def __init__(
        self,
        url: str,
        environment: str,
        *,
        most: int = 4,
        server_limit: float = 900.0,
        patience: float = 60.0,
        write_patience: float = 20.0,
        lease: float = LEASE,
    ) -> None:
        self._most = most
        self._lease = lease
        self._patience = {Use.LOOK: patience, Use.PULL: patience, Use.WRITE: write_patience}
        self._values = {"environment": environment, "most": most, "limit": server_limit, "lease": lease}
        self._values |= {"gap": server_limit * slot_statements.GAP}
        self._given_back = threading.Condition()
        self._held: dict[UUID, float] = {}
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            url,
            kwargs={"autocommit": True, "options": "-c synchronous_commit=off"},
            min_size=1,
            max_size=most,
            open=True,
        )
        self._execute(slot_statements.MAKE)
        self._execute(slot_statements.DROP)
        self._closed = threading.Event()
        self._beating = threading.Thread(target=self._beat, name="afas-slots", daemon=True)
        self._beating.start()

    @contextmanager
    def hold(self, use: Use, update: int | None = None) -> Iterator[HeldSlot]:
        """Wait for a slot and hold it. Raises ``NoRoom`` when none came free in time: nothing was sent."""
        token = self._take(use, update)
        slot = HeldSlot()
        try:
            yield slot
        finally:
            self._give_back(token, abandoned=slot.abandoned)

    def close(self) -> None:
        """End the renewals and close the connections."""
        self._closed.set()
        self._beating.join()
        self._pool.close()

    def _take(self, use: Use, update: int | None) -> UUID:
        token, began = uuid4(), time.monotonic()
        give_up_at = began + self._patience[use]
        values = self._values | {"token": token, "use": use.value, "update": update}
        pause = 0.001
        while not self._taken(use, values, give_up_at):
            if time.monotonic() >= give_up_at:
                self._tell(values | {"waited": time.monotonic() - began})
                raise NoRoom(**ours(Message("afas.no-room")))
            with self._given_back:
                self._given_back.wait(pause * random.uniform(0.5, 1.5))  # noqa: S311 - only spreads the load
            pause = min(pause * 1.6, LONGEST_PAUSE)
        self._held[token] = time.monotonic()
        return token

    def _taken(self, use: Use, values: Mapping[str, object], give_up_at: float) -> bool:
        left = max(0.1, give_up_at - time.monotonic())
        try:
            with self._pool.connection(timeout=left) as connection:
                return connection.execute(slot_statements.TAKE[use], values).fetchone() is not None
        except STORE_AWAY as error:
            raise NoRoom(**ours(Message("afas.store-away"))) from error

    def _tell(self, values: Mapping[str, object]) -> None:
        with suppress(*STORE_AWAY):
            self._execute(slot_statements.IN_VAIN, **values)

    def _give_back(self, token: UUID, *, abandoned: bool) -> None:
        self._held.pop(token, None)
        statement = slot_statements.ABANDON if abandoned else slot_statements.FREE
        with suppress(*STORE_AWAY):  # the lease ends by itself; the answer matters more
            self._execute(statement, token=token)
        with self._given_back:
            self._given_back.notify()

    def _beat(self) -> None:
        every = min(BEAT, self._lease / 4)
        while not self._closed.wait(every):
            now = time.monotonic()
            lasting = [token for token, since in list(self._held.items()) if now - since > every / 2]
            if lasting:
                with suppress(*STORE_AWAY):
                    self._execute(slot_statements.KEEP, tokens=lasting)

    def _execute(self, statement: str, **values: object) -> None:
        with self._pool.connection() as connection:
            connection.execute(statement, self._values | values)


@dataclass(slots=True)
class HeldSlot:
    """A slot of ours; see ``connectors.afas.wire.limits.Slot``."""

    abandoned: bool = False

    def abandon(self) -> None:
        """Count its call as unanswered when it is given back."""
        self.abandoned = True
