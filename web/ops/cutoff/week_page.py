"""The week board: per client and placement, where the hours of a week stand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from connectors.paper import csv_file
from connectors.paper.week_csv import week_csv
from connectors.store.cutoff.weeks import Weeks
from domain.calendar import AMSTERDAM, days_of, neighbour, week_of
from domain.cutoff.reason import Reason
from domain.cutoff.week import STAGES, Stages, by_client
from domain.cutoff.when import next_cutoff
from domain.errors import NotFound
from domain.message import Message
from domain.watch.waiting import Lateness
from web.ops.access.access import Viewer
from web.ops.console import Console, Ops
from web.ops.shell import page, words_of

router = APIRouter()

FEW = 300
"""Declarations up to which the placements of all clients are shown at once."""
EVERYTHING = 100_000

Number = Annotated[str | None, Query(max_length=16)]


@router.get("/week")
def this_week(_: Viewer, ops: Ops, week: Number = None, client: Number = None) -> Response:
    """The week that was asked for, or the one whose pay run comes next."""
    wanted = (week or "").strip() or coming_week(ops)
    _days(wanted)
    query = f"?client={quote(client)}" if client else ""
    return RedirectResponse(f"/ops/week/{wanted}{query}", 303)


@router.get("/week/{week}")
def board(
    request: Request,
    _: Viewer,
    ops: Ops,
    week: str,
    client: Number = None,
    reason: Reason | None = None,
    *,
    everything: Annotated[bool, Query(alias="all")] = False,
) -> Response:
    """The board, of one client or of all."""
    first, last = _days(week)
    weeks, client, words = ops.of(Weeks), client or None, words_of(request)
    deep = everything or client is not None or weeks.size(week) <= FEW
    most = EVERYTHING if everything else 200
    lateness = _lateness(ops, week)
    found = weeks.board(week, lateness=lateness, client=client, reason=reason, deep=deep, most=most)
    return page(
        request,
        "cutoff/week.html",
        board=found,
        groups=by_client(found.rows),
        deep=deep,
        everything=everything,
        first=first,
        last=last,
        earlier=neighbour(week, -1),
        later=neighbour(week, 1),
        clients=weeks.clients(week),
        reason=reason,
        stages=[(stage, words(f"week-stage.{stage}")) for stage in STAGES],
        shown=_shown,
    )


@router.get("/week/{week}/week.csv")
def spreadsheet(request: Request, _: Viewer, ops: Ops, week: str, client: Number = None) -> Response:
    """Everything of the board, for a spreadsheet, in the language of the person."""
    _days(week)
    lateness = _lateness(ops, week)
    found = ops.of(Weeks).board(week, lateness=lateness, client=client or None, most=EVERYTHING)
    content = week_csv(found, words_of(request))
    return download(content, csv_file.TYPE, f"loonbrug-{week}.csv")


def _shown(stages: Stages) -> dict[str, object]:
    """The hours of each stage, and under ``missing`` those that have not come so far."""
    hours: dict[str, object] = {stage: getattr(stages, stage) for stage in STAGES}
    return hours | {"missing": stages.differences}


def _lateness(ops: Console, week: str) -> Lateness:
    """From when on decisions about the hours of a week are late, as they are on its report."""
    plan = ops.cutoff_plan
    return ops.budgets.lateness(near=plan is not None and plan.is_near(week, datetime.now(UTC)))


def coming_week(ops: Console) -> str:
    """The week whose pay run comes next; last week when nobody set a cut-off."""
    now = datetime.now(UTC)
    if plan := ops.cutoff_plan:
        return next_cutoff(now, plan.rule, plan.is_holiday).week
    return week_of(now.astimezone(AMSTERDAM).date() - timedelta(weeks=1))


def download(content: bytes, kind: str, name: str) -> Response:
    """A file to keep; nobody keeps a copy on the way."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=kind, headers=headers)


def _days(week: str) -> tuple[date, date]:
    try:
        return days_of(week)
    except ValueError:
        raise NotFound(Message("no-such.week")) from None
