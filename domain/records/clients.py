"""Clients (*opdrachtgevers*), who speaks for them, and what was agreed with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum


@dataclass(frozen=True, slots=True)
class Client:
    """A sales relation (*verkooprelatie*); ``client`` is the debtor number."""

    client: str
    organisation: str
    name: str
    chamber_of_commerce: str | None
    email: str | None
    phone: str | None
    blocked: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at a client who approves declarations or signs documents."""

    contact: int
    client: str
    organisation: str
    person: str
    name: str
    job_title: str | None
    email: str | None
    mobile: str | None
    mobile_private: str | None
    blocked: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Agreement:
    """A customer agreement (*klantovereenkomst*)."""

    agreement: str
    client: str
    description: str
    start_date: date | None
    end_date: date | None
    closed: bool
    changed_at: datetime


class CostCentreRule(IntEnum):
    """Who fills in the cost centre of a declaration (AFAS: VaCc on the placement line)."""

    NOT_APPLICABLE = 0
    WORKER_CLIENT_MAY_CHANGE = 1
    WORKER = 2
    CLIENT = 3
    FROM_PLACEMENT = 4


@dataclass(frozen=True, slots=True)
class Placement:
    """Which worker works where, under which agreement (*plaatsing*), with the line valid today."""

    placement: str
    employee: str
    agreement: str
    client: str
    job: str
    job_description: str | None
    start_date: date
    end_date: date | None
    claim_contact: int | None
    signature_contact: int | None
    account_manager: str | None
    cost_centre: str | None
    cost_centre_rule: CostCentreRule
    target_hours: Decimal | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Invoice:
    """A sales invoice (*verkoopfactuur*), paid ones included; amounts include VAT."""

    invoice: str
    client: str
    invoice_date: date
    due_date: date
    amount: Decimal
    balance: Decimal
    currency: str
    subject: int | None
    changed_at: datetime
