"""The clock's side threads, while its clock leads: one watches, one does chores; and one sends notices."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from psycopg import OperationalError

log = structlog.get_logger("loonbrug.watch")

WATCH_EVERY = 60.0
NOTICES_EVERY = 2.0
SETTLE = 60.0
"""Seconds after taking the lead before the first look: at a start nothing has run yet."""
CHORES_EVERY = 3600.0
"""Seconds between two looks at what changes slowly: the end of the token, old rows to remove."""


@dataclass(frozen=True, slots=True)
class Duties:
    """What is done beside the clock.

    ``leads``: whether this clock leads and ticked lately. ``watch``: look and tell; whether everything is
    really going on. ``ping``: tell the dead man's switch. ``chores``: once an hour. ``send_notice``: send one
    that is due; False when there was none.
    """

    leads: Callable[[], bool]
    watch: Callable[[], bool]
    ping: Callable[[], None]
    chores: Sequence[Callable[[], None]]
    send_notice: Callable[[], bool]


class Watchman:
    """Does the duties in threads of its own: a slow mail server or AFAS must not hold up the clock."""

    def __init__(
        self,
        duties: Duties,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        settle: float = SETTLE,
    ) -> None:
        self._duties = duties
        self._monotonic = monotonic
        self._settle = settle
        self._led_since: float | None = None
        self._next_watch = self._next_chores = float("-inf")
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin. The threads end with the process at the latest."""
        loops = ((self.look, "watch", 1.0), (self.tend, "chores", 1.0), (self.send, "notices", NOTICES_EVERY))
        for do, name, every in loops:
            thread = threading.Thread(target=self._loop, args=(do, every), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, seconds: float = 2.0) -> None:
        """Begin nothing new; wait a moment for what is in hand."""
        self._stop.set()
        for thread in self._threads:
            thread.join(seconds)

    def look(self) -> None:
        """Watch when a minute is over, while our clock leads; ping when everything is really going on."""
        now = self._monotonic()
        if self._settled(now) and now >= self._next_watch:
            self._next_watch = now + WATCH_EVERY
            if self._duties.watch():
                self._duties.ping()

    def tend(self) -> None:
        """Do the chores when an hour is over. A long audit trail takes minutes: nobody waits for it."""
        now = self._monotonic()
        if self._settled(now) and now >= self._next_chores:
            self._next_chores = now + CHORES_EVERY
            for chore in self._duties.chores:
                chore()

    def _settled(self, now: float) -> bool:
        if not self._duties.leads():
            self._led_since = None
            return False
        since = self._led_since = now if self._led_since is None else self._led_since
        return now - since >= self._settle

    def send(self) -> None:
        """Send all notices that are due."""
        while not self._stop.is_set() and self._duties.send_notice():
            pass

    def _loop(self, do: Callable[[], None], every: float) -> None:
        pause = 0.0
        while not self._stop.wait(pause):
            pause = every
            try:
                do()
            except OperationalError as error:
                log.warning("the database does not answer", error_type=type(error).__name__)
            except Exception as error:
                log.exception("watching failed", error_type=type(error).__name__)
                pause = 30.0
