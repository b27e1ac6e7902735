"""Is the process alive, and is everything up. Without a key: for whoever watches over the processes."""

from __future__ import annotations

from typing import Literal

import anyio
from anyio import to_thread
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from domain.message import Message
from web.api.fields import ProblemDocument
from web.problems import as_response, json_response, problem
from web.services import Provided, WebServices

router = APIRouter(tags=["health"])

PATIENCE = 5.0
"""Seconds for the database to answer. One that stands still would keep whoever asks waiting for ever."""


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """Everything is up."""

    status: Literal["ready"] = "ready"


@router.get("/healthz", summary="Is the process alive")
def healthz() -> Alive:
    """Says nothing about anything but this process."""
    return Alive()


@router.get(
    "/readyz",
    response_model=Ready,
    responses={503: {"model": ProblemDocument, "description": "`missing` lists what is not up"}},
    summary="Is everything up",
)
async def readyz(request: Request, services: Provided) -> Response:
    """200 when the database, every flow, a worker and AFAS are there; otherwise 503 with what is missing."""
    missing = [Message("not-ready.database")]
    with anyio.move_on_after(PATIENCE):
        missing = await to_thread.run_sync(_missing, services, abandon_on_cancel=True)
    if missing:
        return as_response(request, problem(503, "not-ready", missing=[each.to_json() for each in missing]))
    return json_response(200, Ready().model_dump())


def _missing(services: WebServices) -> list[Message]:
    try:
        return services.readiness.missing(services.environment, services.flows)
    except services.store_errors:
        return [Message("not-ready.database")]
