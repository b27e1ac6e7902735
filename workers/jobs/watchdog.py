"""Notices a process that looks alive and does nothing (a dead thread, a queue that nobody reads)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

import dramatiq
import redis

from workers.jobs.hints import HintBroker

CANARY_EVERY = 15.0
CANARY_PATIENCE = 300.0
"""Seconds without any canary read while Redis answers. Longer than the longest single call to AFAS."""


class Canary:
    """A hint to ourselves, on a queue of our own. Emptied Redis loses one; the next one sings."""

    def __init__(self, broker: HintBroker, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._broker = broker
        self._clock = clock
        self._queue = f"canary.{uuid4()}"
        self._heard = clock()
        declare: Any = dramatiq.actor(broker=broker, queue_name=self._queue, actor_name="canary")
        declare(self._sing)

    def send(self) -> bool:
        """Send one, which Redis forgets in a while. False when Redis is away, which is not our fault."""
        try:
            self._broker.enqueue(dramatiq.Message(self._queue, "canary", (), {}, {}))
            for part in ("", ".msgs"):
                self._broker.client.expire(f"{self._broker.namespace}:{self._queue}{part}", 600)
        except (redis.RedisError, OSError):
            self._heard = self._clock()
            return False
        return True

    def silent_for(self) -> float:
        """Seconds since the last one was read."""
        return self._clock() - self._heard

    def _sing(self) -> None:
        self._heard = self._clock()


def dead_threads(threads: Iterable[threading.Thread]) -> list[str]:
    """The names of threads that should live and do not."""
    return [thread.name for thread in threads if not thread.is_alive()]


def threads_of(worker: Any) -> list[threading.Thread]:
    """The consumer and worker threads of a started ``dramatiq.Worker``."""
    return [*worker.consumers.values(), *worker.workers]


def what_is_wrong(threads: Iterable[threading.Thread], canary: Canary | None) -> str | None:
    """Why this process must end and start again, or None."""
    if dead := dead_threads(threads):
        return f"{len(dead)} thread(s) died"
    if canary and canary.silent_for() > CANARY_PATIENCE:
        return "hints stay unread although Redis answers"
    return None
