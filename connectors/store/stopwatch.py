"""Seconds that surely went by, by the clocks of processes that live: no jump of a wall clock shortens them.

Each process remembers when it saw a count, and may add what went by since, by its own clock, which nobody
sets. The database keeps the largest that any process could tell. So a count is never more than what really
went by, and time in which no process lived is not in it: waiting may become longer, never shorter.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

_MOST = 20_000


def steady() -> float:
    """Seconds by a clock that nobody sets; it goes on while the machine sleeps, where the system can."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Stopwatch:
    """What this process knows of counts. Thread-safe; ``clock`` is for tests."""

    def __init__(self, clock: Callable[[], float] = steady) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def see(self, what: Hashable, seconds: float) -> float:
        """How long it surely is now, when the database says at least so many seconds."""
        with self._lock:
            now = self._clock()
            known, at = self._seen.get(what, (seconds, now))
            longest = max(seconds, known + (now - at))
            self._seen[what] = (longest, now)
            self._seen.move_to_end(what)
            while len(self._seen) > _MOST:
                self._seen.popitem(last=False)
            return longest


OURS = Stopwatch()
"""That of this process."""
