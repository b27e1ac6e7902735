"""Kill -9 of every process at a random moment of the demo: the same end, nothing lost, nothing doubled."""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from connectors.embedded.redis import EmbeddedRedis
from tests.end_to_end.processes import CLOCK, POSTGRES, REDIS, WEB, WORK, find, kill
from tests.end_to_end.stage import THE_WEEK, Stage, a_stage

pytestmark = pytest.mark.slow

Strike = Callable[[Stage], None]
LAST_MOMENT = 25.0
"""Seconds into the week: an undisturbed one takes about as long."""


def _kill(part: str, number: int = 0) -> Strike:
    return lambda stage: kill(find(stage.product.process.pid, part, number))


def _kill_redis_and_empty_it(stage: Stage) -> None:
    kill(find(stage.product.process.pid, REDIS))
    shutil.rmtree(stage.data / "redis", ignore_errors=True)


def _empty_redis(stage: Stage) -> None:
    find(stage.product.process.pid, REDIS)
    with redis.Redis.from_url(EmbeddedRedis(stage.data).url) as client:
        client.flushall()


def _kill_the_supervisor(stage: Stage) -> None:
    kill(stage.product.process.pid)
    stage.product.process.wait()
    stage.product.start_again()


EVERY_PART: dict[str, Strike] = {
    "web": _kill(WEB),
    "first worker": _kill(WORK, 0),
    "second worker": _kill(WORK, 1),
    "clock": _kill(CLOCK),
    "redis, and its files": _kill_redis_and_empty_it,
    "redis emptied": _empty_redis,
    "postgresql": _kill(POSTGRES),
}


@pytest.mark.parametrize(
    "strikes", [EVERY_PART, {"supervisor": _kill_the_supervisor}], ids=["parts", "supervisor"]
)
def test_whatever_is_killed_at_whatever_moment_the_week_ends_the_same(
    strikes: dict[str, Strike], tmp_path: Path
) -> None:
    seed = int(os.environ.get("LOONBRUG_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    _say(f"seed {seed}: set LOONBRUG_TEST_SEED to play it again")
    with a_stage(tmp_path) as stage:
        stage.play_beside(lambda over: _strike(stage, strikes, random.Random(seed), over))
        reckoning = stage.reckon()
    assert reckoning.differences == []
    assert reckoning.numbers == THE_WEEK


def _strike(stage: Stage, strikes: dict[str, Strike], choice: random.Random, over: threading.Event) -> None:
    began = time.monotonic()
    plan = sorted((choice.uniform(0, LAST_MOMENT), name) for name in strikes)
    for moment, name in plan:
        if over.wait(max(0.0, began + moment - time.monotonic())):
            break
        _say(f"{moment:.2f} s into the week: {name}")
        strikes[name](stage)


def _say(what: str) -> None:
    print(what, flush=True)  # noqa: T201  # pytest shows it when the test fails
