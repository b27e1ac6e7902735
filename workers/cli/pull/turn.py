"""Waiting for one's turn: of a flow one run goes on at a time, and a worker may be at it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from domain.pull.run import Counts, RunKind
from workers.cli.door import operator, said, say
from workers.cli.language import phrase

if TYPE_CHECKING:
    from domain.message import Message
    from sync.pull.pull import PullOutcome
    from workers.compose.store import RunDetail, Store

_STEP = 0.5
_COUNTS = [each.name for each in fields(Counts)]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be read: see ``RunRepository.want``."""

    flow: str
    kind: RunKind
    since: str | None = None
    forced: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended, whoever did it: its counts by name, or why it failed."""

    run: int
    kind: str
    counts: dict[str, int] | None
    failure: Message | None


class Turn:
    """Turns a wish into a run and sees it end. Says in a line what it waits for; gives up after ``limit``."""

    def __init__(
        self,
        store: Store,
        wish: Wish,
        *,
        limit: float,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._wish = wish
        self._pause = pause
        self._clock = clock
        self._limit = limit
        self._until = clock() + limit
        self._said = ""

    def take(self) -> int | None:
        """The run for the wish, as soon as no other run of the flow goes on; None when that took too long."""
        wish, book = self._wish, self._store.runs
        while True:
            run = book.want(wish.flow, wish.kind, since=wish.since, forced=wish.forced)
            if run is not None:
                self._note(run)
                return run
            open_run = self._store.run_reads.open_run(wish.flow)
            if open_run is not None and open_run.state == "due":
                return open_run.id  # at least as wide, or the wish would have widened it
            if not self._wait(f"a run of {wish.flow} goes on; waiting for it to end"):
                return None

    def see(self, run: int, attempt: Callable[[int], PullOutcome | None]) -> Ended | None:
        """Do the run with ``attempt``, or watch whoever has it; None when nobody may, or time is over."""
        while True:
            outcome = attempt(run)
            if outcome is not None:
                counts = asdict(outcome.counts) if outcome.counts else None
                return Ended(run, outcome.run.kind.value, counts, outcome.failure)
            row = self._store.run_reads.run(run)
            if row is None or row.state in ("done", "failed"):
                return _ended(row) if row else None
            if row.state == "due" and (why := self._held()):
                say(phrase("cli-pull.begins-later", why=why, run=run))
                return None
            if not self._wait(phrase("cli-pull.another", run=run, flow=self._wish.flow)):
                return None

    def _wait(self, what: str) -> bool:
        """Say once what we wait for, and rest a little; False when the time is over."""
        if self._clock() >= self._until:
            say(phrase("cli-pull.gave-up", seconds=f"{self._limit:g}"))
            return False
        if what != self._said:
            say(phrase("cli-pull.at-most", what=what, seconds=f"{self._limit:g}"))
            self._said = what
        self._pause(_STEP)
        return True

    def _held(self) -> str:
        """Why a run that is due does not begin; empty when it may."""
        flow = self._store.run_reads.flow(self._wish.flow)
        if flow and flow.paused:
            return f"{self._wish.flow} is paused ({flow.pause_reason or 'no reason given'})"
        state = self._store.control.state()
        if state.paused_until or state.mode == "paused":
            why = said(state.pause_reason) if state.pause_reason else "the mode is paused"
            return f"everything is paused ({why})"
        return ""

    def _note(self, run: int) -> None:
        wish = self._wish
        self._store.run_reads.note_pull(
            wish.flow, wish.kind.value, run, operator(), since=wish.since, forced=wish.forced
        )


def _ended(run: RunDetail) -> Ended:
    counts = {name: getattr(run, name) for name in _COUNTS} if run.state == "done" else None
    return Ended(run.id, run.kind, counts, run.error)
