"""Now: one look tells whether all is well."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from connectors.store.overview import Overview
from web.ops.access import Viewer
from web.ops.console import Ops
from web.ops.shell import page

router = APIRouter()


@router.get("/")
def now(request: Request, _: Viewer, ops: Ops) -> Response:
    """The first page."""
    overview = ops.of(Overview)
    return page(request, "now.html", flows=overview.flows(ops.flows), outbox=overview.outbox())
