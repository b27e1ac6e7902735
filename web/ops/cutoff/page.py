"""The cut-off: when it is, what was done before it, its reports, and their sign-off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field

from connectors.paper import csv_file, cutoff_pdf
from connectors.paper.cutoff_csv import cutoff_csv
from connectors.store.cutoff.moments import CutoffMoments
from connectors.store.cutoff.reports import CutoffRepository
from domain.calendar import days_of
from domain.cutoff.changes import ReportChange, StaleReport
from domain.cutoff.reason import stood, told
from domain.cutoff.reckoning import WeekStanding
from domain.cutoff.report import Elsewhere, Line, Report
from domain.cutoff.when import Cutoff, moments_of, next_cutoff
from domain.errors import NotFound, Refused
from domain.message import Message
from domain.outbox.update import UpdateState
from sync.cutoff.reports import CutoffPlan, CutoffReports
from web.ops.access.access import ConfirmedApprover, Operator, Viewer, actor
from web.ops.console import Console, Ops
from web.ops.cutoff.week_page import download
from web.ops.shell import page, words_of

router = APIRouter()

MOST = 500
"""Declarations of a class that the page of a report shows."""

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


@router.get("/cutoff")
def cutoff(request: Request, _: Viewer, ops: Ops) -> Response:
    """The next cut-off and the reports so far."""
    now, plan = datetime.now(UTC), _plan(ops)
    coming = next_cutoff(now, plan.rule, plan.is_holiday)
    return page(
        request,
        "cutoff/cutoff.html",
        cutoff=coming,
        seconds=(coming.at - now).total_seconds(),
        moments=_moments(ops, coming),
        reports=ops.of(CutoffRepository).newest(),
    )


@router.post("/cutoff")
def make(person: Operator, ops: Ops, week: Annotated[str, Form(max_length=8)]) -> Response:
    """Make the report of a week now."""
    try:
        days_of(week)
    except ValueError:
        raise NotFound(Message("no-such.week")) from None
    report = _reports(ops).make(week, actor(person))
    return RedirectResponse(f"/ops/cutoff/{report.id}", 303)


@router.get("/cutoff/{report}")
def one(request: Request, _: Viewer, ops: Ops, report: Id) -> Response:
    """One report, whole."""
    return _shown(request, ops, ops.of(CutoffRepository).known(report))


@router.post("/cutoff/{report}/check")
def check(request: Request, _: Viewer, ops: Ops, report: Id) -> Response:
    """Whether it still holds."""
    changes = _reports(ops).changes(report)
    return _shown(request, ops, ops.of(CutoffRepository).known(report), changes=changes)


@router.post("/cutoff/{report}/sign-off")
def sign_off(
    request: Request,
    person: ConfirmedApprover,
    ops: Ops,
    report: Id,
    note: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Sign a report off; refused, with what changed, when it does not hold any more."""
    try:
        _reports(ops).sign_off(report, actor(person), note.replace("\x00", "").strip())
    except StaleReport as stale:
        kept = ops.of(CutoffRepository).known(report)
        return _shown(request, ops, kept, changes=stale.changes, refused=True, status=409)
    return RedirectResponse(f"/ops/cutoff/{report}", 303)


@router.get("/cutoff/{report}/report.pdf")
def pdf(request: Request, _: Viewer, ops: Ops, report: Id) -> Response:
    """The report on paper, in the language of the person."""
    kept, names = _named(ops, report)
    content = cutoff_pdf.cutoff_pdf(kept, names, words_of(request))
    return download(content, cutoff_pdf.TYPE, f"loonbrug-cutoff-{kept.week}-{kept.id}.pdf")


@router.get("/cutoff/{report}/report.csv")
def spreadsheet(request: Request, _: Viewer, ops: Ops, report: Id) -> Response:
    """The report for a spreadsheet, in the language of the person."""
    kept, names = _named(ops, report)
    content = cutoff_csv(kept, names, words_of(request))
    return download(content, csv_file.TYPE, f"loonbrug-cutoff-{kept.week}-{kept.id}.csv")


def _shown(
    request: Request,
    ops: Console,
    report: Report,
    *,
    changes: Sequence[ReportChange] | None = None,
    refused: bool = False,
    status: int = 200,
) -> Response:
    employees = {each["number"]: each["employee"] for each in report.content["declarations"]}
    return page(
        request,
        "cutoff/report.html",
        status=status,
        report=report,
        names=ops.of(CutoffRepository).names(report.content),
        waiting=report.lines(WeekStanding.NOT_APPROVED),
        most=MOST,
        changes=changes and [(each, employees.get(each.number or "")) for each in changes],
        refused=refused,
        why=_why,
        far=_far,
    )


def _why(line: Line) -> Message | None:
    return told(line.reason, line.detail) if line.reason else None


def _far(each: Elsewhere) -> Message:
    return stood(UpdateState(each.state), each.reason)


def _named(ops: Console, report: int) -> tuple[Report, Any]:
    book = ops.of(CutoffRepository)
    kept = book.known(report)
    return kept, book.names(kept.content)


def _moments(ops: Console, coming: Cutoff) -> list[dict[str, Any]]:
    done = ops.of(CutoffMoments).done(coming.week)
    return [
        {
            "deed": moment.task.value,
            "hours": f"{moment.hours:g}",
            "at": moment.at,
            "state": done.get(moment.name) or _undone(moment.at),
        }
        for moment in moments_of(coming, _plan(ops).rule)
    ]


def _undone(at: datetime) -> str:
    return "coming" if at > datetime.now(UTC) else "missed"


def _plan(ops: Console) -> CutoffPlan:
    if ops.cutoff_plan is None:
        raise Refused(Message("refused.no-cutoff"))
    return ops.cutoff_plan


def _reports(ops: Console) -> CutoffReports:
    if ops.cutoff_reports is None:
        raise Refused(Message("refused.no-cutoff"))
    return ops.cutoff_reports
