"""How many hints wait in Redis."""

from __future__ import annotations

import redis

from domain.measures import Samples
from workers.hints import QUEUE, HintBroker


def measured_in(broker: HintBroker | None) -> Samples:
    """Redis's part of ``/metrics``. A Redis that is away is told as such."""
    if broker is None:
        return {"loonbrug_redis_up": [((), 0.0)]}
    name = f"{broker.namespace}:{QUEUE}"
    try:
        waiting, held = broker.client.llen(name), broker.client.hlen(f"{name}.msgs")
    except (redis.RedisError, OSError):
        return {"loonbrug_redis_up": [((), 0.0)]}
    return {
        "loonbrug_redis_up": [((), 1.0)],
        "loonbrug_dramatiq_waiting": [((QUEUE,), float(waiting))],
        "loonbrug_dramatiq_held": [((QUEUE,), float(held))],
    }
