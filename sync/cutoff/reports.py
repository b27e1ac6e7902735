"""The cut-off report: made, kept, told, looked at again, signed off.

Making and signing both read AFAS afresh. A report that does not hold any more cannot be signed off.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.cutoff.changes import ReportChange, StaleReport, changes_between
from domain.cutoff.content import content_of
from domain.cutoff.report import ASKED, Content, Made, Report
from domain.cutoff.when import CutoffRule, IsHoliday, cutoff_of
from domain.cutoff.work import NewReport, TakenMoment
from domain.errors import NotFound, Refused
from domain.message import Message
from domain.watch.waiting import NEAR
from sync.cutoff.notices import Recipients
from sync.cutoff.ports import FreshWeek, Reports


@dataclass(frozen=True, slots=True)
class CutoffPlan:
    """When the cut-off is in an environment."""

    environment: str
    rule: CutoffRule
    is_holiday: IsHoliday

    def is_near(self, week: str, now: datetime) -> bool:
        """Whether the cut-off of a week is within a day, or over: what its pay depends on may wait less long.

        Raises ValueError when there is no such week.
        """
        return now >= cutoff_of(week, self.rule, self.is_holiday).at - NEAR


class CutoffReports:
    """The reports of one environment."""

    def __init__(
        self,
        plan: CutoffPlan,
        week: FreshWeek,
        reports: Reports,
        recipients: Recipients,
        now: Callable[[], datetime],
    ) -> None:
        """``now`` gives aware UTC."""
        self._week = week
        self._reports = reports
        self._recipients = recipients
        self._plan = plan
        self._now = now

    def make(self, week: str, by: str, *, moment: str = ASKED, done: TakenMoment | None = None) -> Report:
        """Make, keep and tell the report of a week. ``done``: the moment that ends with it.

        Raises AfasError, ValueError when there is no such week, and LostMoment.
        """
        made = self._made(week, by, moment)
        content = self._content(week, made)
        new = NewReport(week, content, made)
        return self._reports.keep(new, self._recipients.of_report(new), done)

    def changes(self, report: int) -> Sequence[ReportChange]:
        """What differs now from what a report says. Raises AfasError, and NotFound."""
        kept = self._known(report)
        return changes_between(kept.content, self._content(kept.week, kept.made))

    def sign_off(self, report: int, by: str, note: str = "") -> Report:
        """Sign a report off. Raises AfasError, NotFound, StaleReport; Refused when it was signed before."""
        kept = self._known(report)
        if kept.signed_at is not None:
            raise Refused(Message("refused.report-signed-by", {"report": report, "by": kept.signed_by}))
        if changes := self.changes(report):
            raise StaleReport(changes)
        return self._reports.sign(kept, by, note, self._recipients.of_signature(kept, by))

    def _known(self, report: int) -> Report:
        kept = self._reports.one(report)
        if kept is None:
            raise NotFound(Message("no-such.report", {"report": report}))
        return kept

    def _made(self, week: str, by: str, moment: str) -> Made:
        at = cutoff_of(week, self._plan.rule, self._plan.is_holiday).at
        return Made(self._plan.environment, by, at=self._now(), cutoff_at=at, moment=moment)

    def _content(self, week: str, made: Made) -> Content:
        """The cut-off is that of now: a changed setting makes a report stale."""
        today = self._made(week, made.by, made.moment).cutoff_at
        now = replace(made, cutoff_at=today)
        fresh = self._week
        return content_of(now, fresh.reckon(week), fresh.findings(week), fresh.elsewhere(week))
