"""The declaration: what a client sees and approves, made whole out of claim, lines and placement."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from domain.calendar import monday_of, week_of
from domain.decimals import plain
from domain.records.clients import Contact, CostCentreRule, Placement
from domain.records.hours import Claim, ClaimKind, ClaimStatus, HourLine

HOUR_UNIT = "uur"
"""AFAS's unit code for hours; kilometres and pieces do not count towards the total."""


class DeclarationStatus(StrEnum):
    """Where a declaration stands, in the portal's words."""

    OPEN = "open"
    TO_APPROVE = "to-approve"
    APPROVED = "approved"
    REJECTED = "rejected"
    PROCESSED = "processed"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Declaration:
    """One worker's hours for one client in one period.

    ``number`` is the claim number, or ``placement@2026-W47`` for hours that were not submitted yet.
    ``version`` names the content that was shown. ``missing`` says why it is not offered for approval.
    """

    number: str
    status: DeclarationStatus
    version: str
    client: str | None
    placement: str | None
    employee: str | None
    agreement: str | None
    contact: int | None
    week: str
    period_start: date
    period_end: date
    hours: Decimal
    lines: int
    cost_centre: str | None
    reference: str | None
    cost_centre_required: bool
    kind: ClaimKind
    subject: int | None
    missing: tuple[str, ...]
    changed_at: datetime
    in_afas: bool = True
    """False while the status is a decision of the portal that AFAS does not show yet."""


def hours_of(lines: Sequence[HourLine]) -> Decimal:
    """The hours among the lines; other units do not count."""
    return sum((line.quantity for line in lines if _is_hours(line)), Decimal(0))


def add_up(lines: Sequence[HourLine], total: Decimal) -> bool:
    """Whether the hours are that total, but for what AFAS rounds: half of the last decimal of each line.

    A line that shows fewer than two decimals was not rounded: a third of an hour is 0.33 at least.
    """
    rounding = sum((_rounding(line.quantity) for line in lines if _is_hours(line)), Decimal(0))
    return abs(hours_of(lines) - total) <= rounding


def content_version(claim: Claim, lines: Sequence[HourLine]) -> str:
    """The name of what the client approves: who, where, when, and every line (G4).

    Cost centre and reference are left out: the approval itself may set them.
    """
    content = [claim.claim, claim.placement, claim.employee, plain(claim.total_hours)]
    for line in sorted(lines, key=lambda each: each.line):
        content += [
            str(line.line),
            line.date.isoformat(),
            line.item,
            line.hour_type or "",
            plain(line.quantity),
        ]
        content += [line.unit, line.start_time or "", line.end_time or "", line.break_time or ""]
    return hashlib.sha256("\x1f".join(content).encode()).hexdigest()[:32]


def declare(
    claim: Claim,
    lines: Sequence[HourLine],
    placement: Placement | None,
    contact: Contact | None,
    *,
    withdrawn: bool,
) -> Declaration:
    """Make a claim's declaration. ``lines``: those that AFAS still shows; ``contact``: its claim contact."""
    missing = _missing(claim, lines, placement, contact)
    return Declaration(
        number=claim.claim,
        status=DeclarationStatus.WITHDRAWN if withdrawn else _status(claim, missing),
        version=content_version(claim, lines),
        client=claim.client,
        placement=claim.placement,
        employee=claim.employee,
        agreement=claim.agreement,
        contact=placement.claim_contact if placement else None,
        week=week_of(claim.period_start),
        period_start=claim.period_start,
        period_end=claim.period_end,
        hours=claim.total_hours,
        lines=len(lines),
        cost_centre=claim.cost_centre,
        reference=claim.reference,
        cost_centre_required=bool(placement and placement.cost_centre_rule is CostCentreRule.CLIENT),
        kind=claim.kind,
        subject=claim.subject,
        missing=missing,
        changed_at=max([claim.changed_at, *(line.changed_at for line in lines)]),
    )


def declare_open(number: str, lines: Sequence[HourLine], placement: Placement | None) -> Declaration:
    """Make the declaration of hours that were booked but not submitted; ``lines`` is not empty."""
    lines = sorted(lines, key=lambda line: (line.date, line.line))
    first = lines[0]
    monday = monday_of(first.date)
    content = "\x1f".join(f"{line.line}:{line.date}:{plain(line.quantity)}:{line.unit}" for line in lines)
    return Declaration(
        number=number,
        status=DeclarationStatus.OPEN,
        version=hashlib.sha256(content.encode()).hexdigest()[:32],
        client=first.client,
        placement=first.placement,
        employee=first.employee,
        agreement=first.agreement,
        contact=placement.claim_contact if placement else None,
        week=week_of(monday),
        period_start=monday,
        period_end=monday + timedelta(days=6),
        hours=hours_of(lines),
        lines=len(lines),
        cost_centre=first.cost_centre,
        reference=first.reference,
        cost_centre_required=False,
        kind=ClaimKind.NORMAL,
        subject=None,
        missing=("not-submitted",),
        changed_at=max(line.changed_at for line in lines),
    )


def is_submitted(number: str) -> bool:
    """Whether it is the number of a claim: its hours were submitted.

    >>> is_submitted("000000000005.01"), is_submitted("7@2026-W47")
    (True, False)
    """
    return "@" not in number


def _is_hours(line: HourLine) -> bool:
    return line.unit.lower() == HOUR_UNIT


def _rounding(quantity: Decimal) -> Decimal:
    exponent = quantity.normalize().as_tuple().exponent
    if not isinstance(exponent, int) or exponent > -2:
        return Decimal(0)
    return Decimal((0, (5,), exponent - 1))


def _missing(
    claim: Claim, lines: Sequence[HourLine], placement: Placement | None, contact: Contact | None
) -> tuple[str, ...]:
    return tuple(
        name
        for name, lacks in (
            ("placement-unknown", placement is None),
            ("contact-unknown", contact is None),
            ("contact-blocked", contact is not None and contact.blocked),
            ("hours-do-not-add-up", not add_up(lines, claim.total_hours)),
            ("below-minimum-wage", claim.workflow_status is ClaimStatus.BELOW_MINIMUM_WAGE),
        )
        if lacks
    )


def _status(claim: Claim, missing: tuple[str, ...]) -> DeclarationStatus:
    if claim.paid:
        return DeclarationStatus.PAID
    if claim.processed:
        return DeclarationStatus.PROCESSED
    if claim.workflow_status is ClaimStatus.REJECTED:
        return DeclarationStatus.REJECTED
    if claim.approved_externally or claim.workflow_status in (
        ClaimStatus.APPROVED,
        ClaimStatus.APPROVED_EXTERNALLY,
    ):
        return DeclarationStatus.APPROVED
    return DeclarationStatus.OPEN if missing else DeclarationStatus.TO_APPROVE
