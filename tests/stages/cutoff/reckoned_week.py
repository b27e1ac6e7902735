"""A week in which a declaration stands in every way that the reckoning knows, and the report of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.cutoff.content import canonical, content_of, sha256_of
from domain.cutoff.reckoning import Reckoning, Sides, WeekStanding, reckon
from domain.cutoff.report import Content, Elsewhere, Made, Report
from domain.declarations.declaration import DeclarationStatus, content_version
from domain.declarations.standing import NewestDecision
from domain.message import verbatim
from domain.outbox.update import UpdateKind, UpdateState
from domain.records.hours import ClaimStatus
from tests.stages.records.records import a_claim, a_declaration, a_line

READ_AT = datetime(2026, 11, 26, 7, tzinfo=UTC)
MADE = Made("main", "clock", READ_AT.replace(second=5), READ_AT.replace(hour=11), "report-4h")
WHY = verbatim("Kostenplaats KP-9 bestaat niet")
_SHOWN = {"approved_externally": True, "workflow_status": ClaimStatus.APPROVED_EXTERNALLY}
_MISSING = ("placement-unknown", "contact-unknown")

_CASES: tuple[tuple[str | None, dict[str, Any] | None, str, dict[str, Any]], ...] = (
    ("approved", _SHOWN, "approve done", {}),
    ("approved", {}, "approve parked", {"stuck": WHY}),
    ("approved", {}, "approve parked", {}),
    ("approved", {}, "approve ready", {"stuck": WHY, "late": True}),
    ("approved", {}, "approve ready", {}),
    ("approved", {}, "approve unclear", {}),
    ("approved", {}, "approve unclear", {"late": True}),
    ("approved", {}, "approve done", {}),
    ("approved", {"workflow_status": ClaimStatus.REJECTED}, "approve done", {}),
    ("approved", None, "approve done", {}),
    ("approved", _SHOWN, "approve done", {"unreadable": True}),
    ("approved", _SHOWN, "approve done", {"lines": [a_line(quantity=Decimal(3))]}),
    ("approved", _SHOWN, "approve parked", {}),
    ("approved", _SHOWN, "approve done", {"kept": a_claim(total_hours=Decimal(9))}),
    ("paid", _SHOWN, "approve done", {"hours": Decimal(9)}),
    (None, {}, "", {}),
    ("to-approve", {}, "", {}),
    ("to-approve", {}, "approve done", {}),
    ("rejected", {}, "", {}),
    ("rejected", {}, "reject parked", {"stuck": WHY}),
    ("rejected", {}, "reject ready", {"stuck": WHY, "late": True}),
    ("rejected", {}, "reject unclear", {"late": True}),
    ("rejected", {}, "reject unclear", {}),
    ("rejected", {}, "reject sending", {}),
    ("withdrawn", {}, "", {}),
    ("open", {}, "", {"missing": _MISSING}),
    ("open", {}, "", {"missing": ("hours-do-not-add-up",)}),
    ("open", {}, "", {}),
)
"""The portal's status, what AFAS shows (None: nothing), the newest decision, and what else is different."""
_OF_DECLARATION = ("hours", "missing")


def all_sides() -> list[Sides]:
    """A declaration for each case, numbered from 1."""
    return [_sides(place, *case) for place, case in enumerate(_CASES, 1)]


def reckoned(sides: Sequence[Sides]) -> Reckoning:
    """The week of these, with sums that agree."""
    rows = tuple(map(reckon, sides))
    approved = sum((row.hours for row in rows if row.standing is not WeekStanding.NOT_APPROVED), Decimal(0))
    known = sum(each.portal is not None for each in sides)
    return Reckoning("2026-W47", READ_AT, rows, known, approved)


def content(sides: Sequence[Sides]) -> Content:
    """What a report of it holds: a stuck approval of another week and a finding as well."""
    stuck = verbatim("periode afgesloten")
    other = Elsewhere("000000000777.01", "2026-W46", Decimal(8), "001002", "10010", "parked", stuck, 77)
    found = {"kind": "missing-here", "subject": "claim:000000000778.01"}
    return content_of(MADE, reckoned(sides), elsewhere=[other]) | {"findings": [found]}


def report(of: Content) -> Report:
    """A report with that content."""
    sha256 = sha256_of(canonical(of)).hex()
    return Report(12, "main", of["week"], of, sha256, of["agrees"], MADE)


def _sides(
    place: int, status: str | None, fresh: dict[str, Any] | None, decided: str, changes: dict[str, Any]
) -> Sides:
    number = f"{place:012}.01"
    line, claim = a_line(line=place, claim=number), a_claim(claim=number, **(fresh or {}))
    version = content_version(claim, [line])
    of_portal = {name: changes[name] for name in _OF_DECLARATION if name in changes}
    portal = status and a_declaration(
        number=number, status=DeclarationStatus(status), version=version, **of_portal
    )
    good = Sides(
        number=number,
        portal=portal or None,
        kept=claim,
        decided=_decided(decided, version),
        update=place if decided else None,
        stuck=None,
        fresh=None if fresh is None else claim,
        lines=[line],
    )
    return replace(good, **{name: value for name, value in changes.items() if name not in _OF_DECLARATION})


def _decided(words: str, version: str) -> NewestDecision | None:
    if not words:
        return None
    kind, state = words.split()
    return NewestDecision(UpdateKind(kind), UpdateState(state), version, overtaken=False)
