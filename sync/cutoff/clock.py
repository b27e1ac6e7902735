"""The clock's part in the cut-off: at each moment the report or the reminder, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from domain.calendar import neighbour
from domain.cutoff.when import Cutoff, CutoffTask, Moment, cutoff_of, due, moments_of, next_cutoff
from domain.cutoff.work import LostMoment, Owed, TakenMoment
from domain.errors import AfasError
from sync.cutoff.notices import Recipients
from sync.cutoff.ports import Moments, WaitingWork
from sync.cutoff.reports import CutoffPlan, CutoffReports

LEASE = 120.0
"""Seconds for one attempt, and between two."""
LATE = timedelta(hours=24)
"""A report that was missed is still made so long after the cut-off; a reminder would come too late."""
BY = "clock"


def near(now: datetime, plan: CutoffPlan) -> list[Cutoff]:
    """The cut-off that comes, and before it the one that has just passed."""
    coming = next_cutoff(now, plan.rule, plan.is_holiday)
    past = cutoff_of(neighbour(coming.week, -1), plan.rule, plan.is_holiday)
    return [past, coming] if now < past.at + LATE else [coming]


class CutoffClock:
    """Does what is due. Any number of clocks may call it: each moment is taken by one."""

    def __init__(
        self,
        plan: CutoffPlan,
        reports: CutoffReports,
        moments: Moments,
        work: WaitingWork,
        recipients: Recipients,
    ) -> None:
        self._plan = plan
        self._reports = reports
        self._moments = moments
        self._work = work
        self._recipients = recipients
        self._tasks: dict[CutoffTask, Callable[[TakenMoment], None]] = {
            CutoffTask.REPORT: self._report,
            CutoffTask.REMIND_CLIENTS: self._remind_clients,
            CutoffTask.REMIND_OFFICE: self._remind_office,
        }

    def step(self, now: datetime) -> list[str]:
        """Do what has come by ``now`` (aware). Returns the names of the moments that were done.

        What fails for lack of AFAS is tried again after the lease.
        """
        done = []
        for cutoff in near(now, self._plan):
            come, overtaken = due(now, moments_of(cutoff, self._plan.rule))
            self._moments.skip(overtaken)
            done += [f"{cutoff.week} {moment.name}" for moment in come if self._do(moment, now)]
        return done

    def _do(self, moment: Moment, now: datetime) -> bool:
        if moment.cutoff.at <= now and moment.task is not CutoffTask.REPORT:
            self._moments.skip([moment])
            return False
        taken = self._moments.take(moment, LEASE)
        if taken is None:
            return False
        try:
            self._tasks[moment.task](taken)
        except AfasError as error:
            self._moments.later(taken, type(error).__name__)
            return False
        except LostMoment:
            return False
        return True

    def _report(self, taken: TakenMoment) -> None:
        moment = taken.moment
        self._reports.make(moment.cutoff.week, BY, moment=moment.name, done=taken)

    def _remind_clients(self, taken: TakenMoment) -> None:
        cutoff = taken.moment.cutoff
        self._finish(taken, self._recipients.of_waiting(cutoff, self._work.waiting(cutoff.week)))

    def _remind_office(self, taken: TakenMoment) -> None:
        cutoff = taken.moment.cutoff
        self._finish(taken, self._recipients.of_not_submitted(cutoff, self._work.not_submitted(cutoff.week)))

    def _finish(self, taken: TakenMoment, owed: list[Owed]) -> None:
        self._moments.finish(taken, owed)
