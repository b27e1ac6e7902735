"""A process that looks alive and does nothing is noticed."""

from __future__ import annotations

import threading

import pytest
from dramatiq import Worker

from workers.jobs.hints import redis_broker, redis_client
from workers.jobs.jobs import Jobs
from workers.jobs.sweep import Sweep
from workers.jobs.watchdog import CANARY_PATIENCE, Canary, threads_of, what_is_wrong
from workers.jobs.work import WATCHDOG_EXIT, Crew, WorkerProcess


def test_a_dead_thread_is_noticed():
    dead = threading.Thread(target=lambda: None)
    dead.start()
    dead.join()
    assert what_is_wrong([threading.current_thread()], None) is None
    assert what_is_wrong([threading.current_thread(), dead], None) == "1 thread(s) died"


def test_a_redis_that_is_away_is_not_our_fault():
    now = [0.0]
    canary = Canary(redis_broker(redis_client("redis://127.0.0.1:1/0")), clock=lambda: now[0])
    now[0] = CANARY_PATIENCE + 1
    assert not canary.send()
    assert what_is_wrong([], canary) is None


@pytest.mark.slow
def test_hints_that_nobody_reads_are_noticed(redis_url):
    now = [0.0]
    client = redis_client(redis_url)
    canary = Canary(redis_broker(client), clock=lambda: now[0])
    assert canary.send()
    now[0] = CANARY_PATIENCE + 1
    assert what_is_wrong([], canary) == "hints stay unread although Redis answers"
    assert all(client.ttl(key) > 0 for key in client.keys("dramatiq:canary.*"))
    client.close()


@pytest.mark.slow
def test_a_read_canary_says_that_all_is_well(redis_url):
    client = redis_client(redis_url)
    broker = redis_broker(client)
    canary = Canary(broker)
    worker = Worker(broker, worker_threads=1, worker_timeout=20)
    worker.start()
    before = canary.silent_for()
    canary.send()
    for queue in broker.get_declared_queues():
        broker.join(queue, interval=10, timeout=60_000)
    worker.join()
    assert what_is_wrong(threads_of(worker), canary) is None
    assert canary.silent_for() < before + 5
    worker.stop()
    client.close()


class Nothing:
    """No work at all."""

    def runs(self, **_: object) -> list[int]:
        return []

    updates = reconciliations = replays = runs

    def anything_stale(self, **_: object) -> bool:
        return False

    def pull(self, run: int) -> None: ...

    def deliver(self, update: int) -> None: ...

    def derive(self, environment: str) -> None: ...

    def reconcile(self, reconciliation: int) -> None: ...

    def replay(self, replay: int) -> None: ...


def crew(sweep: Sweep, lay_down=lambda: None, broker=None) -> Crew:
    jobs = Jobs(Nothing(), pulls=1, deliveries=1)
    return Crew("main", jobs, sweep, broker, threads=1, stop_seconds=5, alive=lambda: None, lay_down=lay_down)


def test_a_worker_with_a_dead_thread_ends_itself_with_its_own_exit_code():
    class Dying(Sweep):
        def start(self) -> None:
            super().start()
            dead = threading.Thread(target=lambda: None)
            dead.start()
            dead.join()
            self.threads.append(dead)

    laid_down = []
    sweep = Dying(Nothing(), Nothing(), "main", lambda: False, hands=1)
    process = WorkerProcess(crew(sweep, lambda: laid_down.append(1)))
    code = process.run(threading.Event(), every=0.01)
    assert code == WATCHDOG_EXIT
    assert laid_down == [1]


def test_a_worker_that_is_told_to_stop_ends_with_zero():
    stop = threading.Event()
    sweep = Sweep(Nothing(), Nothing(), "main", lambda: False, hands=1)
    stop.set()
    assert WorkerProcess(crew(sweep)).run(stop, every=0.01) == 0
    assert not any(thread.is_alive() for thread in sweep.threads)


@pytest.mark.slow
def test_a_worker_stops_in_time_while_redis_is_away(redis_url):
    client = redis_client(redis_url)
    stop = threading.Event()
    sweep = Sweep(Nothing(), Nothing(), "main", lambda: False, hands=1)
    process = WorkerProcess(crew(sweep, broker=redis_broker(client)))
    code: list[int] = []
    thread = threading.Thread(target=lambda: code.append(process.run(stop, every=0.01)))
    thread.start()
    client.connection_pool.connection_kwargs["path"] = "/nowhere"
    client.connection_pool.disconnect()
    stop.set()
    thread.join(60)
    assert code == [0]
