"""One update: its whole life, and what a person may do about it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from connectors.store.failures.edits import EditRepository
from connectors.store.failures.failures import Failures
from connectors.store.failures.replay_reads import ReplayReads
from connectors.store.outbox.history import UpdateHistory
from domain.access.person import Person, Role
from domain.errors import Incomplete, NotFound
from domain.failures.cause import fingerprint
from domain.failures.edit import EDITS, FIELDS, NEVER_PERSONAL, edits_of, why_not
from domain.message import Message
from domain.outbox.delivery import UpdateView
from domain.outbox.update import FAILED, UpdateState
from sync.failures import edit
from web.ops.access.access import Fields, Operator, Viewer, actor
from web.ops.access.sign_in_page import text
from web.ops.console import Console, Ops
from web.ops.failures.replays_page import replays_of
from web.ops.shell import page

router = APIRouter()

UpdateId = Annotated[int, Path(ge=1, le=2**63 - 1)]
_OPEN = NEVER_PERSONAL | frozenset(
    ("claim", "item", "client", "who", "employee", "person", "organisation", "file")
)
"""Fields whose values anybody at the console may see; the others only who may replay."""
_REPLAYABLE = (UpdateState.PARKED, UpdateState.UNCLEAR, UpdateState.READY)


@router.get("/failures/updates/{update}")
def one_update(request: Request, update: UpdateId, person: Viewer, ops: Ops) -> Response:
    """Everything about an update. Raises NotFound."""
    return _shown(request, ops, update, person)


@router.post("/failures/updates/{update}/edit")
def put_right(request: Request, update: UpdateId, person: Operator, ops: Ops, fields: Fields) -> Response:
    """Put values right; then on to the plan of its replay."""
    known = _standing(ops, update).update
    typed = {
        name: text(fields, name).replace("\r\n", "\n")[:5000] for name in FIELDS[known.kind] if name in fields
    }
    changed = {
        name: value for name, value in typed.items() if value.strip() != _as_text(known.payload.get(name))
    }
    try:
        edit.edit(ops.of(EditRepository), update, changed, actor(person), text(fields, "why"))
    except Incomplete as fault:
        return _shown(request, ops, update, person, typed=typed, fault=fault, status=422)
    replay = replays_of(ops).ask([update], actor(person))
    ops.wake.replay(replay)
    return RedirectResponse(f"/ops/failures/replays/{replay}", 303)


@router.post("/failures/updates/{update}/cancel")
def cancel(
    update: UpdateId, person: Operator, ops: Ops, reason: Annotated[str, Form(max_length=500)] = ""
) -> Response:
    """It is not owed any more."""
    edit.cancel(ops.of(EditRepository), ops.wake, update, actor(person), reason)
    return RedirectResponse(f"/ops/failures/updates/{update}", 303)


def _shown(
    request: Request,
    ops: Console,
    update: int,
    person: Person,
    *,
    typed: dict[str, str] | None = None,
    fault: Incomplete | None = None,
    status: int = 200,
) -> Response:
    standing, life = _standing(ops, update), ops.of(UpdateHistory)
    known = standing.update
    failing = known.state in FAILED
    cause = fingerprint(known.kind, standing.reason) if failing else None
    group = ops.of(Failures).group(cause) if cause else None
    values = {name: _as_text(known.payload.get(name)) for name in FIELDS[known.kind]}
    return page(
        request,
        "outbox/update.html",
        status=status,
        standing=standing,
        update=known,
        facts=[(name, value, name in _OPEN) for name, value in known.payload.items() if name != EDITS],
        edits=[
            edit | {"at": datetime.fromisoformat(edit["at"])}
            for edit in edits_of(known, personal=person.role.may(Role.OPERATOR))
        ],
        decision=life.decision(update),
        declaration=life.declaration(known.subject),
        neighbours=life.neighbours(update, known.subject),
        more=life.more(update),
        replays=ops.of(ReplayReads).of_update(update),
        alike=group.count - 1 if group else 0,
        cause=cause,
        replayable=known.state in _REPLAYABLE,
        not_editable=why_not(known),
        values=values | (typed or {}),
        fault=fault,
    )


def _standing(ops: Console, update: int) -> UpdateView:
    standing = ops.of(UpdateHistory).standing(update)
    if standing is None:
        raise NotFound(Message("no-such.update", {"update": update}))
    return standing


def _as_text(value: object) -> str:
    return "" if value is None else str(value)
