"""What to do about an alert: its runbook, as it is written, since mails and webhooks lead here."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response

from domain.alert import KINDS
from domain.errors import NotFound
from web.ops.access import SignedIn
from web.ops.shell import page

router = APIRouter()

RUNBOOKS = Path(__file__).parents[3] / "docs" / "ops" / "runbooks"


@router.get("/runbooks/{name}")
def runbook(request: Request, _: SignedIn, name: str) -> Response:
    """The runbook of one alert. Only names of alerts are looked up, so no other file can be asked for."""
    file = RUNBOOKS / f"{name}.md"
    if name not in KINDS or not file.is_file():
        raise NotFound("no such runbook")
    return page(request, "runbook.html", name=name, text=file.read_text("utf-8"))
