"""Declarations: what a worker did for a client in a week, to be approved or rejected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from domain.declarations.declaration import DeclarationStatus
from domain.errors import NotFound
from domain.message import Message
from sync.decisions.answer_once import IdempotentRequest, reserve
from sync.decisions.decide import Approval, Rejection, approve, reject
from web.api.fields import (
    CHANGES,
    READS,
    Body,
    ClaimNumber,
    ClientId,
    ClientRef,
    ContactId,
    Decimal,
    Delivery,
    Line,
    Text,
    Version,
    Week,
    WorkerRef,
)
from web.api.idempotency import ChangeRequest, Changing, DecisionAnswer
from web.api.worded import Spoken, worded, wording
from web.paging import Items, Paged, read_page
from web.problems import json_response, spoken
from web.requests.auth import Reader
from web.services import Provided

router = APIRouter(prefix="/v1/declarations", tags=["declarations"])


class PlacementRef(BaseModel):
    """Where the worker works."""

    placement: str
    job: str | None
    job_description: str | None


class Declaration(BaseModel):
    """One worker's hours for one client in one period."""

    number: str = Field(examples=["000000000005.01"])
    status: DeclarationStatus
    version: str = Field(description="Names the content that is shown; an approval covers this content only")
    client: ClientRef | None
    worker: WorkerRef | None
    placement: PlacementRef | None
    agreement: str | None
    contact: int | None = Field(description="The contact who may approve or reject")
    week: str = Field(examples=["2026-W47"])
    period_start: date
    period_end: date
    hours: Decimal
    line_count: int
    cost_centre: str | None
    reference: str | None
    cost_centre_required: bool = Field(description="An approval must name the cost centre")
    kind: Literal["normal", "correction", "reversal"]
    missing: list[str] = Field(description="Why an open declaration is not offered for approval")
    changed_at: datetime
    delivery: Delivery | None = Field(description="How far the newest decision is on its way to AFAS")


class HourLine(BaseModel):
    """One booked line. Times are wall-clock times."""

    line: int
    date: date
    item: str
    item_description: str | None
    hour_type: str | None
    quantity: Decimal
    unit: str = Field(examples=["uur"])
    start_time: str | None
    end_time: str | None
    break_time: str | None
    description: str | None


class HistoryEvent(BaseModel):
    """Something that happened to a declaration."""

    at: datetime
    event: str
    detail: str


class WholeDeclaration(Declaration):
    """A declaration with its lines and what happened to it."""

    lines: list[HourLine]
    history: list[HistoryEvent]


class DeclarationQuery(Paged):
    """Which declarations."""

    status: DeclarationStatus | None = None
    client: ClientId | None = None
    week: Week | None = None
    contact: Annotated[int | None, Field(ge=1, lt=2**63)] = None


class ApproveBody(Body):
    """Who approves which content."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"contact": 22834, "version": "4f1c...", "cost_centre": "K12"}]}
    )

    contact: ContactId
    version: Version
    cost_centre: Annotated[Line | None, Field(max_length=30)] = None
    reference: Annotated[Line | None, Field(max_length=100)] = None

    def approval(self, number: str) -> Approval:
        """In the words of the flow; an empty text is no text."""
        return Approval(number, self.contact, self.version, self.cost_centre or None, self.reference or None)


class RejectBody(Body):
    """Who rejects which content, and why; the worker reads the reason."""

    contact: ContactId
    version: Version
    reason: Annotated[Text, Field(min_length=1, max_length=2000)]


class ApproveItem(ApproveBody):
    """One of many approvals."""

    number: Annotated[Line, Field(min_length=1, max_length=80)]


class ApproveMany(Body):
    """Up to 200 approvals; each stands or falls by itself."""

    items: Annotated[list[ApproveItem], Field(min_length=1, max_length=200)]


class ItemResult(BaseModel):
    """What became of one approval: ``status`` and ``answer`` as the single call would have given them."""

    number: str
    status: int
    answer: dict[str, object]


class ManyResults(BaseModel):
    """What became of the approvals, in the order of the request."""

    approved: int
    refused: int
    results: list[ItemResult]


@router.get("", response_model=Items[Declaration], responses=READS, summary="List declarations")
def list_declarations(
    query: Annotated[DeclarationQuery, Query()], caller: Reader, services: Provided, words: Spoken
) -> object:
    """Declarations in the order of their number, by status, client, week and contact."""
    return read_page(wording(services.reads.declarations, words), caller, query, "number", str)


@router.post("/approve", response_model=ManyResults, responses=CHANGES, summary="Approve many")
def approve_many(body: ApproveMany, change: Changing) -> Response:
    """Each approval is a transaction of its own.

    Repeat the request with its key when no answer came: what was done is not done again.
    """
    asked = replace(change.asked(body.model_dump()), patient=True)
    reserve(change.services.open_work, asked)
    results = [_one_of_many(change, asked, index, item) for index, item in enumerate(body.items)]
    approved = sum(result["status"] == 200 for result in results)
    return json_response(200, {"approved": approved, "refused": len(results) - approved, "results": results})


def _one_of_many(
    change: ChangeRequest, asked: IdempotentRequest, index: int, item: ApproveItem
) -> dict[str, object]:
    part = replace(asked, key=f"{asked.key}#{index}" if asked.key else None)
    approval = item.approval(item.number)
    given = change.carry_out(part, lambda work: approve(work, change.caller, approval))
    return {"number": item.number, "status": given.status, "answer": spoken(given.body, change.words)}


@router.get("/{number}", response_model=WholeDeclaration, responses=READS, summary="One declaration")
def one_declaration(number: ClaimNumber, caller: Reader, services: Provided, words: Spoken) -> object:
    """One declaration with its lines and history."""
    declaration = services.reads.declaration(caller, number)
    if declaration is None:
        raise NotFound(Message("no-such.declaration"))
    return worded(declaration, words)


@router.post("/{number}/approve", response_model=DecisionAnswer, responses=CHANGES, summary="Approve")
def approve_one(
    number: ClaimNumber,
    body: ApproveBody,
    change: Changing,
) -> Response:
    """Approve the content that was shown. 409 with the new `version` when it changed meanwhile."""
    return change.respond(body.model_dump(), lambda work: approve(work, change.caller, body.approval(number)))


@router.post("/{number}/reject", response_model=DecisionAnswer, responses=CHANGES, summary="Reject")
def reject_one(
    number: ClaimNumber,
    body: RejectBody,
    change: Changing,
) -> Response:
    """Reject the content that was shown, with a reason."""
    rejection = Rejection(number, body.contact, body.version, body.reason)
    return change.respond(body.model_dump(), lambda work: reject(work, change.caller, rejection))
