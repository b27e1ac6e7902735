"""Rows of AFAS that could not be read: one of them, and trying again after a fix."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, Response
from pydantic import BaseModel, Field

from connectors.store.failures.failures import Failures
from connectors.store.pull.parked import ParkedRepository
from connectors.store.running.overview import Overview
from domain.errors import NotFound, Refused
from domain.failures.cause import fingerprint
from domain.message import Message
from mappings.flows import FLOWS
from mappings.outbox.masking import masked_row
from sync.pull.retry import retry_parked
from web.ops.access.access import Operator, Viewer, actor
from web.ops.console import Ops
from web.ops.failures.form import FailuresForm
from web.ops.shell import page

router = APIRouter()

RowId = Annotated[int, Path(ge=1, le=2**63 - 1)]
MOST = 1000
"""Rows that are tried again in one request; the others stay for the next."""


class Chosen(BaseModel):
    """Rows that were ticked, or a cause with all its rows."""

    row: list[int] | None = None
    cause: Annotated[str | None, Field(pattern=r"^[0-9a-f]{12}$")] = None


@router.get("/failures/rows/{row}")
def one_row(request: Request, row: RowId, _: Viewer, ops: Ops) -> Response:
    """A parked row without what is personal in it. Raises NotFound."""
    found = ops.of(Overview).parked_row(row)
    if found is None:
        raise NotFound(Message("no-such.row", {"row": row}))
    flow = FLOWS.get(found.flow)
    return page(
        request,
        "pull/parked_row.html",
        row=found,
        connector=flow.connector if flow else "",
        values=masked_row(found.row, (*flow.key, *flow.changed) if flow else ()),
        cause=fingerprint(f"flow:{found.flow}", found.reason),
    )


@router.post("/failures/rows/retry")
def retry(
    request: Request,
    person: Operator,
    ops: Ops,
    asked: Annotated[FailuresForm, Query()],
    chosen: Annotated[Chosen, Form()],
) -> Response:
    """Read the rows that were ticked, or all of a cause, again."""
    found = ops.of(Failures).row_ids(asked.wanted(chosen.cause)) if chosen.cause else []
    wanted = chosen.row or found
    if not wanted:
        raise Refused(Message("refused.nothing-to-try"))
    rows = ParkedRepository(ops.database, ops.environment, by=actor(person))
    tried = retry_parked(rows, FLOWS, wanted[:MOST])
    if any(each.reason is None for each in tried):
        ops.wake.derive(ops.environment)
    return page(request, "pull/rows_retried.html", tried=tried, left=max(0, len(wanted) - MOST))
