"""How jobs are done in one process: so many of a kind at once, told in the log."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

import structlog
from psycopg import OperationalError

from workers.jobs.actors import Work
from workers.logs.set_up import begin_job

log = structlog.get_logger("loonbrug.jobs")

Subject = TypeVar("Subject")


class Gate(Generic[Subject]):
    """Lets at most ``places`` threads do one kind of job. Who comes while all are busy leaves a wish.

    A wish is not lost while the process lives: whoever is done takes the next. The same wish twice is one.
    """

    def __init__(self, places: int, do: Callable[[Subject], None]) -> None:
        self._places = places
        self._do = do
        self._lock = threading.Lock()
        self._wishes: dict[Subject, None] = {}
        self._busy = 0

    def enter(self, subject: Subject) -> None:
        """Do it now, with whatever else was wished, or leave it to those who are busy."""
        with self._lock:
            self._wishes[subject] = None
        while (wished := self._take()) is not None:
            try:
                self._do(wished)
            finally:
                with self._lock:
                    self._busy -= 1

    def close(self) -> None:
        """Forget all wishes and let nobody in: this process stops."""
        with self._lock:
            self._places = 0
            self._wishes.clear()

    def _take(self) -> Subject | None:
        with self._lock:
            if not self._wishes or self._busy >= self._places:
                return None
            self._busy += 1
            wished = next(iter(self._wishes))
            del self._wishes[wished]
            return wished


class Jobs:
    """Does work for the actors and for the sweep. Never raises: a failure ends in the log, the row knows.

    ``pulls`` and ``deliveries`` are the most at once in this process. Deriving is done by one thread.
    """

    def __init__(self, work: Work, *, pulls: int, deliveries: int) -> None:
        self._pulls = Gate(pulls, _never_raising("pull", work.pull))
        self._deliveries = Gate(deliveries, _never_raising("deliver", work.deliver))
        self._derivations = Gate(1, _never_raising("derive", work.derive))
        self._replays = Gate(1, _never_raising("replay", work.replay))
        self._reconciliations = Gate(1, _never_raising("reconcile", work.reconcile))

    def pull(self, run: int) -> None:
        """Do a due run."""
        self._pulls.enter(run)

    def deliver(self, update: int) -> None:
        """Take updates one step further: this one, and what else is due."""
        self._deliveries.enter(update)

    def derive(self, environment: str) -> None:
        """Derive what is stale."""
        self._derivations.enter(environment)

    def reconcile(self, reconciliation: int) -> None:
        """Do a due reconciliation."""
        self._reconciliations.enter(reconciliation)

    def replay(self, replay: int) -> None:
        """Plan a replay, or do it."""
        self._replays.enter(replay)

    def close(self) -> None:
        """Begin nothing new."""
        self._derivations.close()
        for gate in (self._pulls, self._deliveries, self._replays, self._reconciliations):
            gate.close()


def _never_raising(job: str, work: Callable[[Subject], None]) -> Callable[[Subject], None]:
    def do(subject: Subject) -> None:
        begin_job(job, subject)
        try:
            work(subject)
        except OperationalError as error:
            log.warning("the database was lost during a job", error_type=type(error).__name__)
        except Exception as error:
            log.exception("job failed", error_type=type(error).__name__)

    return do
