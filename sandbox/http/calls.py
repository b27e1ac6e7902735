"""What was asked of the sandbox: calls per connector and verb, and how many at once."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Calls:
    """Counts; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: Counter[tuple[str, str]] = Counter()
        self._statuses: Counter[tuple[str, str, int]] = Counter()
        self._number = 0
        self._in_flight = 0
        self._peak = 0

    @contextmanager
    def underway(self, connector: str, verb: str) -> Iterator[int]:
        """One call, from its last byte in to its last byte out; gives its number, from 1."""
        with self._lock:
            self._made[connector, verb] += 1
            self._number += 1
            self._in_flight += 1
            self._peak = max(self._peak, self._in_flight)
            number = self._number
        try:
            yield number
        finally:
            with self._lock:
                self._in_flight -= 1

    def answered(self, connector: str, verb: str, status: int) -> None:
        """Note the status that was meant to be sent."""
        with self._lock:
            self._statuses[connector, verb, status] += 1

    def total(self) -> int:
        """Calls made to AFAS so far; the side door's are none of them."""
        with self._lock:
            return self._number

    def report(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        with self._lock:
            return {
                "total": self._number,
                "calls": [
                    {"connector": c, "verb": v, "count": n} for (c, v), n in sorted(self._made.items())
                ],
                "statuses": [
                    {"connector": c, "verb": v, "status": s, "count": n}
                    for (c, v, s), n in sorted(self._statuses.items())
                ],
                "in_flight": self._in_flight,
                "peak_in_flight": self._peak,
            }
