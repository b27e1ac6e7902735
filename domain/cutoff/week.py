"""The week board: where the hours of a week stand, from booked to paid, and which of them need a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

ZERO = Decimal(0)


class Reason(StrEnum):
    """Why hours of a week need a person, what blocks pay first."""

    PARKED = "parked"
    """Approved in the portal; a person must look why AFAS does not have it."""
    UNCLEAR = "unclear"
    """Approved in the portal; nobody knows yet whether AFAS took it."""
    UNCLEAR_FOR_LONG = "unclear-for-long"
    """The same, for too long to be left to Loonbrug alone."""
    NOT_IN_AFAS = "not-in-afas"
    """Approved in the portal, and nothing is on its way."""
    NOT_SENT = "not-sent"
    """Approved in the portal, and not sent for too long."""
    ON_ITS_WAY = "on-its-way"
    NOT_ADDING_UP = "hours-do-not-add-up"
    FELL_AWAY = "approval-fell-away"
    """It was approved, then its content changed: the client must approve again."""
    REJECTION_NOT_IN_AFAS = "rejection-not-in-afas"
    """Rejected in the portal, and AFAS does not have it for too long: the worker was told nothing."""
    REJECTED = "rejected"
    WAITS = "waits-for-approval"
    HELD_BACK = "held-back"
    """Handed in, and not offered to the client."""
    NO_DECLARATION = "no-declaration"
    """Hours without a placement, or with a claim that we do not know."""
    NOT_SUBMITTED = "not-submitted"

    @property
    def solver(self) -> Solver:
        """Who can do something about it."""
        return _SOLVERS[self]


STUCK = frozenset({
    Reason.PARKED,
    Reason.UNCLEAR,
    Reason.UNCLEAR_FOR_LONG,
    Reason.NOT_IN_AFAS,
    Reason.NOT_SENT,
    Reason.ON_ITS_WAY,
})  # fmt: skip
"""Approved, and AFAS does not show it yet."""


class Solver(StrEnum):
    """Who can solve an exception."""

    LOONBRUG = "loonbrug"
    """Nobody needs to do anything: it is on its way."""
    OPS = "ops"
    CLIENT = "client"
    WORKER = "worker"
    BACK_OFFICE = "back-office"


_SOLVERS = {
    Reason.PARKED: Solver.OPS,
    Reason.UNCLEAR: Solver.LOONBRUG,
    Reason.UNCLEAR_FOR_LONG: Solver.OPS,
    Reason.NOT_IN_AFAS: Solver.OPS,
    Reason.NOT_SENT: Solver.OPS,
    Reason.ON_ITS_WAY: Solver.LOONBRUG,
    Reason.NOT_ADDING_UP: Solver.BACK_OFFICE,
    Reason.FELL_AWAY: Solver.CLIENT,
    Reason.REJECTION_NOT_IN_AFAS: Solver.OPS,
    Reason.REJECTED: Solver.WORKER,
    Reason.WAITS: Solver.CLIENT,
    Reason.HELD_BACK: Solver.BACK_OFFICE,
    Reason.NO_DECLARATION: Solver.BACK_OFFICE,
    Reason.NOT_SUBMITTED: Solver.WORKER,
}


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
    """Hours that need a person. ``update``: the id of the update that is stuck; ``detail``: more words."""

    number: str
    reason: Reason
    hours: Decimal
    client: str | None
    client_name: str | None
    placement: str | None
    employee: str | None
    worker: str | None
    detail: str | None = None
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
class Check:
    """Two sums of hours that must be the same, but for ``rounding``; ``name`` is a key of the words."""

    name: str
    left: Decimal
    right: Decimal
    rounding: Decimal = ZERO

    @property
    def agrees(self) -> bool:
        """They are the same."""
        return abs(self.left - self.right) <= self.rounding


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
    def checks(self) -> tuple[Check, ...]:
        """The sums that must agree."""
        sums, total = self.sums, self.total
        stuck = sum((each.hours for each in self.reasons if each.reason in STUCK), ZERO)
        return (
            Check("booked", sums.lines, sums.claim_lines + sums.open_lines + sums.stray),
            Check("submitted", sums.claim_lines, sums.claims, sums.rounding),
            Check("declared", sums.claims, sums.declared),
            Check("approved", total.approved, total.in_afas + stuck),
            Check("processed", sums.unapproved, ZERO),
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
