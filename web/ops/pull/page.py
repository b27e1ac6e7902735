"""Flows: how every flow in stands, its runs, and what a person may do about it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import StringConstraints

from connectors.store.outbox.operations import OutboxOperations
from connectors.store.pull.run_reads import ConsoleRuns, FlowDetail, RunDetail
from connectors.store.pull.runs import RunRepository
from connectors.store.running.control import Control
from connectors.store.running.overview import Overview
from connectors.store.watch.now import ConsoleNow
from domain.errors import NotFound, Refused
from domain.message import Message
from domain.outbox.delivery import Mode
from domain.outbox.update import UpdateKind
from domain.pull.run import RunKind
from web.ops.access.access import ConfirmedAdministrator, Operator, Viewer, actor
from web.ops.console import Console, Ops
from web.ops.pull.late import late_flows
from web.ops.shell import page

router = APIRouter()

RUNS = 50
_BIGGEST = 2**63 - 1
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Form()]
RunId = Annotated[int, Path(ge=1, le=_BIGGEST)]
Before = Annotated[int | None, Query(ge=1, le=_BIGGEST)]


@router.get("/flows")
def flows(request: Request, _: Viewer, ops: Ops) -> Response:
    """All flows with their last run, and the switches for everything."""
    resting = {each.kind: each for each in ops.of(ConsoleNow).resting_kinds()}
    shown = ops.of(Overview).flows(ops.flows)
    return page(
        request,
        "pull/flows.html",
        flows=shown,
        late=late_flows(shown, ops.intervals),
        kinds=[(kind.value, resting.get(kind.value)) for kind in UpdateKind],
        modes=[mode.value for mode in Mode],
    )


@router.get("/flows/{flow}")
def one_flow(request: Request, flow: str, _: Viewer, ops: Ops, before: Before = None) -> Response:
    """A flow and its runs, the newest first."""
    _known(ops, flow)
    reads = ops.of(ConsoleRuns)
    runs = reads.runs(flow, before=before, limit=RUNS + 1)
    return page(
        request,
        "pull/flow.html",
        flow=flow,
        stands=reads.flow(flow),
        open=reads.open_run(flow),
        runs=runs[:RUNS],
        older=runs[RUNS - 1].id if len(runs) > RUNS else None,
        interval=ops.intervals.get(flow),
    )


@router.get("/flows/{flow}/runs/{run}")
def one_run(request: Request, flow: str, run: RunId, _: Viewer, ops: Ops) -> Response:
    """A run: how far it is while it goes on, what came of it when it ended.

    ``said`` in the query: the state that the page shows already; a screen reader is told only of another.
    """
    reads = ops.of(ConsoleRuns)
    shown, stands = reads.run(run), reads.flow(flow)
    if shown is None or shown.flow != flow:
        raise NotFound(Message("no-such.run", {"run": run, "flow": flow}))
    said, share = request.query_params.get("said", ""), _share(shown, stands)
    return page(request, "pull/run.html", flow=flow, run=shown, stands=stands, share=share, said=said)


@router.post("/flows/{flow}/pull")
def pull(flow: str, person: Operator, ops: Ops, kind: Annotated[RunKind, Form()]) -> Response:
    """Make a run due now, or go to the one that is under way."""
    _known(ops, flow)
    run = ops.of(RunRepository).want(flow, kind)
    if run is None:
        waiting = ops.of(ConsoleRuns).open_run(flow)
        if waiting is None:
            raise Refused(Message("refused.ended-just-now"))
        run = waiting.id
    else:
        ops.of(ConsoleRuns).note_pull(flow, kind.value, run, actor(person))
        ops.wake.pull(run)
    return RedirectResponse(f"/ops/flows/{flow}/runs/{run}", 303)


@router.post("/flows/{flow}/pause")
def pause(flow: str, person: Operator, ops: Ops, reason: Reason) -> Response:
    """Read this flow no more until somebody resumes it."""
    _known(ops, flow)
    ops.of(Control).pause_flow(flow, reason, by=actor(person))
    return RedirectResponse(f"/ops/flows/{flow}", 303)


@router.post("/flows/{flow}/resume")
def resume(flow: str, person: Operator, ops: Ops) -> Response:
    """Read this flow again, at once."""
    _known(ops, flow)
    ops.of(Control).resume_flow(flow, by=actor(person))
    return RedirectResponse(f"/ops/flows/{flow}", 303)


@router.post("/switches/pause")
def pause_everything(person: Operator, ops: Ops, reason: Reason) -> Response:
    """Begin nothing until somebody resumes."""
    ops.of(Control).pause(reason, by=actor(person))
    return RedirectResponse("/ops/flows", 303)


@router.post("/switches/resume")
def resume_everything(person: Operator, ops: Ops) -> Response:
    """End the pause, whoever began it."""
    ops.of(Control).resume(by=actor(person))
    return RedirectResponse("/ops/flows", 303)


@router.post("/switches/kind")
def switch_kind(
    person: Operator, ops: Ops, kind: Annotated[UpdateKind, Form()], reason: Annotated[str, Form()] = ""
) -> Response:
    """Let a kind of update rest, with a reason; without one let it go on."""
    outbox = ops.of(OutboxOperations)
    if reason.strip():
        outbox.rest_kind(kind, reason.strip()[:200], by=actor(person))
    else:
        outbox.wake_kind(kind, by=actor(person))
    return RedirectResponse("/ops/flows", 303)


@router.post("/switches/mode")
def set_mode(person: ConfirmedAdministrator, ops: Ops, mode: Annotated[Mode, Form()]) -> Response:
    """What may be written to AFAS."""
    ops.of(OutboxOperations).set_mode(mode, by=actor(person))
    return RedirectResponse("/ops/flows", 303)


def _known(ops: Console, flow: str) -> None:
    if flow not in ops.flows:
        raise NotFound(Message("no-such.flow"))


def _share(run: RunDetail, stands: FlowDetail | None) -> float | None:
    """How much of a full run is done, as far as can be told from what is known: 0 to 0.99; None: no idea."""
    known = stands.row_estimate if stands else 0
    if run.kind != RunKind.FULL or run.state != "running" or not known:
        return None
    return min(0.99, run.read / known)
