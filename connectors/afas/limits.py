"""How many calls may be in flight: AFAS allows 5 to 8 in parallel, we keep to 4 (AFAS: troubleshooting.md).

A slot is held for one call. A call that we abandoned still occupies AFAS for up to 900 s, so its slot stays
taken. The limit that all processes share is kept elsewhere; here is the Protocol, and two for one process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from domain.errors import TryLater

AT_MOST = 4
SERVER_LIMIT = 900.0
"""Seconds that AFAS goes on with a call after the client hung up."""


class Slot(Protocol):
    """The right to have one call in flight."""

    def sent(self) -> None:
        """The first byte is about to go out. Called again when the call is repeated with a new token."""

    def abandon(self) -> None:
        """We hung up without an answer: AFAS may be busy with it until its own limit is over."""


class Slots(Protocol):
    """Hands out the right to call."""

    def hold(self, *, write: bool) -> AbstractContextManager[Slot]:
        """Wait for a free slot and hold it; leaving gives it back, unless abandoned.

        Raises ``TryLater`` when none came free in time: nothing was sent.
        """


@dataclass(slots=True)
class LocalSlot:
    """A slot within one process."""

    abandoned: bool = False

    def sent(self) -> None:
        """Nothing to write down: when this process ends, so does the limit."""

    def abandon(self) -> None:
        """Keep it occupied."""
        self.abandoned = True


class NoLimit:
    """Every call may go at once: for one-off commands and tests."""

    @contextmanager
    def hold(self, *, write: bool) -> Iterator[LocalSlot]:  # noqa: ARG002 - the Protocol's keyword
        """A slot, always."""
        yield LocalSlot()


class LocalSlots:
    """At most ``limit`` calls of this process in flight, abandoned ones included. Thread-safe.

    ``patience`` is how long a call waits for a slot, ``occupied`` how long an abandoned one keeps its own;
    both in seconds of ``clock``.
    """

    def __init__(
        self,
        limit: int = AT_MOST,
        *,
        patience: float = 60.0,
        occupied: float = SERVER_LIMIT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit
        self._patience = patience
        self._occupied = occupied
        self._clock = clock
        self._changed = threading.Condition()
        self._in_flight = 0
        self._abandoned_until: list[float] = []

    @contextmanager
    def hold(self, *, write: bool) -> Iterator[LocalSlot]:  # noqa: ARG002 - reads and writes weigh the same
        """Wait at most ``patience`` for a slot."""
        self._take()
        slot = LocalSlot()
        try:
            yield slot
        finally:
            self._give_back(slot)

    def _take(self) -> None:
        give_up_at = self._clock() + self._patience
        with self._changed:
            while self._taken() >= self._limit:
                left = give_up_at - self._clock()
                if left <= 0:
                    raise TryLater(f"all {self._limit} calls to AFAS are in use")
                self._changed.wait(min(left, self._next_release()))
            self._in_flight += 1

    def _give_back(self, slot: LocalSlot) -> None:
        with self._changed:
            self._in_flight -= 1
            if slot.abandoned:
                self._abandoned_until.append(self._clock() + self._occupied)
            self._changed.notify()

    def _taken(self) -> int:
        now = self._clock()
        self._abandoned_until = [until for until in self._abandoned_until if until > now]
        return self._in_flight + len(self._abandoned_until)

    def _next_release(self) -> float:
        """Seconds until an abandoned slot comes free by itself."""
        soonest = min(self._abandoned_until, default=self._clock() + self._patience)
        return max(0.001, soonest - self._clock())
