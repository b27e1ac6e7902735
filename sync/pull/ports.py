"""What the flows in need of the store, as Protocols."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from domain.message import Message
from domain.outbox.verdicts import PauseEnvironment
from domain.pull.run import Counts, End, FlowState, Gone, Page, Run
from domain.records.record import Record


class PullStore(Protocol):
    """The mirror and the books of one environment."""

    def state(self, flow: str) -> FlowState:
        """How far a flow is."""

    def save(self, run: Run, record: type[Record], page: Page, end: End | None = None) -> Counts:
        """Write a page, and with the last one the end of the run, in one transaction.

        Raises LostRun when another worker has the run by now; nothing is written then.
        """

    def gone(self, run: Run, record: type[Record]) -> Gone:
        """The rows that we know and that this full run did not see."""

    def doubted(self) -> tuple[list[int], datetime | None]:
        """Hour lines that may have come back after their deletion, and the store's time before we ask."""

    def settle_doubted(self, run: Run, lines: Sequence[int], shown: Collection[int], asked: datetime) -> None:
        """Withdraw those of the lines that AFAS does not show, unless we learnt something since ``asked``."""

    def fail(self, run: Run, reason: Message, *, broken: bool = False) -> None:
        """End the run as failed; ``broken`` marks the flow until a run of it succeeds."""

    def absent(self, run: Run, reason: Message) -> None:
        """End the run: AFAS has no such connector, and need not have. It is polled seldom until it does."""

    def pause_environment(self, pause: PauseEnvironment) -> None:
        """Nothing works for anyone: no run is taken before the rest is over."""


class Runs(Protocol):
    """Runs and their leases, by the database's clock."""

    def take(self, run: int | None = None) -> Run | None:
        """Take a due run (that one, or any), or one whose worker is lost. None: nothing to take."""

    def heartbeat(self, run: Run) -> bool:
        """Extend our lease. False when another worker has the run."""


class ParkedRows(Protocol):
    """Rows that could not be read."""

    def parked(self, ids: Sequence[int]) -> list[tuple[int, str, dict[str, object]]]:
        """The open ones of these: id, flow and the row as it was kept."""

    def unpark(self, parked: int, record: Record) -> None:
        """Write the record and resolve the parked row, in one transaction."""

    def still_parked(self, parked: int, reason: Message) -> None:
        """It was tried again and cannot be read, for this reason."""
