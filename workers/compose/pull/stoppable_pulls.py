"""A decorator of the store of pulls: when this process stops, the run goes back for another worker."""

from __future__ import annotations

from collections.abc import Callable

from domain.pull.run import Counts, End, LostRun, Page, Run
from domain.records.record import Record
from sync.pull.ports import PullStore


class StoppablePulls:
    """A ``PullStore`` around another: pages are written until we stop; the rest passes through."""

    def __init__(
        self, pulls: PullStore, hand_back: Callable[[Run], None], *, stopping: Callable[[], bool]
    ) -> None:
        self._pulls = pulls
        self._hand_back = hand_back
        self._stopping = stopping
        self.state = pulls.state
        self.gone = pulls.gone
        self.doubted = pulls.doubted
        self.settle_doubted = pulls.settle_doubted
        self.fail = pulls.fail
        self.absent = pulls.absent
        self.pause_environment = pulls.pause_environment

    def save(self, run: Run, record: type[Record], page: Page, end: End | None = None) -> Counts:
        """Write a page. Raises LostRun when we stop: what was written so far is read once more, for free."""
        if self._stopping():
            self._hand_back(run)
            raise LostRun(f"run {run.id} was handed back: this worker stops")
        return self._pulls.save(run, record, page, end)
