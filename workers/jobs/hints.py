"""Redis and Dramatiq as Loonbrug uses them: hints that hold one id, and nothing that must not be lost.

What is switched off, is off because it was measured to lose or double work: retries of the client (a repeated
command enqueues twice), Dramatiq's retries, time limits and delays (they live in Redis, and die with it).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from redis.backoff import NoBackoff
from redis.retry import Retry

OLD_QUEUE = "hints"
"""The queue of all environments together: read on for one release, for what older processes still send."""
_MAINTENANCE_CHANCE = 50_000
"""Commands of a million on which Dramatiq hands on what a dead worker had fetched. By default: minutes."""
_QUIET_SECONDS = 1.0
"""After a failure, hints are dropped this long: a decision must not wait for a Redis that is away."""


def redis_client(url: str) -> redis.Redis:
    """A client that never repeats a command and gives up within seconds."""
    return redis.Redis.from_url(
        url, retry=Retry(NoBackoff(), 0), retry_on_error=[], socket_timeout=5, socket_connect_timeout=2
    )


def redis_broker(client: redis.Redis, middleware: list[dramatiq.Middleware] | None = None) -> HintBroker:
    """Dramatiq's broker without any middleware but what is given."""
    made: HintBroker = _untyped_broker(
        client=client, middleware=middleware or [], maintenance_chance=_MAINTENANCE_CHANCE
    )
    return made


class HintBroker(RedisBroker):
    """A Redis broker without delay queues: nothing is ever due later in Redis, so nothing polls for it."""

    def declare_queue(self, queue_name: str) -> None:
        """Declare the queue itself only."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues.add(queue_name)
            self.emit_after("declare_queue", queue_name)

    def enqueue(self, message: dramatiq.Message[Any], *, delay: int | None = None) -> dramatiq.Message[Any]:
        """Enqueue now. Raises ValueError for a delay: what is due later stands in PostgreSQL."""
        if delay is not None:
            raise ValueError("a hint cannot be delayed; set due_at in PostgreSQL")
        return super().enqueue(message)


_untyped_broker: Any = HintBroker
"""Dramatiq's Redis broker has no annotations."""


def queue_of(environment: str) -> str:
    """The queue of an environment's hints: a worker of another one would only drop them."""
    return f"hints.{environment}"


class Hints:
    """``sync.ports.Wake`` by Dramatiq messages. Never raises: a lost hint is made good by the sweep."""

    def __init__(
        self, broker: dramatiq.Broker, environment: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._broker = broker
        self._queue = queue_of(environment)
        self._clock = clock
        self._quiet_until = float("-inf")

    def deliver(self, update: int) -> None:
        """An update is ready to be delivered."""
        self._send("deliver", update)

    def pull(self, run: int) -> None:
        """A run of a flow is due."""
        self._send("pull", run)

    def derive(self, environment: str) -> None:
        """Declarations or onboarding states became stale."""
        self._send("derive", environment)

    def replay(self, replay: int) -> None:
        """A replay is to be planned or done."""
        self._send("replay", replay)

    def _send(self, actor: str, subject: int | str) -> None:
        if self._clock() < self._quiet_until:
            return
        try:
            self._broker.enqueue(dramatiq.Message(self._queue, actor, (subject,), {}, {}))
        except (redis.RedisError, dramatiq.BrokerError, OSError):
            self._quiet_until = self._clock() + _QUIET_SECONDS


def redis_answers(broker: HintBroker | None) -> bool:
    """Whether Redis answers now."""
    if broker is None:
        return False
    try:
        return bool(broker.client.ping())
    except (redis.RedisError, OSError):
        return False


class NoHints:
    """``sync.ports.Wake`` where there is no Redis: the sweep finds everything by itself."""

    def deliver(self, update: int) -> None:
        """Nobody to tell."""

    def pull(self, run: int) -> None:
        """Nobody to tell."""

    def derive(self, environment: str) -> None:
        """Nobody to tell."""

    def replay(self, replay: int) -> None:
        """Nobody to tell."""
