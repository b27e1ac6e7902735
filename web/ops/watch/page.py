"""Now: one look tells whether all is well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from fastapi import APIRouter, Request, Response

from connectors.store.outbox.waiting import WaitingUpdates
from connectors.store.reconcile.findings import FindingRepository
from connectors.store.running.control import Control
from connectors.store.running.overview import Overview
from connectors.store.watch.facts import WatchingStore
from connectors.store.watch.now import ConsoleNow, Hour, NewestReport, by_state
from domain.calendar import AMSTERDAM
from domain.cutoff.when import Cutoff
from domain.watch.judge import Standing, judge
from domain.watch.waiting import NEAR, WaitingKind
from sync.cutoff.clock import near
from sync.watch.sources import REPORT_FROM
from web.ops import charts
from web.ops.access.access import Viewer
from web.ops.console import Console, Ops
from web.ops.pull.late import late_flows
from web.ops.shell import page

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Closing:
    """A cut-off that is near: in how many seconds (less than 0: it was), how its report stands.

    ``report``: none, unsigned, signed or differs.
    """

    cutoff: Cutoff
    seconds: float
    report: str


@router.get("/")
def now(request: Request, _: Viewer, ops: Ops) -> Response:
    """The first page; htmx asks for its content again every quarter of a minute."""
    reads = ops.of(ConsoleNow)
    hours, stuck, resting = reads.hours(), reads.stuck(), reads.resting_kinds()
    expires, today = ops.secret_expires or reads.token_expires(), datetime.now(AMSTERDAM).date()
    closing, flows = _closing(ops), ops.of(Overview).flows(ops.flows)
    processes = ops.of(Overview).processes()
    standing = replace(
        _standing(ops, expires, today),
        reports={each.cutoff.week: ailing for each in closing if (ailing := _ailing(each))},
        resting=[each.kind for each in resting],
        waiting=_waits_too_long(ops, closing),
        clock=any(each.kind == "clock" and each.lives for each in processes),
    )
    return page(
        request,
        "watch/now.html",
        at=datetime.now(UTC),
        matters=judge(standing),
        coming=closing[-1] if closing else None,
        flows=flows,
        late=late_flows(flows, ops.intervals),
        outbox=by_state([*stuck, *reads.moving()]),
        done=reads.done(),
        hours=hours,
        charts=_drawn(hours),
        resting_kinds=resting,
        expires=expires,
        days_left=(expires - today).days if expires else None,
        processes=processes,
    )


def _closing(ops: Console) -> list[Closing]:
    """The cut-off that passed within a day, if one did, and the next; empty without a rule for cut-offs."""
    plan, now = ops.cutoff_plan, datetime.now(UTC)
    if plan is None:
        return []
    reads = ops.of(ConsoleNow)
    return [
        Closing(cutoff, (cutoff.at - now).total_seconds(), _report(reads.report(cutoff.week)))
        for cutoff in near(now, plan)
    ]


def _waits_too_long(ops: Console, closing: Sequence[Closing]) -> list[WaitingKind]:
    """What the alert tells, too."""
    soon = any(0 <= each.seconds <= NEAR.total_seconds() for each in closing)
    return [each for each in ops.of(WaitingUpdates).read() if ops.budgets.exceeded(each, near=soon)]


def _report(newest: NewestReport | None) -> str:
    if newest is None:
        return "none"
    if not newest.agrees:
        return "differs"
    return "signed" if newest.signed else "unsigned"


def _ailing(closing: Closing) -> str:
    """The key of what ails the report; one that is not there yet ails when the alert says so, too."""
    if closing.report == "none":
        return "report-none" if timedelta(seconds=closing.seconds) <= REPORT_FROM else ""
    return "" if closing.report == "signed" else f"report-{closing.report}"


def _standing(ops: Console, expires: date | None, today: date) -> Standing:
    facts, state = ops.of(WatchingStore).facts(ops.flows), ops.of(Control).state()
    return Standing(
        facts=replace(facts, token_expires=expires),
        limits=ops.wrong_from,
        today=today,
        mode=state.mode,
        findings=ops.of(FindingRepository).counts(),
        held=state.held is not None,
    )


def _drawn(hours: Sequence[Hour]) -> dict[str, list[charts.Bar]]:
    labels = [f"{hour.hour.astimezone(AMSTERDAM):%H:00}" for hour in hours]
    return {
        "rows": charts.bars([hour.rows for hour in hours], labels),
        "calls": charts.bars([hour.calls for hour in hours], labels),
    }
