"""Replays as rows, worked step by step by whoever is there: first the plan, then the deed.

A step looks into AFAS for up to fifty updates, and then writes down what it found or did. A worker that dies
loses no more than the step it was at; another goes on when the lease is over.
"""

from __future__ import annotations

from collections.abc import Callable

from domain.failures.replay import Replay, ReplayBatch, ReplayState, action_for
from sync.failures.ports import ReplayRows
from sync.failures.replay import TOGETHER, Replays
from sync.ports import Wake

LEASE = 180.0
"""Seconds that a step may take: longer than AFAS may keep a read waiting."""


class ReplaySteps:
    """Works replays. Thread-safe: any number may work at once, here and elsewhere."""

    def __init__(
        self,
        replays: Replays,
        rows: ReplayRows,
        wake: Wake,
        *,
        stopping: Callable[[], bool] = lambda: False,
        most: int = TOGETHER,
    ) -> None:
        self._replays = replays
        self._rows = rows
        self._wake = wake
        self._stopping = stopping
        self._most = most

    def work(self, replay: int) -> Replay | None:
        """Plan it or do it, to its end. None when there is nothing to do, or somebody else is at it."""
        token = self._rows.take(replay, LEASE)
        if token is None:
            return None
        while step := self._rows.step(replay, token, self._most, LEASE):
            self._take(step)
            if self._stopping():
                return None
        return self._rows.finish(replay, token)

    def _take(self, step: ReplayBatch) -> None:
        now = self._replays.plan(list(step.stamps))
        if step.planned is None:
            self._rows.note_plan(step, now)
            return
        actions = [action_for(step.planned[each.update], each) for each in now]
        due = self._rows.do(step, actions)
        for update in due[:1]:  # one hint is enough: who wakes delivers until nothing is due
            self._wake.deliver(update)


def is_over(replay: Replay) -> bool:
    """Whether nothing will happen any more without a person."""
    return replay.state not in (ReplayState.PLANNING, ReplayState.RUNNING)
