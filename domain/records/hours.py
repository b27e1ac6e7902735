"""Hours booked in Pocket, and the claims (*declaraties*) that AFAS makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class HourLine:
    """One line (*nacalculatieregel*): ``quantity`` in ``unit`` (``uur``, ``km``, ``stuk``) on one date.

    ``claim`` is None until the worker submits the week. ``start_time`` and the like are wall-clock texts.
    """

    line: int
    date: date
    year: int
    period: int
    employee: str
    placement: str | None
    agreement: str | None
    client: str | None
    claim: str | None
    item_type: str
    item: str
    item_description: str | None
    hour_type: str | None
    quantity: Decimal
    unit: str
    start_time: str | None
    end_time: str | None
    break_time: str | None
    description: str | None
    cost_centre: str | None
    reference: str | None
    finished: bool
    agreed: bool
    rejected: bool
    approved_externally: bool
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class DeletedLine:
    """A line that AFAS deleted for good (*verwijderde nacalculatie*)."""

    line: int
    deleted_at: datetime


class ClaimKind(StrEnum):
    """*Soort declaratie*."""

    NORMAL = "normal"
    CORRECTION = "correction"
    REVERSAL = "reversal"


class ClaimStatus(StrEnum):
    """The delivered statuses of the claim workflow (dossier type -104)."""

    TO_JUDGE = "to-judge"
    BELOW_MINIMUM_WAGE = "below-minimum-wage"
    APPROVED_EXTERNALLY = "approved-externally"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Claim:
    """One version of a claim: a placement's hours of a period. ``claim`` ends in the version (``.01``)."""

    claim: str
    kind: ClaimKind
    year: int
    period: int
    period_start: date
    period_end: date
    placement: str
    employee: str
    agreement: str
    client: str
    cost_centre: str | None
    reference: str | None
    subject: int
    workflow_status: ClaimStatus
    approved_externally: bool
    approved_by: int | None
    approved_at: datetime | None
    approved_internally: bool
    processed: bool
    paid: bool
    paid_at: datetime | None
    invoiced: bool
    total_hours: Decimal
    created_at: datetime
    changed_at: datetime
