"""What else is watched: findings and the report before the cut-off, and the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.alert import Alert, Severity
from domain.audit import Verified
from domain.cutoff import AMSTERDAM, Cutoff
from domain.finding import KnownFinding
from sync.ports_notify import Alerts

FINDINGS_FROM = timedelta(hours=48)
"""Before the cut-off: from when on a finding that pay depends on is told."""
REPORT_FROM = timedelta(hours=2)
"""Before the cut-off: from when on a report that nobody signed off is told."""
_MOST = 1000


class OpenFindings(Protocol):
    """The findings of one environment."""

    def search(
        self, *, week: str | None = None, payment: bool | None = None, limit: int = 200
    ) -> Sequence[KnownFinding]:
        """Those that are open."""


class SignedReports(Protocol):
    """The cut-off reports of one environment."""

    def newest(self, week: str | None = None, *, most: int = 20) -> Sequence[dict[str, object]]:
        """The newest of a week, with ``signed_at`` and ``agrees``."""


class BeforeCutoff:
    """``sync.ports_notify.AlertSource``. ``coming``: the next cut-off after a moment (aware UTC)."""

    def __init__(
        self,
        findings: OpenFindings,
        reports: SignedReports,
        coming: Callable[[datetime], Cutoff],
        now: Callable[[], datetime],
    ) -> None:
        self._findings = findings
        self._reports = reports
        self._coming = coming
        self._now = now

    def __call__(self) -> list[Alert]:
        """What keeps the week that closes next from being proven."""
        now = self._now()
        cutoff = self._coming(now)
        left = cutoff.at - now
        when = f"{cutoff.at.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"
        found = []
        if left <= FINDINGS_FROM:
            found += self._of_findings(cutoff.week, when)
        if left <= REPORT_FROM:
            found += self._of_report(cutoff.week, when)
        return found

    def _of_findings(self, week: str, when: str) -> list[Alert]:
        count = len(self._findings.search(week=week, payment=True, limit=_MOST))
        if not count:
            return []
        told = f"{count} finding(s) in {week} that pay depends on; the cut-off is at {when} Amsterdam time"
        return [Alert("finding-before-cutoff", told, Severity.CRITICAL, week, path="/ops/findings")]

    def _of_report(self, week: str, when: str) -> list[Alert]:
        newest = next(iter(self._reports.newest(week, most=1)), None)
        if newest is not None and newest["signed_at"] is not None:
            return []
        what = "is not signed off" if newest else "was not made"
        told = f"the report of {week} {what}; the cut-off is at {when} Amsterdam time"
        return [Alert("cutoff-report-unsigned", told, Severity.CRITICAL, week, path="/ops/cutoff")]


def watch_trail(verify: Callable[[], Verified], alerts: Alerts) -> None:
    """Look through the audit trail; say which record is the first that is broken, or that it is whole."""
    result = verify()
    if result.fault is None:
        alerts.resolve("audit-chain-broken")
        return
    told = f"the audit trail is broken at record {result.record}; {result.records} before it are whole"
    alerts.raise_alert(Alert("audit-chain-broken", told, Severity.CRITICAL, path="/ops/audit"))
