"""One process: so many of a kind at once, and no wish is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from workers.jobs.jobs import Gate, Jobs

PATIENCE = 10.0


class Held:
    """Work that waits to be let go, and remembers."""

    def __init__(self) -> None:
        self.done: list[object] = []
        self.begun = threading.Semaphore(0)
        self.go = threading.Semaphore(0)

    def __call__(self, subject: object) -> None:
        self.begun.release()
        assert self.go.acquire(timeout=PATIENCE)
        self.done.append(subject)


def in_thread(do: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=do)
    thread.start()
    return thread


def test_who_comes_while_all_are_busy_is_served_by_those():
    held = Held()
    gate = Gate(1, held)
    busy = in_thread(lambda: gate.enter(1))
    assert held.begun.acquire(timeout=PATIENCE)
    gate.enter(2)
    gate.enter(3)
    gate.enter(2)
    held.go.release(3)
    busy.join(PATIENCE)
    assert held.done == [1, 2, 3]


def test_never_more_at_once_than_there_are_places():
    held = Held()
    gate = Gate(2, held)
    threads = [in_thread(partial(gate.enter, number)) for number in range(5)]
    assert held.begun.acquire(timeout=PATIENCE)
    assert held.begun.acquire(timeout=PATIENCE)
    assert not held.begun.acquire(blocking=False)
    held.go.release(5)
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(held.done, key=str) == [0, 1, 2, 3, 4]


def test_a_closed_gate_lets_nobody_in():
    done: list[object] = []
    gate = Gate(1, done.append)
    gate.close()
    gate.enter(1)
    assert done == []


class Failing:
    """Work that always fails."""

    def pull(self, run: int) -> None:
        raise RuntimeError("no")

    def deliver(self, update: int) -> None:
        raise RuntimeError("no")

    def derive(self, environment: str) -> None:
        raise RuntimeError("no")

    def reconcile(self, reconciliation: int) -> None:
        raise RuntimeError("no")

    def replay(self, replay: int) -> None:
        raise RuntimeError("no")


def test_a_failing_job_ends_in_the_log_and_the_next_one_is_done():
    jobs = Jobs(Failing(), pulls=1, deliveries=1)
    jobs.pull(1)
    jobs.pull(2)
    jobs.deliver(3)
    jobs.derive("main")
    jobs.reconcile(4)
    jobs.replay(5)
