"""Replays: the plan, the deed with its progress, the result per update."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from connectors.store.failures.failures import Failures
from connectors.store.failures.replay_reads import ReplayReads
from connectors.store.failures.replays import ReplayRepository
from domain.access.person import Role
from domain.audit.entry import person_of
from domain.failures.replay import ReplayState
from web.ops.access.access import Approver, Operator, Viewer, actor
from web.ops.console import Console, Ops
from web.ops.failures.form import FailuresForm
from web.ops.shell import page

router = APIRouter()

PAGE = 50
ReplayId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Hash = Annotated[str, Form(pattern=r"^[0-9a-f]{64}$")]
_MOVING = (ReplayState.PLANNING, ReplayState.RUNNING)


class ReplayItemsQuery(BaseModel):
    """Which updates of a replay to list: those behind an id, with that plan, with that outcome."""

    after: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    prospect: Annotated[str, Field(max_length=20, pattern=r"^[a-z-]*$")] = ""
    outcome: Annotated[str, Field(max_length=20, pattern=r"^[a-z-]*$")] = ""


@router.get("/failures/replays")
def replays(request: Request, _: Viewer, ops: Ops) -> Response:
    """The latest replays."""
    return page(request, "failures/replays.html", replays=ops.of(ReplayReads).latest())


@router.post("/failures/replays")
def plan(
    person: Operator,
    ops: Ops,
    asked: Annotated[FailuresForm, Query()],
    update: Annotated[list[int] | None, Form()] = None,
    cause: Annotated[str | None, Form(pattern=r"^[0-9a-f]{12}$")] = None,
) -> Response:
    """Want a plan for the updates that were ticked, or for all of a cause."""
    chosen = update or (ops.of(Failures).update_ids(asked.wanted(cause)) if cause else [])
    replay = replays_of(ops).ask(chosen, actor(person), None if update else cause)
    ops.wake.replay(replay)
    return RedirectResponse(f"/ops/failures/replays/{replay}", 303)


@router.get("/failures/replays/{replay}")
def one_replay(
    request: Request,
    replay: ReplayId,
    person: Viewer,
    ops: Ops,
    part: Annotated[ReplayItemsQuery, Query()],
) -> Response:
    """The plan while it is made, what it says, and what became of it."""
    known, reads = replays_of(ops).show(replay), ops.of(ReplayReads)
    progress = reads.progress(replay)
    items = reads.items(replay, limit=PAGE + 1, **part.model_dump())
    moving = known.state in _MOVING or (known.state is ReplayState.DONE and progress.under_way > 0)
    first = person_of(actor(person)) in {person_of(by) for by in (known.asked_by, known.begun_by) if by}
    return page(
        request,
        "failures/replay.html",
        replay=known,
        progress=progress,
        items=items[:PAGE],
        next=items[PAGE - 1].update if len(items) > PAGE else None,
        prospect=part.prospect,
        outcome=part.outcome,
        after=part.after,
        moving=moving,
        may_agree=person.role.may(Role.APPROVER) and not first,
        first=first,
    )


@router.post("/failures/replays/{replay}/begin")
def begin(
    replay: ReplayId,
    person: Operator,
    ops: Ops,
    plan: Hash,
    reason: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Do what was planned, if that is still the plan."""
    replays_of(ops).begin(replay, plan, actor(person), reason.strip())
    return _back(ops, replay)


@router.post("/failures/replays/{replay}/agree")
def agree(replay: ReplayId, person: Approver, ops: Ops, plan: Hash) -> Response:
    """The second person, an approver, agrees."""
    replays_of(ops).agree(replay, plan, actor(person))
    return _back(ops, replay)


@router.post("/failures/replays/{replay}/drop")
def drop(replay: ReplayId, person: Operator, ops: Ops) -> Response:
    """Nobody wants it any more."""
    replays_of(ops).drop(replay, actor(person))
    return _back(ops, replay)


def replays_of(ops: Console) -> ReplayRepository:
    """The replays, with the setting for a second person."""
    return ReplayRepository(ops.database, ops.environment, second_person_from=ops.second_person_from)


def _back(ops: Console, replay: int) -> Response:
    ops.wake.replay(replay)
    return RedirectResponse(f"/ops/failures/replays/{replay}", 303)
