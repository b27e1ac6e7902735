"""One worker process: a Dramatiq worker, a sweep, a watchdog. Run by a supervisor, which starts it again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import redis
import structlog
from dramatiq import Worker
from psycopg import OperationalError

from workers.jobs.actors import declare
from workers.jobs.hints import HintBroker
from workers.jobs.jobs import Jobs
from workers.jobs.sweep import Sweep
from workers.jobs.watchdog import CANARY_EVERY, Canary, threads_of, what_is_wrong

log = structlog.get_logger("loonbrug.work")

WATCHDOG_EXIT = 75
"""Exit code of a process that ended itself because it could not do its work any more (EX_TEMPFAIL)."""
_POLL_MILLISECONDS = 100
"""How long Dramatiq waits between two looks at an empty queue: 35 ms median latency instead of 336."""
_ALIVE_EVERY = 5.0


@dataclass(frozen=True, slots=True)
class Crew:
    """What a worker process is made of.

    ``broker`` is None where there is no Redis: then only the sweep works. ``alive`` is called every few
    seconds; ``lay_down`` tells flows under way to hand back what they hold.
    """

    environment: str
    jobs: Jobs
    sweep: Sweep
    broker: HintBroker | None
    threads: int
    stop_seconds: float
    alive: Callable[[], None]
    lay_down: Callable[[], None]


class WorkerProcess:
    """The threads of one worker process. ``run`` once."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._worker: Worker | None = None
        self._canary: Canary | None = None
        self._next_alive = self._next_canary = float("-inf")

    def run(self, stop: threading.Event, *, every: float = 1.0) -> int:
        """Work until told to stop. Returns the exit code: 0, or WATCHDOG_EXIT when something died."""
        self._start()
        log.info("working", count=self._crew.threads)
        wrong = None
        while wrong is None and not stop.wait(every):
            wrong = self._round()
        if wrong:
            log.error("this worker ends itself", reason=wrong)
        self._stop()
        log.info("stopped working")
        return WATCHDOG_EXIT if wrong else 0

    def _start(self) -> None:
        if self._crew.broker is not None:
            declare(self._crew.broker, self._crew.jobs, self._crew.environment)
            self._canary = Canary(self._crew.broker)
            self._worker = Worker(
                self._crew.broker, worker_timeout=_POLL_MILLISECONDS, worker_threads=self._crew.threads
            )
            self._worker.start()
        self._crew.sweep.start()

    def _round(self) -> str | None:
        """Why this process is of no use any more, or None after telling that it lives."""
        threads = self._crew.sweep.threads + (threads_of(self._worker) if self._worker else [])
        now = time.monotonic()
        if now >= self._next_alive:
            self._next_alive = now + _ALIVE_EVERY
            with suppress(OperationalError):
                self._crew.alive()
        if self._canary and now >= self._next_canary:
            self._next_canary = now + CANARY_EVERY
            self._canary.send()
        return what_is_wrong(threads, self._canary)

    def _stop(self) -> None:
        """Finish what is in hand, within the time given; hints that were fetched go back to Redis."""
        seconds = self._crew.stop_seconds
        deadline = time.monotonic() + seconds
        self._crew.lay_down()
        sweeping = threading.Thread(target=self._crew.sweep.stop, args=(seconds,), daemon=True)
        sweeping.start()
        if self._worker is not None:
            with suppress(redis.RedisError, OSError):
                self._worker.stop(timeout=int(seconds * 1000))
        sweeping.join(max(0.0, deadline - time.monotonic()))
