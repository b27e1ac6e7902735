"""Redis away while decisions are made: they arrive without it, and when it is back it is used again (G8)."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from connectors.embedded.redis import EmbeddedRedis
from tests.end_to_end.processes import CLOCK, WEB, WORK, children_of
from tests.end_to_end.stage import THE_WEEK, a_stage
from workers.demo.week import Week

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedRedis]:
    """A Redis that Loonbrug does not start itself, as in production: nobody brings it back but we."""
    if not EmbeddedRedis.available():
        pytest.skip("no Redis server on this machine")
    server = EmbeddedRedis(tmp_path / "elsewhere")
    server.start()
    monkeypatch.setenv("REDIS_URL", server.url)
    yield server
    server.stop()


@contextmanager
def stopped(server: EmbeddedRedis) -> Iterator[None]:
    """Nothing listens, and what was in it is gone."""
    with redis.Redis.from_url(server.url) as client:
        client.flushall()
    server.stop()
    yield
    server.start()


@contextmanager
def frozen(server: EmbeddedRedis) -> Iterator[None]:
    """It takes connections and never answers: the worse of the two."""
    process = server.start()
    assert process, "it is ours"
    os.kill(process.pid, signal.SIGSTOP)
    yield
    os.kill(process.pid, signal.SIGCONT)


def ours(supervisor: int) -> set[int]:
    parts = (WEB, WORK, CLOCK)
    return {pid for pid, command in children_of(supervisor).items() if any(part in command for part in parts)}


def calls_of_workers(server: EmbeddedRedis) -> int:
    """How often workers asked this Redis for messages since it started: Dramatiq does so by a script."""
    with redis.Redis.from_url(server.url) as client:
        asked = client.info("commandstats").get("cmdstat_evalsha", {"calls": 0})
    return int(asked["calls"])


@pytest.mark.parametrize("away", [stopped, frozen])
def test_decisions_arrive_while_redis_is_away_and_it_is_used_again_when_it_is_back(
    away, server: EmbeddedRedis, tmp_path: Path
) -> None:
    class WithoutRedis(Week):
        """Everything from the first decision until all have arrived happens without Redis."""

        calls_before = 0

        def _decide(self) -> None:
            with away(server):
                super()._decide()
                self._sign()
                self._change_mobile_and_ask()
                self._wait_for_delivery()

        def play(self) -> None:
            self._book()
            self._submit()
            self._decide()
            self.calls_before = calls_of_workers(server)
            self._correct()
            self._pay()

    with a_stage(tmp_path, WithoutRedis) as stage:
        before = ours(stage.product.process.pid)
        stage.week.play()
        reckoning = stage.reckon()
        assert reckoning.differences == []
        assert reckoning.numbers == THE_WEEK
        assert isinstance(stage.week, WithoutRedis)
        assert calls_of_workers(server) > stage.week.calls_before
        assert ours(stage.product.process.pid) == before, "nobody had to be started again"
