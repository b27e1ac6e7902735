"""What the cut-off needs of the store and of reconciling, as Protocols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from domain.cutoff.reckoning import Reckoning
from domain.cutoff.report import Content, Elsewhere, Report
from domain.cutoff.when import Moment
from domain.cutoff.work import NewReport, Owed, OwedFor, TakenMoment, WaitingContact, WaitingDeclaration
from domain.reconcile.finding import KnownFinding


class FreshWeek(Protocol):
    """A week as it is now."""

    def reckon(self, week: str) -> Reckoning:
        """Portal, store and AFAS read afresh. Raises AfasError; ValueError when there is no such week."""

    def findings(self, week: str) -> Sequence[KnownFinding]:
        """The open findings of the week that pay depends on."""

    def elsewhere(self, week: str) -> Sequence[Elsewhere]:
        """Approvals of other weeks that are not seen in AFAS yet."""


class Reports(Protocol):
    """The reports of one environment, kept for good."""

    def keep(self, report: NewReport, owed: OwedFor, done: TakenMoment | None) -> Report:
        """Keep it, tell the audit trail, owe what is to be told, and end the moment: one transaction.

        Raises LostMoment, and then nothing was kept, when another process has taken the moment over.
        """

    def one(self, report: int) -> Report | None:
        """A report, whole."""

    def sign(self, report: Report, by: str, note: str, owed: Sequence[Owed]) -> Report:
        """Sign it off. Raises Refused when it was signed already."""

    def names(self, content: Content) -> Mapping[str, str]:
        """Names of its workers under ``employee:<number>`` and of its clients under ``client:<number>``."""


class Moments(Protocol):
    """What was done at which moment."""

    def take(self, moment: Moment, lease: float) -> TakenMoment | None:
        """Ours for so many seconds, or None: done, skipped, or in another's hands."""

    def skip(self, moments: Sequence[Moment]) -> None:
        """They were overtaken by a later one of their kind."""

    def finish(self, taken: TakenMoment, owed: Sequence[Owed]) -> None:
        """Owe what is to be told and end the moment, in one transaction. Raises LostMoment."""

    def later(self, taken: TakenMoment, why: str) -> None:
        """It did not work; the lease keeps it until the next attempt."""


class WaitingWork(Protocol):
    """What reminders tell of."""

    def waiting(self, week: str) -> list[WaitingContact]:
        """What of a week waits for approval, per contact; contacts that are blocked are left out."""

    def not_submitted(self, week: str) -> list[WaitingDeclaration]:
        """Hours of a week that were booked and not submitted."""
