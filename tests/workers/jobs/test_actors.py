"""Dramatiq as we use it: ids only, nothing that lives in Redis, hints that never raise."""

from __future__ import annotations

import dramatiq
import pytest
import redis
from dramatiq.brokers.stub import StubBroker

from workers.jobs.actors import declare
from workers.jobs.hints import OLD_QUEUE, Hints, redis_broker, redis_client


class Recorder:
    """Work that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, object]] = []

    def pull(self, run: int) -> None:
        self.asked.append(("pull", run))

    def deliver(self, update: int) -> None:
        self.asked.append(("deliver", update))

    def derive(self, environment: str) -> None:
        self.asked.append(("derive", environment))

    def replay(self, replay: int) -> None:
        self.asked.append(("replay", replay))

    def reconcile(self, reconciliation: int) -> None:
        self.asked.append(("reconcile", reconciliation))


def test_every_hint_reaches_the_work_with_its_id():
    broker, work = StubBroker(middleware=[]), Recorder()
    declare(broker, work, "main")
    hints = Hints(broker, "main")
    hints.pull(1)
    hints.deliver(2)
    hints.derive("main")
    hints.replay(3)
    worker = dramatiq.Worker(broker, worker_threads=1, worker_timeout=10)
    worker.start()
    broker.join("hints.main", timeout=60_000)
    worker.join()
    worker.stop()
    assert sorted(work.asked) == [("deliver", 2), ("derive", "main"), ("pull", 1), ("replay", 3)]


def test_deliveries_go_before_pulls_within_what_was_fetched():
    actors = declare(StubBroker(middleware=[]), Recorder(), "main")
    assert actors.deliver.priority < actors.derive.priority < actors.pull.priority


def test_no_middleware_retries_or_limits_anything():
    broker = redis_broker(redis_client("redis://127.0.0.1:1/0"))
    assert broker.middleware == []
    assert declare(broker, Recorder(), "main").pull.options == {}


def test_there_are_no_delay_queues_and_a_delay_is_refused():
    broker = redis_broker(redis_client("redis://127.0.0.1:1/0"))
    actors = declare(broker, Recorder(), "main")
    assert broker.get_declared_queues() == {"hints", "hints.main"}
    assert broker.delay_queues == set()
    with pytest.raises(ValueError, match="delayed"):
        actors.pull.send_with_options(args=(1,), delay=1000)


def test_a_lost_hint_raises_nothing_and_the_next_ones_wait_for_nobody():
    now = [0.0]
    tries = []

    class Away(StubBroker):
        def enqueue(self, message, *, delay=None):
            tries.append(message)
            raise redis.ConnectionError("away")

    hints = Hints(Away(middleware=[]), "main", clock=lambda: now[0])
    hints.deliver(1)
    hints.deliver(2)
    assert len(tries) == 1
    now[0] = 2.0
    hints.deliver(3)
    assert len(tries) == 2


def test_the_client_repeats_no_command():
    client = redis_client("redis://127.0.0.1:1/0")
    retry = client.get_retry()
    assert retry is not None
    assert retry.get_retries() == 0


@pytest.mark.slow
def test_a_hint_passes_through_a_real_redis(redis_url):
    client = redis_client(redis_url)
    broker, work = redis_broker(client), Recorder()
    declare(broker, work, "main")
    worker = dramatiq.Worker(broker, worker_threads=1, worker_timeout=50)
    worker.start()
    Hints(broker, "main").deliver(7)
    broker.join("hints.main", timeout=60_000, interval=10)
    worker.stop()
    client.close()
    assert work.asked == [("deliver", 7)]


@pytest.mark.slow
def test_hints_of_two_environments_in_one_redis_reach_their_own_workers(redis_url: str) -> None:
    """And those that an older process sends to the queue of all are still read."""
    heard = {}
    workers: list[dramatiq.Worker] = []
    for environment in ("main", "test"):
        broker = redis_broker(redis_client(redis_url))
        heard[environment] = Recorder()
        declare(broker, heard[environment], environment)
        workers.append(dramatiq.Worker(broker, worker_timeout=50, worker_threads=2))
    main, test = (worker.broker for worker in workers)
    for number in range(20):
        Hints(main, "main").deliver(number)
        Hints(test, "test").deliver(100 + number)
    for worker in workers:
        worker.start()
    main.join("hints.main", timeout=60_000)
    test.join("hints.test", timeout=60_000)
    main.enqueue(dramatiq.Message(OLD_QUEUE, "deliver", (7,), {}, {}))
    main.join(OLD_QUEUE, timeout=60_000)
    for worker in workers:
        worker.join()
        worker.stop()
    own = {name: {each for each in recorder.asked if each[1] != 7} for name, recorder in heard.items()}
    assert own == {
        "main": {("deliver", number) for number in range(20) if number != 7},
        "test": {("deliver", 100 + number) for number in range(20)},
    }
