"""How many hints of an environment wait in Redis."""

from __future__ import annotations

import redis

from domain.watch.measures import Samples
from workers.jobs.hints import HintBroker, queue_of


def measured_in(broker: HintBroker | None, environment: str) -> Samples:
    """Redis's part of ``/metrics``. A Redis that is away is told as such."""
    if broker is None:
        return {"loonbrug_redis_up": [((), 0.0)]}
    queue = queue_of(environment)
    name = f"{broker.namespace}:{queue}"
    try:
        waiting, held = broker.client.llen(name), broker.client.hlen(f"{name}.msgs")
    except (redis.RedisError, OSError):
        return {"loonbrug_redis_up": [((), 0.0)]}
    return {
        "loonbrug_redis_up": [((), 1.0)],
        "loonbrug_dramatiq_waiting": [((queue,), float(waiting))],
        "loonbrug_dramatiq_held": [((queue,), float(held))],
    }
