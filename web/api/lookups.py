"""What a client can look up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from web.api.fields import READS, ClientId, Decimal, Week, WorkerRef
from web.paging import Items, Paged, read_page
from web.requests.auth import Reader
from web.services import Provided

router = APIRouter(prefix="/v1", tags=["looking up"])


class Agreement(BaseModel):
    """A customer agreement."""

    agreement: str
    client: str
    description: str
    start_date: date | None
    end_date: date | None
    closed: bool
    changed_at: datetime


class Invoice(BaseModel):
    """An invoice; amounts include VAT."""

    invoice: str
    client: str
    invoice_date: date
    due_date: date
    amount: Decimal
    balance: Decimal = Field(description="What is still to be paid")
    currency: str
    open: bool
    changed_at: datetime


class Leave(BaseModel):
    """Leave of a worker, not of which kind: that is between the worker and the employer."""

    leave: int
    worker: WorkerRef
    start_date: date
    end_date: date | None = Field(description="The last day; null while that is not known")
    hours: Decimal
    approved: bool
    changed_at: datetime


class AgreementQuery(Paged):
    """Whose agreements."""

    client: ClientId | None = None


class InvoiceQuery(AgreementQuery):
    """Whose invoices; ``open``: only those with, or without, something to pay."""

    open: bool | None = None


class LeaveQuery(AgreementQuery):
    """Leave on a day of ``week``, of workers who are placed with ``client`` then."""

    week: Week | None = None


@router.get("/agreements", response_model=Items[Agreement], responses=READS, summary="List agreements")
def list_agreements(query: Annotated[AgreementQuery, Query()], caller: Reader, services: Provided) -> object:
    """Agreements in the order of their number."""
    return read_page(services.reads.listed("agreements"), caller, query, "agreement", str)


@router.get("/invoices", response_model=Items[Invoice], responses=READS, summary="List invoices")
def list_invoices(query: Annotated[InvoiceQuery, Query()], caller: Reader, services: Provided) -> object:
    """Invoices in the order of their number, paid ones included."""
    return read_page(services.reads.listed("invoices"), caller, query, "invoice", str)


@router.get("/leave", response_model=Items[Leave], responses=READS, summary="List leave")
def list_leave(query: Annotated[LeaveQuery, Query()], caller: Reader, services: Provided) -> object:
    """Leave in the order of its number; a client's own workers' only, while they are placed there."""
    return read_page(services.reads.listed("leave"), caller, query, "leave", int)
