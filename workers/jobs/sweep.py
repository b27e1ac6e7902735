"""Finds what is due in PostgreSQL itself: slowly beside Redis, at full speed without it (G8)."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import structlog
from psycopg import OperationalError

from workers.jobs.actors import Work

log = structlog.get_logger("loonbrug.sweep")

PATIENCE = 3.0
"""Seconds that a hint may be on its way before the sweep does the work itself."""
_BESIDE_REDIS = 2
"""Jobs at once while Redis answers: the sweep only makes good what was lost."""


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do: its kind and its row tell it from others."""

    kind: str
    subject: int | str
    do: Callable[[], None] = field(compare=False)


class DueWork(Protocol):
    """What is due, as ids (``connectors.store.running.due``)."""

    def runs(self, *, late: float = 0.0, limit: int = 50) -> list[int]:
        """Due runs."""

    def updates(self, *, late: float = 0.0, limit: int = 200) -> list[int]:
        """Due updates."""

    def reconciliations(self, *, late: float = 0.0) -> list[int]:
        """Due reconciliations."""

    def replays(self, *, late: float = 0.0) -> list[int]:
        """Replays to be planned or done."""

    def anything_stale(self, *, late: float = 0.0) -> bool:
        """Whether anything waits to be derived."""


class Sweep:
    """Looks for due work every second or so, and gives it to hands (threads) of its own."""

    def __init__(
        self, due: DueWork, work: Work, environment: str, redis_answers: Callable[[], bool], *, hands: int
    ) -> None:
        self._due = due
        self._work = work
        self._environment = environment
        self._redis_answers = redis_answers
        self._hands = hands
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._taken: set[Job] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self.threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the looking thread and the hands. They end with the process at the latest."""
        loops = [self._look, *[self._do] * self._hands]
        self.threads = [threading.Thread(target=loop, name="sweep", daemon=True) for loop in loops]
        for thread in self.threads:
            thread.start()

    def stop(self, seconds: float) -> None:
        """Take nothing new; wait at most ``seconds`` for what is in hand."""
        self._stop.set()
        for _ in range(self._hands):
            self._jobs.put(None)
        for thread in self.threads:
            thread.join(seconds / max(1, len(self.threads)))

    @property
    def in_hand(self) -> frozenset[Job]:
        """What was taken and is not done yet."""
        with self._lock:
            return frozenset(self._taken)

    def once(self) -> float:
        """Take what is due and fits in the hands. Returns the seconds to wait until the next look."""
        away = not self._redis_answers()
        late = 0.0 if away else PATIENCE
        room = (self._hands if away else _BESIDE_REDIS) - len(self.in_hand)
        found = self._find(late) if room > 0 else []
        for job in found[:room]:
            self._take(job)
        if away:
            return 0.05 if len(found) > room > 0 else 1.0
        return PATIENCE

    def _find(self, late: float) -> list[Job]:
        work, environment = self._work, self._environment
        found = [Job("deliver", each, partial(work.deliver, each)) for each in self._due.updates(late=late)]
        found += [Job("replay", each, partial(work.replay, each)) for each in self._due.replays(late=late)]
        found += [
            Job("reconcile", each, partial(work.reconcile, each))
            for each in self._due.reconciliations(late=late)
        ]
        if self._due.anything_stale(late=late):
            found.append(Job("derive", environment, partial(work.derive, environment)))
        found += [Job("pull", each, partial(work.pull, each)) for each in self._due.runs(late=late)]
        taken = self.in_hand
        return [job for job in found if job not in taken]

    def _take(self, job: Job) -> None:
        with self._lock:
            self._taken.add(job)
        self._jobs.put(job)

    def _look(self) -> None:
        pause = 0.0
        while not self._stop.wait(pause):
            try:
                pause = self.once()
            except OperationalError as error:
                log.warning("the database does not answer", error_type=type(error).__name__)
                pause = PATIENCE

    def _do(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                if not self._stop.is_set():
                    job.do()
            finally:
                with self._lock:
                    self._taken.discard(job)
