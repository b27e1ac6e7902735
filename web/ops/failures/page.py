"""Failures: by cause first, then the victims of one cause."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from connectors.store.failures.failures import MOST_AT_ONCE, Failures
from connectors.store.failures.replay_reads import ReplayReads
from connectors.store.outbox.history import UpdateHistory
from domain.errors import NotFound
from domain.message import Message
from domain.outbox.update import UpdateKind
from mappings.connectors import connectors
from web.ops.access.access import Viewer
from web.ops.console import Ops
from web.ops.failures.form import FailuresForm
from web.ops.shell import page

router = APIRouter()

PAGE = 50
Cause = Annotated[str, Path(pattern=r"^[0-9a-f]{12}$")]


@router.get("/failures")
def failures(request: Request, _: Viewer, ops: Ops, asked: Annotated[FailuresForm, Query()]) -> Response:
    """Updates and rows that failed, one line per cause."""
    reads, wanted = ops.of(Failures), asked.wanted()
    return page(
        request,
        "failures/failures.html",
        asked=asked,
        groups=reads.groups(wanted),
        row_groups=reads.row_groups(wanted),
        ended=ops.of(UpdateHistory).named(asked.text.strip()) if asked.text.strip() else [],
        waiting=ops.of(ReplayReads).latest(waiting=True, limit=10),
        kinds=[kind.value for kind in UpdateKind],
        flows=ops.flows,
        connectors=connectors(),
    )


@router.get("/failures/causes/{cause}")
def one_cause(
    request: Request, cause: Cause, _: Viewer, ops: Ops, asked: Annotated[FailuresForm, Query()]
) -> Response:
    """The victims of one cause. Raises NotFound when there are none any more."""
    reads, wanted = ops.of(Failures), asked.wanted(cause)
    group = reads.group(cause)
    if group is None:
        raise NotFound(Message("no-such.cause"))
    narrowed = next(iter(reads.row_groups(wanted, 1) if group.rows else reads.groups(wanted, 1)), None)
    listed = reads.rows if group.rows else reads.updates
    found = listed(wanted, after=asked.after, limit=PAGE + 1)
    return page(
        request,
        "failures/cause.html",
        asked=asked,
        group=group,
        count=narrowed.count if narrowed else 0,
        found=found[:PAGE],
        next=found[PAGE - 1].id if len(found) > PAGE else None,
        most=MOST_AT_ONCE,
    )
