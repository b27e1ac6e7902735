"""Counts the calls of this process to AFAS, and adds them to the store every few seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import structlog
from psycopg import OperationalError

from connectors.afas import CallRecord
from connectors.store.watch.afas_calls import LIMITS, CallKind, Count

log = structlog.get_logger("loonbrug.watch")

EVERY = 5.0
Add = Callable[[Mapping[CallKind, Count]], None]


class CallCounts:
    """Thread-safe. A call costs a lock and an addition; nothing is written while nothing is called."""

    def __init__(self, add: Add) -> None:
        self._add = add
        self._lock = threading.Lock()
        self._counts: dict[CallKind, Count] = {}

    def count(self, record: CallRecord) -> None:
        """Count one call."""
        kind = CallKind(record.connector.partition("/")[0], record.verb, record.outcome)
        with self._lock:
            count = self._counts.setdefault(kind, Count(0, 0.0, 0, [0] * len(LIMITS)))
            count.calls += 1
            count.seconds += record.seconds
            count.rows += record.rows or 0
            for place, limit in enumerate(LIMITS):
                count.up_to[place] += record.seconds <= limit

    def flush(self) -> None:
        """Add what was counted to the store. What cannot be added now is kept for the next time."""
        with self._lock:
            counts, self._counts = self._counts, {}
        if not counts:
            return
        try:
            self._add(counts)
        except OperationalError as error:
            log.warning("calls could not be counted", error_type=type(error).__name__)
            self._take_back(counts)

    def _take_back(self, counts: Mapping[CallKind, Count]) -> None:
        with self._lock:
            for kind, count in counts.items():
                newer = self._counts.setdefault(kind, Count(0, 0.0, 0, [0] * len(LIMITS)))
                newer.calls += count.calls
                newer.seconds += count.seconds
                newer.rows += count.rows
                newer.up_to = [a + b for a, b in zip(newer.up_to, count.up_to, strict=True)]


@contextmanager
def counting(add: Add, *, every: float = EVERY) -> Iterator[CallCounts]:
    """Counts that are added every so many seconds while the block runs, and once at its end."""
    counts, stop = CallCounts(add), threading.Event()

    def loop() -> None:
        while not stop.wait(every):
            counts.flush()

    thread = threading.Thread(target=loop, name="call-counts", daemon=True)
    thread.start()
    try:
        yield counts
    finally:
        stop.set()
        thread.join()
        counts.flush()
