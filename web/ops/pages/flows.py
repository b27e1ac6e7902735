"""Flows: how every flow in stands, and what a person may do about it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from connectors.store.overview import Overview
from web.ops.access import Viewer
from web.ops.console import Ops
from web.ops.shell import page

router = APIRouter()


@router.get("/flows")
def flows(request: Request, _: Viewer, ops: Ops) -> Response:
    """All flows with their last run."""
    return page(request, "flows.html", flows=ops.of(Overview).flows(ops.flows))
