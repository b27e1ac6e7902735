"""Without Redis the sweep does all the work; beside Redis it makes good what was lost (G8)."""

from __future__ import annotations

import threading
from typing import Any

from psycopg import OperationalError

from workers.jobs.sweep import PATIENCE, Sweep


class Books:
    """Due work in memory. What was done is due no more."""

    def __init__(
        self,
        runs: list[int],
        updates: list[int],
        *,
        stale: bool = False,
        reconciliations: tuple[int, ...] = (),
        replays: tuple[int, ...] = (),
    ) -> None:
        self.due: dict[str, list[Any]] = {
            "pull": runs,
            "deliver": updates,
            "derive": ["main"] if stale else [],
            "reconcile": list(reconciliations),
            "replay": list(replays),
        }
        self.late: list[float] = []
        self.finished = threading.Event()
        self._lock = threading.Lock()

    def runs(self, *, late: float = 0.0, limit: int = 50) -> list[int]:
        return list(self.due["pull"])

    def updates(self, *, late: float = 0.0, limit: int = 200) -> list[int]:
        self.late.append(late)
        return list(self.due["deliver"])

    def reconciliations(self, *, late: float = 0.0) -> list[int]:
        return list(self.due["reconcile"])

    def replays(self, *, late: float = 0.0) -> list[int]:
        return list(self.due["replay"])

    def anything_stale(self, *, late: float = 0.0) -> bool:
        return bool(self.due["derive"])

    def pull(self, run: int) -> None:
        self._done("pull", run)

    def deliver(self, update: int) -> None:
        self._done("deliver", update)

    def derive(self, environment: str) -> None:
        self._done("derive", environment)

    def reconcile(self, reconciliation: int) -> None:
        self._done("reconcile", reconciliation)

    def replay(self, replay: int) -> None:
        self._done("replay", replay)

    def _done(self, kind: str, subject: object) -> None:
        with self._lock:
            self.due[kind].remove(subject)
            if not any(self.due.values()):
                self.finished.set()


def test_without_redis_everything_due_is_done_at_once():
    books = Books([1, 2, 3], list(range(40)), stale=True, reconciliations=(1,), replays=(1, 2))
    sweep = Sweep(books, books, "main", lambda: False, hands=4)
    sweep.start()
    assert books.finished.wait(60)
    sweep.stop(5)
    assert books.late[0] == 0.0


def test_beside_redis_only_what_is_late_is_taken_two_at_a_time():
    books = Books(runs=[], updates=[1, 2, 3, 4])
    sweep = Sweep(books, books, "main", lambda: True, hands=8)
    assert sweep.once() == PATIENCE
    assert books.late == [PATIENCE]
    assert len(sweep.in_hand) == 2


def test_nothing_is_taken_twice_by_one_process():
    books = Books(runs=[1], updates=[])
    sweep = Sweep(books, books, "main", lambda: False, hands=4)
    sweep.once()
    sweep.once()
    assert [(job.kind, job.subject) for job in sweep.in_hand] == [("pull", 1)]


def test_full_hands_take_no_more():
    books = Books(runs=[], updates=list(range(100)))
    sweep = Sweep(books, books, "main", lambda: False, hands=3)
    sweep.once()
    sweep.once()
    assert len(sweep.in_hand) == 3


def test_a_database_that_is_away_is_waited_for():
    asked = threading.Semaphore(0)

    class Away(Books):
        def updates(self, *, late: float = 0.0, limit: int = 200) -> list[int]:
            asked.release()
            raise OperationalError("away")

    books = Away(runs=[], updates=[])
    sweep = Sweep(books, books, "main", lambda: False, hands=1)
    sweep.start()
    assert asked.acquire(timeout=60)
    assert all(thread.is_alive() for thread in sweep.threads)
    sweep.stop(5)


def test_stopping_takes_nothing_new_and_ends_the_threads():
    books = Books(runs=[1], updates=[2])
    sweep = Sweep(books, books, "main", lambda: True, hands=2)
    sweep.start()
    sweep.stop(5)
    assert not any(thread.is_alive() for thread in sweep.threads)
