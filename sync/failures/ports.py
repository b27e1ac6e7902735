"""What replays as rows need of the store, as a Protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.failures.replay import Planned, Replay, ReplayAction, ReplayBatch


class ReplayRows(Protocol):
    """The replays of one environment. Every write of a worker is fenced by the token of its claim."""

    def take(self, replay: int, lease: float) -> str | None:
        """Take a replay that is to be planned or done; None when nobody needs to, or somebody has it."""

    def step(self, replay: int, token: str, most: int, lease: float) -> ReplayBatch | None:
        """The next updates to plan or to do; None when there are none left, or it is not ours any more."""

    def note_plan(self, step: ReplayBatch, planned: Sequence[Planned]) -> None:
        """Write down what would happen to the updates of a step."""

    def do(self, step: ReplayBatch, actions: Sequence[ReplayAction]) -> list[int]:
        """Do it, in one transaction with its audit. Returns the updates that were made due."""

    def finish(self, replay: int, token: str) -> Replay | None:
        """Nothing is left: planned, or done. None when it is not ours any more."""
