"""Calls in flight to one AFAS environment, limited over all processes: a leased row per call.

A call that was abandoned, or whose process died, keeps its row until AFAS's own limit is over, for until then
it occupies AFAS. Fulfils ``connectors.afas.limits.Slots`` by its shape.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool, PoolTimeout

from domain.errors import TryLater

LONGEST_PAUSE = 0.05
"""Seconds between two looks for a free slot, at most."""
FRESH = 5.0
"""Seconds within which a slot that was just taken needs no new lease when the call goes out."""

_TAKE = """
    update afas_slot set token = %(token)s, leased_until = now() + make_interval(secs => %(limit)s)
    where environment = %(environment)s and slot = (select slot from afas_slot
        where environment = %(environment)s and slot < %(below)s and leased_until <= now()
        order by slot limit 1 for update skip locked)
    returning slot
"""
_KEEP = """
    update afas_slot set leased_until = now() + make_interval(secs => %(limit)s)
    where environment = %(environment)s and token = %(token)s
"""
_FREE = """
    update afas_slot set token = null, leased_until = '-infinity'
    where environment = %(environment)s and token = %(token)s
"""
_MAKE = """
    insert into afas_slot (environment, slot) select %(environment)s, generate_series(0, %(most)s - 1)
    on conflict do nothing
"""
_DROP = """
    delete from afas_slot where environment = %(environment)s and slot >= %(most)s and leased_until <= now()
"""


class PostgresSlots:
    """At most ``most`` calls in flight in an environment, over all processes. Thread-safe.

    ``server_limit`` is how long AFAS goes on with a call after we hung up. ``patience`` is how long a read
    waits for a slot, ``write_patience`` a write: it must be shorter than the margin of
    ``domain.policy.Patience``, for a write waits behind its "sending". All in seconds. Reads leave the last
    slot to writes, so that a long pull does not hold up approvals.

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
    ) -> None:
        self._environment = environment
        self._most = most
        self._server_limit = server_limit
        self._patience = {False: patience, True: write_patience}
        self._given_back = threading.Condition()
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            url,
            kwargs={"autocommit": True, "options": "-c synchronous_commit=off"},
            min_size=1,
            max_size=most,
            open=True,
        )
        with self._pool.connection() as connection:
            connection.execute(_MAKE, {"environment": environment, "most": most})
            connection.execute(_DROP, {"environment": environment, "most": most})

    @contextmanager
    def hold(self, *, write: bool) -> Iterator[HeldSlot]:
        """Wait for a slot and hold it. Raises ``TryLater`` when none came free in time: nothing was sent."""
        token = self._take(write=write)
        slot = HeldSlot(self, token)
        try:
            yield slot
        finally:
            if not slot.abandoned:
                self._give_back(token)

    def keep(self, token: UUID) -> None:
        """Start the lease of a slot anew."""
        self._execute(_KEEP, token)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def _take(self, *, write: bool) -> UUID:
        token, give_up_at = uuid4(), time.monotonic() + self._patience[write]
        pause = 0.001
        while not self._try(token, write=write):
            if time.monotonic() >= give_up_at:
                raise TryLater(f"all {self._most} calls to AFAS are in use")
            with self._given_back:
                self._given_back.wait(pause * random.uniform(0.5, 1.5))  # noqa: S311 - only spreads the load
            pause = min(pause * 1.6, LONGEST_PAUSE)
        return token

    def _try(self, token: UUID, *, write: bool) -> bool:
        values = {"environment": self._environment, "token": token, "limit": self._server_limit}
        values["below"] = self._most if write else max(1, self._most - 1)
        try:
            with self._pool.connection() as connection:
                return connection.execute(_TAKE, values).fetchone() is not None
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise TryLater("the store does not answer; nothing was sent") from error

    def _give_back(self, token: UUID) -> None:
        with suppress(
            psycopg.OperationalError, PoolTimeout
        ):  # the lease ends by itself; the answer matters more
            self._execute(_FREE, token)
        with self._given_back:
            self._given_back.notify()

    def _execute(self, statement: str, token: UUID) -> None:
        values = {"environment": self._environment, "token": token, "limit": self._server_limit}
        with self._pool.connection() as connection:
            connection.execute(statement, values)


@dataclass(slots=True)
class HeldSlot:
    """A slot of ours; see ``connectors.afas.limits.Slot``."""

    slots: PostgresSlots
    token: UUID
    abandoned: bool = False
    _leased_at: float = field(default_factory=time.monotonic)

    def sent(self) -> None:
        """Lease it anew when some time went by since."""
        if time.monotonic() - self._leased_at > FRESH:
            self.slots.keep(self.token)
            self._leased_at = time.monotonic()

    def abandon(self) -> None:
        """Keep it until its lease ends."""
        self.abandoned = True
        with suppress(psycopg.OperationalError, PoolTimeout):
            self.slots.keep(self.token)
