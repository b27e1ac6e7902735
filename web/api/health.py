"""Is the process alive, and is everything up. Without a key: for whoever watches over the processes."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from web.api.fields import ProblemDocument
from web.problems import json_response, problem
from web.services import Provided

router = APIRouter(tags=["health"])


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
def readyz(services: Provided) -> Response:
    """200 when the database, every flow, a worker and AFAS are there; otherwise 503 with what is missing."""
    try:
        missing = services.readiness.missing(services.environment, services.flows)
    except services.store_errors:
        missing = ["the database does not answer"]
    if missing:
        return json_response(503, problem(503, "not-ready", "Not everything is up", missing=missing))
    return json_response(200, Ready().model_dump())
