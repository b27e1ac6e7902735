"""The clock: makes runs due, hints again, tidies up. Any number may run; one leads, the others stand by."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import structlog
from psycopg import OperationalError

from domain.pull.run import DueRun
from sync.ports import Wake
from workers.jobs.sweep import DueWork

log = structlog.get_logger("loonbrug.clock")

STANDBY_PATIENCE = 10.0
"""Seconds late before a clock that does not lead moves a schedule: the leader may be frozen."""
HINT_AGAIN = 5.0
TIDY_EVERY = 3600.0


class Ticker(Protocol):
    """The timetable in the store (``connectors.store.running.schedule``)."""

    def tick(self, *, late: float = 0.0) -> list[DueRun]:
        """Make due what is due."""


class Leader(Protocol):
    """The wish to lead (``connectors.store.running.leadership``)."""

    def lead(self) -> bool:
        """Whether we lead now."""

    def resign(self) -> None:
        """Let another lead."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the clock moves. ``probe`` reopens a paused environment; ``tidy`` removes a few old rows."""

    environment: str
    ticker: Ticker
    leader: Leader
    due: DueWork
    wake: Wake
    probe: Callable[[], None]
    tidy: Callable[[], int]


class Clock:
    """One tick a second. What is due is decided by the database's clock, never by ours."""

    def __init__(self, parts: Parts, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._parts = parts
        self._monotonic = monotonic
        self._hinted: dict[tuple[str, int | str], float] = {}
        self._leads = False
        self._ticked = self._tidied = float("-inf")

    def run(self, stop: threading.Event, alive: Callable[[], None], *, every: float = 1.0) -> None:
        """Tick until told to stop. A database that does not answer is waited for."""
        pause = 0.0
        while not stop.wait(pause):
            began = self._monotonic()
            try:
                self.once()
                alive()
            except OperationalError as error:
                log.warning("the database does not answer", error_type=type(error).__name__)
            pause = max(0.0, every - (self._monotonic() - began))
        self._parts.leader.resign()

    def leads(self) -> bool:
        """Whether this clock leads and really ticks: its last tick is not long ago. For other threads."""
        return self._leads and self._monotonic() - self._ticked < STANDBY_PATIENCE

    def once(self) -> list[DueRun]:
        """One tick. Returns the runs that it made due."""
        leads = self._parts.leader.lead()
        if leads != self._leads:
            log.info("this clock leads" if leads else "this clock stands by")
            self._leads = leads
        wanted = self._parts.ticker.tick(late=0.0 if leads else STANDBY_PATIENCE)
        if leads or wanted:
            self._parts.probe()
            self._hint()
        if leads:
            self._tidy()
        self._ticked = self._monotonic()
        return wanted

    def _hint(self) -> None:
        """Hint at everything due, each thing at most every few seconds until somebody took it."""
        now, wake, environment = self._monotonic(), self._parts.wake, self._parts.environment
        self._hinted = {job: at for job, at in self._hinted.items() if now - at < HINT_AGAIN}
        for update in self._parts.due.updates():
            self._once_in_a_while(("deliver", update), partial(wake.deliver, update), now)
        for run in self._parts.due.runs():
            self._once_in_a_while(("pull", run), partial(wake.pull, run), now)
        if self._parts.due.anything_stale():
            self._once_in_a_while(("derive", environment), partial(wake.derive, environment), now)

    def _once_in_a_while(self, job: tuple[str, int | str], hint: Callable[[], None], now: float) -> None:
        if job not in self._hinted:
            self._hinted[job] = now
            hint()

    def _tidy(self) -> None:
        """A small step; the next one soon when there was much, else in an hour."""
        if self._monotonic() - self._tidied < TIDY_EVERY:
            return
        if self._parts.tidy() == 0:
            self._tidied = self._monotonic()
