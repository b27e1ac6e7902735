"""Records as plain values: one good one of each kind, with what a test changes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from domain.declarations.declaration import Declaration, DeclarationStatus, content_version
from domain.records.clients import Contact, CostCentreRule, Placement
from domain.records.hours import Claim, ClaimKind, ClaimStatus, HourLine
from domain.records.people import Employee, OnboardingItem

MONDAY, SUNDAY = date(2026, 11, 16), date(2026, 11, 22)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NUMBER = "000000000005.01"


def a_claim(**changes: Any) -> Claim:
    """Eight hours of one worker in week 47, which wait for the client."""
    good: dict[str, Any] = {
        "claim": NUMBER, "kind": ClaimKind.NORMAL, "year": 2026, "period": 47,
        "period_start": MONDAY, "period_end": SUNDAY,
        "placement": "PL000001", "employee": "001001", "agreement": "KO-1", "client": "10010",
        "cost_centre": None, "reference": None, "subject": 9005, "workflow_status": ClaimStatus.TO_JUDGE,
        "approved_externally": False, "approved_by": None, "approved_at": None, "approved_internally": False,
        "processed": False, "paid": False, "paid_at": None, "invoiced": False,
        "total_hours": Decimal(8), "created_at": NOON, "changed_at": NOON,
    }  # fmt: skip
    return Claim(**(good | changes))


def a_line(**changes: Any) -> HourLine:
    """Its one line: Monday's eight hours."""
    good: dict[str, Any] = {
        "line": 501, "date": MONDAY, "year": 2026, "period": 47, "employee": "001001",
        "placement": "PL000001", "agreement": "KO-1", "client": "10010", "claim": NUMBER,
        "item_type": "1", "item": "F001-01", "item_description": "Normale uren", "hour_type": "100",
        "quantity": Decimal(8), "unit": "uur",
        "start_time": "08:00:00", "end_time": "16:30:00", "break_time": "00:30:00",
        "description": None, "cost_centre": None, "reference": None,
        "finished": True, "agreed": False, "rejected": False, "approved_externally": False,
        "created_at": NOON, "changed_at": NOON,
    }  # fmt: skip
    return HourLine(**(good | changes))


def a_placement(**changes: Any) -> Placement:
    """Where the worker works; contact 22834 decides about the hours."""
    good: dict[str, Any] = {
        "placement": "PL000001", "employee": "001001", "agreement": "KO-1", "client": "10010",
        "job": "PROD", "job_description": None, "start_date": date(2026, 1, 5), "end_date": None,
        "claim_contact": 22834, "signature_contact": 22834, "account_manager": None,
        "cost_centre": None, "cost_centre_rule": CostCentreRule.NOT_APPLICABLE, "target_hours": None,
        "changed_at": NOON,
    }  # fmt: skip
    return Placement(**(good | changes))


def a_contact(**changes: Any) -> Contact:
    """That contact."""
    good: dict[str, Any] = {
        "contact": 22834, "client": "10010", "organisation": "1000010", "person": "1000600",
        "name": "Els Bakker", "job_title": None, "email": None, "mobile": None, "mobile_private": None,
        "blocked": False, "changed_at": NOON,
    }  # fmt: skip
    return Contact(**(good | changes))


def an_employee(**changes: Any) -> Employee:
    """The worker, of whom only the name is known."""
    good: dict[str, Any] = dict.fromkeys(Employee.__dataclass_fields__)
    good |= {"employee": "001001", "person": "1000551", "first_name": "Jan", "last_name": "Vries"}
    good |= {"flex": True, "blocked": False, "pocket_user": False, "changed_at": NOON}
    return Employee(**(good | changes))


def an_item(**changes: Any) -> OnboardingItem:
    """A dossier item of hiring somebody, whose data are waited for."""
    good: dict[str, Any] = {
        "subject": 7001, "subject_type": -15, "employee": None, "person": "1000551", "placement": None,
        "submitted_at": NOON, "workflow_status": "In behandeling", "workflow_closed": False,
        "task": "Gegevens aanvullen", "task_entered_at": NOON, "attachments": 0, "changed_at": NOON,
    }  # fmt: skip
    return OnboardingItem(**(good | changes))


def a_declaration(**changes: Any) -> Declaration:
    """What the portal shows of that claim."""
    good: dict[str, Any] = {
        "number": NUMBER, "status": DeclarationStatus.TO_APPROVE, "version": VERSION,
        "client": "10010", "placement": "PL000001", "employee": "001001", "agreement": "KO-1",
        "contact": 22834, "week": "2026-W47", "period_start": MONDAY, "period_end": SUNDAY,
        "hours": Decimal(8), "lines": 1, "cost_centre": None, "reference": None,
        "cost_centre_required": False, "kind": ClaimKind.NORMAL, "subject": 9005, "missing": (),
        "changed_at": NOON,
    }  # fmt: skip
    return Declaration(**(good | changes))


VERSION = content_version(a_claim(), [a_line()])
"""The name of the content of that claim with that line."""
