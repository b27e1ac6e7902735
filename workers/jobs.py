"""How one job is done in a process: told in the log, never more pulls at once than leave room for people."""

from __future__ import annotations

import threading

import structlog

from workers.actors import Work
from workers.logging import begin_job

log = structlog.get_logger("loonbrug.jobs")


class Jobs:
    """Does work for the actors and for the sweep. Never raises: a failure ends in the log, the row knows.

    At most ``pulls`` runs at once in this process, so that a night of long runs leaves hands for deliveries.
    A hint for one more is dropped; the clock and the sweep hint again.
    """

    def __init__(self, work: Work, *, pulls: int) -> None:
        self._work = work
        self._pulls = threading.BoundedSemaphore(pulls)
        self._deriving = threading.Lock()
        self._derive_again = threading.Event()

    def pull(self, run: int) -> None:
        """Do a due run, unless enough runs are under way."""
        if not self._pulls.acquire(blocking=False):
            return
        try:
            self._do("pull", run)
        finally:
            self._pulls.release()

    def deliver(self, update: int) -> None:
        """Take an update one step further."""
        self._do("deliver", update)

    def derive(self, environment: str) -> None:
        """Derive what is stale; a hint that comes meanwhile makes one more round, not one more thread."""
        self._derive_again.set()
        while self._derive_again.is_set() and self._deriving.acquire(blocking=False):
            try:
                self._derive_again.clear()
                self._do("derive", environment)
            finally:
                self._deriving.release()

    def _do(self, job: str, subject: int | str) -> None:
        begin_job(job, subject)
        try:
            getattr(self._work, job)(subject)
        except Exception as error:
            log.exception("job failed", error_type=type(error).__name__)
