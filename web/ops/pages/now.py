"""Now: one look tells whether all is well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from fastapi import APIRouter, Request, Response

from connectors.store.console_now import ConsoleNow, Hour
from connectors.store.control import Control
from connectors.store.cutoffs import CutoffBook
from connectors.store.findings import FindingBook
from connectors.store.overview import Overview
from connectors.store.watching import WatchingStore
from domain.cutoff import Cutoff, next_cutoff
from web.ops import charts
from web.ops.access import Viewer
from web.ops.console import Console, Ops
from web.ops.matters import Standing, matters
from web.ops.shell import page
from web.ops.shown import AMSTERDAM

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Coming:
    """The next cut-off: in how many seconds, and what ails its report (see ``Standing.report``)."""

    cutoff: Cutoff
    seconds: float
    report: str


@router.get("/")
def now(request: Request, _: Viewer, ops: Ops) -> Response:
    """The first page; htmx asks for its content again every quarter of a minute."""
    reads = ops.of(ConsoleNow)
    hours = reads.hours()
    expires, today = ops.secret_expires or reads.token_expires(), datetime.now(AMSTERDAM).date()
    coming = _coming(ops)
    return page(
        request,
        "now.html",
        at=datetime.now(UTC),
        matters=matters(_standing(ops, expires, today, coming)),
        coming=coming,
        flows=ops.of(Overview).flows(ops.flows),
        outbox=reads.outbox(),
        done=reads.done(),
        hours=hours,
        charts=_drawn(hours),
        resting_kinds=reads.resting_kinds(),
        expires=expires,
        days_left=(expires - today).days if expires else None,
        processes=ops.of(Overview).processes(),
    )


def _coming(ops: Console) -> Coming | None:
    """The next cut-off, when this console knows of cut-offs."""
    parts = ops.given.get("cutoff")
    if parts is None:
        return None
    now = datetime.now(UTC)
    cutoff = next_cutoff(now, parts.plan.rule, parts.plan.is_holiday)
    reports = ops.of(CutoffBook).newest(cutoff.week, most=1)
    report = ""
    if reports and not reports[0]["agrees"]:
        report = "report-differs"
    elif reports and reports[0]["signed_at"] is None:
        report = "report-unsigned"
    return Coming(cutoff, (cutoff.at - now).total_seconds(), report)


def _standing(ops: Console, expires: date | None, today: date, coming: Coming | None) -> Standing:
    findings = {False: 0, True: 0}
    for row in ops.of(FindingBook).counts():
        findings[bool(row["payment"])] += row["count"]
    facts = ops.of(WatchingStore).facts(ops.flows)
    return Standing(
        facts=replace(facts, flows=[flow for flow in facts.flows if flow.flow in ops.flows]),
        stuck=ops.of(ConsoleNow).stuck(),
        expires=expires,
        today=today,
        mode=ops.of(Control).state().mode,
        intervals=ops.intervals,
        findings=findings,
        report=coming.report if coming else "",
    )


def _drawn(hours: Sequence[Hour]) -> dict[str, list[charts.Bar]]:
    labels = [f"{hour.hour.astimezone(AMSTERDAM):%H:00}" for hour in hours]
    return {
        "rows": charts.bars([hour.rows for hour in hours], labels),
        "calls": charts.bars([hour.calls for hour in hours], labels),
    }
