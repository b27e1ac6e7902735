"""The week board: where the hours of a week stand, from booked to paid, and which of them need a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from itertools import pairwise

from domain.cutoff.reason import STUCK, Reason, Solver
from domain.cutoff.sums import Sum
from domain.message import Message

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Stages:
    """Hours that came at least so far. ``approved``: in the portal or in AFAS; ``in_afas``: seen there."""

    booked: Decimal = ZERO
    submitted: Decimal = ZERO
    offered: Decimal = ZERO
    approved: Decimal = ZERO
    in_afas: Decimal = ZERO
    processed: Decimal = ZERO
    paid: Decimal = ZERO

    def __add__(self, other: Stages) -> Stages:
        """Both together."""
        return Stages(*(getattr(self, name) + getattr(other, name) for name in STAGES))

    @property
    def differences(self) -> dict[str, Decimal]:
        """Hours that have not come so far yet, per stage: those before it less its own."""
        return {after: getattr(self, before) - getattr(self, after) for before, after in pairwise(STAGES)}


STAGES = tuple(field.name for field in fields(Stages))
"""The stages in their order."""


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One placement of a client in a week; a whole client when ``placement`` is None."""

    client: str | None
    client_name: str | None
    placement: str | None
    employee: str | None
    worker: str | None
    declarations: int
    stages: Stages


@dataclass(frozen=True, slots=True)
class WeekException:
    """Hours that need a person. ``update``: that is stuck, its id; ``detail``: what more is known."""

    number: str
    reason: Reason
    hours: Decimal
    client: str | None
    client_name: str | None
    placement: str | None
    employee: str | None
    worker: str | None
    detail: Message | None = None
    update: int | None = None

    @property
    def solver(self) -> Solver:
        """Who can do something about it."""
        return self.reason.solver


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many declarations, with how many hours, have the same reason."""

    reason: Reason
    count: int
    hours: Decimal


@dataclass(frozen=True, slots=True)
class WeekSums:
    """Sums of a week out of different tables, to be held against each other.

    ``lines``: all booked hours by date and claim; ``stray``: those of them in no declaration;
    ``claim_lines``: lines of claims; ``open_lines``: declarations not handed in; ``claims``: totals of the
    claims that AFAS shows; ``declared``: hours of their declarations; ``unapproved``: hours of claims that
    AFAS processed or paid without showing an approval; ``rounding``: by how much AFAS may have rounded lines.
    """

    lines: Decimal
    stray: Decimal
    claim_lines: Decimal
    open_lines: Decimal
    claims: Decimal
    declared: Decimal
    unapproved: Decimal
    rounding: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class WeekBoard:
    """A week, or one client's part of it. ``exceptions`` may be the first of ``reasons``' many."""

    week: str
    client: str | None
    rows: tuple[WeekRow, ...]
    exceptions: tuple[WeekException, ...]
    reasons: tuple[ReasonCount, ...]
    sums: WeekSums

    @property
    def total(self) -> Stages:
        """All rows together."""
        return sum((row.stages for row in self.rows), Stages())

    @property
    def exception_count(self) -> int:
        """All exceptions, also those that are not listed."""
        return sum(each.count for each in self.reasons)

    @property
    def checks(self) -> tuple[Sum, ...]:
        """The sums that must agree."""
        sums, total = self.sums, self.total
        stuck = sum((each.hours for each in self.reasons if each.reason in STUCK), ZERO)
        return (
            Sum("booked", sums.lines, sums.claim_lines + sums.open_lines + sums.stray),
            Sum("submitted", sums.claim_lines, sums.claims, sums.rounding),
            Sum("declared", sums.claims, sums.declared),
            Sum("approved", total.approved, total.in_afas + stuck),
            Sum("processed", sums.unapproved, ZERO),
        )

    @property
    def agrees(self) -> bool:
        """All of them do."""
        return all(check.agrees for check in self.checks)


def by_client(rows: Sequence[WeekRow]) -> list[tuple[WeekRow, list[WeekRow]]]:
    """Per client one row with its sums, and the rows of its placements."""
    groups: dict[str | None, list[WeekRow]] = {}
    for row in rows:
        groups.setdefault(row.client, []).append(row)
    return [(_together(members), members) for members in groups.values()]


def _together(rows: list[WeekRow]) -> WeekRow:
    stages = sum((row.stages for row in rows), Stages())
    count = sum(row.declarations for row in rows)
    return WeekRow(rows[0].client, rows[0].client_name, None, None, None, count, stages)
