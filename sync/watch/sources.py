"""What else is watched: findings and the report before the cut-off, a restore, and the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.audit.entry import Verified
from domain.cutoff.report import ReportSummary
from domain.cutoff.when import Cutoff
from domain.declarations.onboarding_words import ItemsSeen, TaskWords, recognised
from domain.message import Message
from domain.reconcile.finding import KnownFinding
from domain.watch.alert import Alert, Severity
from sync.watch.ports import Alerts

FINDINGS_FROM = timedelta(hours=48)
"""Before the cut-off: from when on a finding that pay depends on is told."""
REPORT_FROM = timedelta(hours=2)
"""Before the cut-off: from when on a report that nobody signed off is told."""
TOLD_FOR = 3600.0
"""Seconds for which a jump of the clock is told."""
_MOST = 1000


class OpenFindings(Protocol):
    """The findings of one environment."""

    def search(
        self, *, week: str | None = None, payment: bool | None = None, limit: int = 200
    ) -> Sequence[KnownFinding]:
        """Those that are open."""


class SignedReports(Protocol):
    """The cut-off reports of one environment."""

    def newest(self, week: str | None = None, *, most: int = 20) -> Sequence[ReportSummary]:
        """The newest of a week."""


class SinceRestore(Protocol):
    """A restore that is not over. ``missing``: flows not read whole since ``at`` (aware UTC)."""

    @property
    def at(self) -> datetime: ...
    @property
    def reason(self) -> Message: ...
    @property
    def missing(self) -> Sequence[str]: ...


class Restores(Protocol):
    """The restores of one environment."""

    def state(self) -> SinceRestore | None:
        """The one that is not over; None: nothing is held back."""

    def want_whole(self) -> None:
        """Make a full run due for every flow that lacks one."""


class HeldBack:
    """``sync.watch.ports.AlertSource``."""

    def __init__(self, restores: Restores) -> None:
        self._restores = restores

    def __call__(self) -> list[Alert]:
        """That nothing is sent, and, as a stage of its own, that a person may let it go on.

        A full run that failed since is wanted again.
        """
        held = self._restores.state()
        if held is None:
            return []
        if count := len(held.missing):
            self._restores.want_whole()
        values = {"at": held.at, "why": held.reason, "count": count}
        told = Message("told.held-reading" if count else "told.held-read", values)
        stage = "reading" if count else "read"
        return [Alert("held-after-restore", told, Severity.CRITICAL, stage=stage, path="/ops/")]


class UnknownWords:
    """``sync.watch.ports.AlertSource``. ``seen``: the tasks and statuses of onboarding that AFAS shows."""

    def __init__(self, seen: Callable[[], Sequence[ItemsSeen]], words: TaskWords) -> None:
        self._seen = seen
        self._words = words

    def __call__(self) -> list[Alert]:
        """That people may be shown in a wrong state. No name is told: an administrator may name a person."""
        unknown = [each for each in recognised(self._seen(), self._words) if each.leads_to is None]
        if not unknown:
            return []
        told = Message("told.onboarding-unknown", {"count": len(unknown)})
        return [Alert("onboarding-unknown", told, path="/ops/runbooks/onboarding-unknown")]


class ClockJumped:
    """``sync.watch.ports.AlertSource``. ``jump``: the largest jump of the last so many seconds, or None."""

    def __init__(self, jump: Callable[[float], float | None]) -> None:
        self._jump = jump

    def __call__(self) -> list[Alert]:
        """That the clock of the database jumped within the hour, by how much, and which way."""
        seconds = self._jump(TOLD_FOR)
        if seconds is None:
            return []
        way = "forward" if seconds > 0 else "back"
        told = Message(f"told.clock-went-{way}", {"seconds": round(abs(seconds))})
        return [Alert("clock-jumped", told, path="/ops/runbooks/clock-jumped")]


class BeforeCutoff:
    """``sync.watch.ports.AlertSource``. ``near``: the cut-offs to look at, at a moment (aware UTC)."""

    def __init__(
        self,
        findings: OpenFindings,
        reports: SignedReports,
        near: Callable[[datetime], Sequence[Cutoff]],
        now: Callable[[], datetime],
    ) -> None:
        self._findings = findings
        self._reports = reports
        self._near = near
        self._now = now

    def __call__(self) -> list[Alert]:
        """What keeps a week from being proven that closes next, or closed within a day."""
        now, found = self._now(), []
        for cutoff in self._near(now):
            left = cutoff.at - now
            if left <= FINDINGS_FROM:
                found += self._of_findings(cutoff.week, cutoff.at)
            if left <= REPORT_FROM:
                found += self._of_report(cutoff.week, cutoff.at)
        return found

    def _of_findings(self, week: str, at: datetime) -> list[Alert]:
        count = len(self._findings.search(week=week, payment=True, limit=_MOST))
        if not count:
            return []
        told = Message("told.findings-before-cutoff", {"count": count, "week": week, "at": at})
        return [Alert("finding-before-cutoff", told, Severity.CRITICAL, week, path="/ops/findings")]

    def _of_report(self, week: str, at: datetime) -> list[Alert]:
        newest = next(iter(self._reports.newest(week, most=1)), None)
        if newest is not None and newest.signed_at is not None:
            return []
        what = "unsigned" if newest else "not-made"
        told = Message(f"told.report-{what}", {"week": week, "at": at})
        return [Alert("cutoff-report-unsigned", told, Severity.CRITICAL, week, path="/ops/cutoff")]


def watch_trail(verify: Callable[[], Verified], alerts: Alerts) -> None:
    """Look through the audit trail; say which record is the first that is broken, or that it is whole."""
    result = verify()
    if result.fault is None:
        alerts.resolve("audit-chain-broken")
        return
    told = Message("told.trail-broken", {"record": result.record, "count": result.records})
    alerts.raise_alert(Alert("audit-chain-broken", told, Severity.CRITICAL, path="/ops/audit"))
