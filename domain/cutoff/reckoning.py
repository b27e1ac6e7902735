"""The three-way reckoning of a week: what the portal says, what we keep, what AFAS shows now (G15).

Every declaration of the week falls in exactly one class, with the three sides beside each other; the sums
that must agree are worked out from the classes and from the sides apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from domain.declarations.declaration import Declaration, DeclarationStatus, content_version
from domain.declarations.standing import NewestDecision
from domain.outbox.update import OPEN, UpdateKind, UpdateState
from domain.records.hours import Claim, ClaimStatus, HourLine

UNKNOWN = "unknown"
"""The status of what AFAS shows and the portal does not know."""
APPROVED_HERE = frozenset({DeclarationStatus.APPROVED, DeclarationStatus.PROCESSED, DeclarationStatus.PAID})


class Standing3(StrEnum):
    """The class of a declaration."""

    VERIFIED = "verified"
    """Approved in the portal, and AFAS shows it now, over the same hours."""
    EXCEPTION = "exception"
    """Approved in the portal, and not so in AFAS: with reason and who can solve it."""
    NOT_APPROVED = "not-approved"
    """Nobody approved it in the portal (yet): it is not payable by a decision of ours."""


class Solver(StrEnum):
    """Who can solve it."""

    LOONBRUG = "loonbrug"
    """Nobody needs to do anything yet: it is on its way."""
    OPS = "ops"
    CLIENT = "client"
    WORKER = "worker"
    BACK_OFFICE = "back-office"


@dataclass(frozen=True, slots=True)
class Sides:
    """Everything about one declaration. ``kept``: our row, None when we keep none that AFAS shows.

    ``decided``: the newest approval or rejection that was not voided, ``update`` its id and ``stuck`` its
    reason. ``fresh`` and ``lines``: AFAS now. ``late``: it is owed for longer than it may take.
    ``unreadable``: AFAS shows a row that we cannot read.
    """

    number: str
    portal: Declaration | None
    kept: Claim | None
    decided: NewestDecision | None
    update: int | None
    stuck: str | None
    fresh: Claim | None
    lines: Sequence[HourLine]
    unreadable: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One declaration, classed. ``hours``: the portal's; ``kept_hours`` and ``afas_hours``: the other sides'.

    ``reason`` and ``solver`` are None for what is verified. No personal data: ids of AFAS only.
    """

    number: str
    standing: Standing3
    hours: Decimal
    kept_hours: Decimal | None
    afas_hours: Decimal | None
    status: str
    afas_status: str | None
    client: str | None = None
    contact: int | None = None
    employee: str | None = None
    placement: str | None = None
    update: int | None = None
    reason: str | None = None
    solver: Solver | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """Two numbers that must be the same."""

    name: str
    left: Decimal
    right: Decimal

    @property
    def agrees(self) -> bool:
        """They are."""
        return self.left == self.right


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The week. ``read_at``: when AFAS was read, aware UTC; ``calls``: what that cost.

    ``declared`` and ``approved_hours`` are counted by the store by itself, not out of ``rows``.
    """

    week: str
    read_at: datetime
    rows: tuple[Reckoned, ...]
    declared: int
    approved_hours: Decimal
    calls: int = 0

    def of(self, standing: Standing3) -> tuple[Reckoned, ...]:
        """The declarations of a class."""
        return tuple(row for row in self.rows if row.standing is standing)

    @property
    def exceptions(self) -> tuple[Reckoned, ...]:
        """What a person must know before the pay run."""
        return self.of(Standing3.EXCEPTION)

    @property
    def sums(self) -> tuple[Sum, ...]:
        """The sums that must agree."""
        verified, exceptions = self.of(Standing3.VERIFIED), self.exceptions
        known = len({row.number for row in self.rows if row.status != UNKNOWN})
        return (
            Sum("declarations in the portal = declarations classed", Decimal(self.declared), Decimal(known)),
            Sum(
                "hours approved = hours verified + hours on the list",
                self.approved_hours,
                _hours(verified) + _hours(exceptions),
            ),
            Sum("hours verified: portal = AFAS", _hours(verified), _side(verified, "afas_hours")),
            Sum("hours verified: portal = store", _hours(verified), _side(verified, "kept_hours")),
        )

    @property
    def agrees(self) -> bool:
        """All sums do."""
        return all(each.agrees for each in self.sums)


def reckon(sides: Sides) -> Reckoned:
    """Class one declaration."""
    standing, reason, solver = _class(sides)
    portal, fresh = sides.portal, sides.fresh
    return Reckoned(
        number=sides.number,
        standing=standing,
        hours=portal.hours if portal else Decimal(0),
        kept_hours=sides.kept.total_hours if sides.kept else None,
        afas_hours=fresh.total_hours if fresh else None,
        status=portal.status.value if portal else UNKNOWN,
        afas_status=_afas_status(fresh) if fresh else None,
        client=portal.client if portal else (fresh.client if fresh else None),
        contact=portal.contact if portal else None,
        employee=portal.employee if portal else (fresh.employee if fresh else None),
        placement=portal.placement if portal else (fresh.placement if fresh else None),
        update=sides.update,
        reason=reason,
        solver=solver,
    )


def approved_in_afas(claim: Claim) -> bool:
    """AFAS counts it as approved by the client, or has gone past that."""
    return claim.approved_externally or claim.workflow_status in (
        ClaimStatus.APPROVED,
        ClaimStatus.APPROVED_EXTERNALLY,
    )


Class = tuple[Standing3, str | None, Solver | None]


def _class(sides: Sides) -> Class:
    portal = sides.portal
    if portal is None:
        return Standing3.NOT_APPROVED, "AFAS shows it and the portal does not know it yet", Solver.OPS
    if not _approved_here(sides, portal):
        return Standing3.NOT_APPROVED, *_why_not_approved(sides, portal)
    wrong = _wrong_in_afas(sides, portal)
    return (Standing3.EXCEPTION, *wrong) if wrong else (Standing3.VERIFIED, None, None)


def _approved_here(sides: Sides, portal: Declaration) -> bool:
    """Approved as the portal has it now; or approved, seen in AFAS, and then gone from it."""
    if portal.status is DeclarationStatus.WITHDRAWN:
        return _was_approved(sides)
    return portal.status in APPROVED_HERE


def _why_not_approved(sides: Sides, portal: Declaration) -> tuple[str, Solver]:
    match portal.status:
        case DeclarationStatus.TO_APPROVE if _was_approved(sides):
            return "the approval fell away in AFAS; it is offered to the client again", Solver.CLIENT
        case DeclarationStatus.TO_APPROVE:
            return "it waits for the client", Solver.CLIENT
        case DeclarationStatus.REJECTED:
            if owed := _rejection_owed(sides):
                return owed
            return "rejected; the worker must correct it", Solver.WORKER
        case DeclarationStatus.WITHDRAWN:
            return "withdrawn in AFAS", Solver.BACK_OFFICE
        case _:
            return f"not offered: {', '.join(portal.missing) or 'open'}", Solver.BACK_OFFICE


def _was_approved(sides: Sides) -> bool:
    decided = sides.decided
    return bool(decided and decided.kind is UpdateKind.APPROVE and decided.state is UpdateState.DONE)


def _wrong_in_afas(sides: Sides, portal: Declaration) -> tuple[str, Solver] | None:
    fresh = sides.fresh
    if sides.unreadable:
        return "AFAS shows a row of it that cannot be read", Solver.OPS
    if fresh is None:
        return "the claim is not in AFAS any more", Solver.BACK_OFFICE
    if not approved_in_afas(fresh) and not fresh.processed and not fresh.paid:
        return _not_there(sides, fresh)
    return _other_hours(sides, portal, fresh)


def _not_there(sides: Sides, fresh: Claim) -> tuple[str, Solver]:
    decided = sides.decided
    if fresh.workflow_status is ClaimStatus.REJECTED:
        return "AFAS shows it rejected", Solver.BACK_OFFICE
    if decided is None or decided.state is UpdateState.DONE:
        return "AFAS does not show the approval any more", Solver.OPS
    return _owed(sides, decided)


def _rejection_owed(sides: Sides) -> tuple[str, Solver] | None:
    """The worker learns of a rejection from AFAS: until it is there, it is no turn of the worker's."""
    decided, fresh = sides.decided, sides.fresh
    if decided is None or decided.kind is not UpdateKind.REJECT or decided.state not in OPEN:
        return None
    there = fresh is None or fresh.workflow_status is ClaimStatus.REJECTED
    return None if there else _owed(sides, decided)


def _owed(sides: Sides, decided: NewestDecision) -> tuple[str, Solver]:
    """What goes on for too long names a person, whatever may still come by itself."""
    what = "rejection" if decided.kind is UpdateKind.REJECT else "approval"
    stuck = sides.stuck or "see the update"
    match decided.state:
        case UpdateState.PARKED:
            return f"the {what} is parked: {stuck}", Solver.OPS
        case UpdateState.UNCLEAR if sides.late:
            return f"nobody knows for too long whether the {what} arrived", Solver.OPS
        case UpdateState.UNCLEAR:
            return f"nobody knows yet whether the {what} arrived; it is being looked for", Solver.LOONBRUG
        case _ if sides.late:
            return f"the {what} is not sent, for too long: {stuck}", Solver.OPS
        case _:
            return f"the {what} is on its way to AFAS", Solver.LOONBRUG


def _other_hours(sides: Sides, portal: Declaration, fresh: Claim) -> tuple[str, Solver] | None:
    shown = content_version(fresh, sides.lines)
    decided = sides.decided
    bound = decided.version if decided and decided.kind is UpdateKind.APPROVE else None
    if shown != (bound or portal.version):
        return "AFAS shows it approved over other hours than the client saw", Solver.CLIENT
    if decided and decided.holds and decided.state is not UpdateState.DONE:
        return f"AFAS shows it approved, but the update is {decided.state}: replay it", Solver.OPS
    if sides.kept is None or sides.kept.total_hours != fresh.total_hours:
        return "our own row differs from AFAS's: pull it again", Solver.OPS
    if portal.hours != fresh.total_hours:
        return "the portal shows other hours than AFAS", Solver.OPS
    return None


def _afas_status(claim: Claim) -> str:
    if claim.paid:
        return "paid"
    return "processed" if claim.processed else claim.workflow_status.value


def _hours(rows: Sequence[Reckoned]) -> Decimal:
    return sum((row.hours for row in rows), Decimal(0))


def _side(rows: Sequence[Reckoned], side: str) -> Decimal:
    return sum((getattr(row, side) or Decimal(0) for row in rows), Decimal(0))
