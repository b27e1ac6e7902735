"""How much of one kind may be asked at once, and by one caller. Memory stays bounded whoever asks."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

T = TypeVar("T")


class TooMany(Exception):  # noqa: N818 - named after what it is
    """More than may be asked at once, or by one caller. ``after``: seconds until it may be tried again."""

    def __init__(self, after: float) -> None:
        super().__init__("too many")
        self.after = max(1, round(after + 0.5))


class Buckets:
    """A bucket of tokens for each caller: ``burst`` at once, then ``rate`` a second.

    Of more than ``most`` callers those who were here longest ago are forgotten.
    """

    def __init__(
        self, rate: float, burst: int, *, most: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._most = most
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Take a token. Raises TooMany when there is none."""
        left, now = self._fill(caller), self._clock()
        if left < 1:
            raise TooMany((1 - left) / self._rate)
        self._left[caller] = (left - 1, now)
        self._left.move_to_end(caller)
        if len(self._left) > self._most:
            self._left.popitem(last=False)

    def empty(self, caller: str) -> bool:
        """Whether there is no token left."""
        return self._fill(caller) < 1

    def _fill(self, caller: str) -> float:
        left, at = self._left.get(caller, (float(self._burst), 0.0))
        return min(self._burst, left + (self._clock() - at) * self._rate)


class Remembered:
    """The hashes of the newest ``most`` texts that were noted."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._hashes: OrderedDict[bytes, None] = OrderedDict()

    def has(self, text: str) -> bool:
        """Whether it was noted and not forgotten."""
        return _hash(text) in self._hashes

    def note(self, text: str) -> None:
        """Remember it as the newest."""
        self._hashes[_hash(text)] = None
        self._hashes.move_to_end(_hash(text))
        if len(self._hashes) > self._most:
            self._hashes.popitem(last=False)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


class Turnstile:
    """Slow work in threads of its own: ``at_once`` of it, ``waiting`` more in line; the rest is refused."""

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._limiter = CapacityLimiter(at_once)
        self._most = at_once + waiting
        self._inside = 0

    async def run(self, work: Callable[[], T]) -> T:
        """Do it, and give back what it gives. Raises TooMany at once when the line is full."""
        if self._inside >= self._most:
            raise TooMany(1)
        self._inside += 1
        try:
            return await to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._inside -= 1


@dataclass(frozen=True, slots=True)
class DoorLimits:
    """Passwords are slow to compare, and meant to be: a flood of them waits in a line of its own.

    Each takes 64 MB and four processors for a moment, so one of a stranger is compared at a time, and one of
    a browser that we know: no stranger stands before those. An address may try 30 times, then once in two
    seconds.
    """

    strangers: Turnstile = field(default_factory=lambda: Turnstile(at_once=1, waiting=6))
    known: Turnstile = field(default_factory=lambda: Turnstile(at_once=1, waiting=20))
    addresses: Buckets = field(default_factory=lambda: Buckets(rate=0.5, burst=30))


@dataclass(frozen=True, slots=True)
class KeyLimits:
    """How much one API key may ask of a process: ``burst`` requests at once, then ``rate`` a second, and no
    more than ``at_once`` under way. One key alone never takes all threads of the API.
    """

    rate: float = 100.0
    burst: int = 1000
    at_once: int = 32
