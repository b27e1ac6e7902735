"""What a client can look up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from web.api.fields import READS, ClientId, Decimal
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


class AgreementQuery(Paged):
    """Whose agreements."""

    client: ClientId | None = None


class InvoiceQuery(AgreementQuery):
    """Whose invoices; ``open``: only those with, or without, something to pay."""

    open: bool | None = None


@router.get("/agreements", response_model=Items[Agreement], responses=READS, summary="List agreements")
def list_agreements(query: Annotated[AgreementQuery, Query()], caller: Reader, services: Provided) -> object:
    """Agreements in the order of their number."""
    return read_page(services.reads.listed("agreements"), caller, query, "agreement", str)


@router.get("/invoices", response_model=Items[Invoice], responses=READS, summary="List invoices")
def list_invoices(query: Annotated[InvoiceQuery, Query()], caller: Reader, services: Provided) -> object:
    """Invoices in the order of their number, paid ones included."""
    return read_page(services.reads.listed("invoices"), caller, query, "invoice", str)
