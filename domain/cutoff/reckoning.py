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

from domain.cutoff.reason import Reason, Solver, Why, held_up, not_offered, stood
from domain.cutoff.sums import Sum
from domain.declarations.declaration import Declaration, DeclarationStatus, content_version
from domain.declarations.standing import NewestDecision
from domain.message import Message
from domain.outbox.update import OPEN, UpdateKind, UpdateState
from domain.records.hours import Claim, ClaimStatus, HourLine

UNKNOWN = "unknown"
"""The status of what AFAS shows and the portal does not know."""
APPROVED_HERE = frozenset({DeclarationStatus.APPROVED, DeclarationStatus.PROCESSED, DeclarationStatus.PAID})


class WeekStanding(StrEnum):
    """The class of a declaration."""

    VERIFIED = "verified"
    """Approved in the portal, and AFAS shows it now, over the same hours."""
    EXCEPTION = "exception"
    """Approved in the portal, and not so in AFAS: with reason and who can solve it."""
    NOT_APPROVED = "not-approved"
    """Nobody approved it in the portal (yet): it is not payable by a decision of ours."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Everything about one declaration. ``kept``: our row, None when we keep none that AFAS shows.

    ``decided``: the newest approval or rejection that was not voided, ``update`` its id and ``stuck`` its
    reason; ``fell``: there is none, and an approval was voided. ``fresh`` and ``lines``: AFAS now. ``late``:
    it is owed for longer than it may take. ``unreadable``: AFAS shows a row that we cannot read.
    """

    number: str
    portal: Declaration | None
    kept: Claim | None
    decided: NewestDecision | None
    update: int | None
    stuck: Message | None
    fresh: Claim | None
    lines: Sequence[HourLine]
    fell: bool = False
    unreadable: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One declaration, classed. ``hours``: the portal's; ``kept_hours`` and ``afas_hours``: the other sides'.

    ``reason`` is None for what is verified; ``detail``: what more is known. No personal data but what AFAS's
    own words in a detail may hold: else ids of AFAS only.
    """

    number: str
    standing: WeekStanding
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
    reason: Reason | None = None
    detail: Message | None = None

    @property
    def solver(self) -> Solver | None:
        """Who can do something about it."""
        return self.reason.solver if self.reason else None


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

    def of(self, standing: WeekStanding) -> tuple[Reckoned, ...]:
        """The declarations of a class."""
        return tuple(row for row in self.rows if row.standing is standing)

    @property
    def exceptions(self) -> tuple[Reckoned, ...]:
        """What a person must know before the pay run."""
        return self.of(WeekStanding.EXCEPTION)

    @property
    def sums(self) -> tuple[Sum, ...]:
        """The sums that must agree."""
        verified, exceptions = self.of(WeekStanding.VERIFIED), self.exceptions
        known = len({row.number for row in self.rows if row.status != UNKNOWN})
        return (
            Sum("classed", Decimal(self.declared), Decimal(known)),
            Sum("named", self.approved_hours, _hours(verified) + _hours(exceptions)),
            Sum("in-afas", _hours(verified), _side(verified, "afas_hours")),
            Sum("in-store", _hours(verified), _side(verified, "kept_hours")),
        )

    @property
    def agrees(self) -> bool:
        """All sums do."""
        return all(each.agrees for each in self.sums)


def reckon(sides: Sides) -> Reckoned:
    """Class one declaration."""
    standing, reason, detail = _class(sides)
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
        detail=detail,
    )


def approved_in_afas(claim: Claim) -> bool:
    """AFAS counts it as approved by the client, or has gone past that."""
    return claim.approved_externally or claim.workflow_status in (
        ClaimStatus.APPROVED,
        ClaimStatus.APPROVED_EXTERNALLY,
    )


def _class(sides: Sides) -> tuple[WeekStanding, Reason | None, Message | None]:
    portal = sides.portal
    if portal is None:
        return WeekStanding.NOT_APPROVED, Reason.UNKNOWN_TO_PORTAL, None
    if not _approved_here(sides, portal):
        return WeekStanding.NOT_APPROVED, *_why_not_approved(sides, portal)
    wrong = _wrong_in_afas(sides, portal)
    return (WeekStanding.EXCEPTION, *wrong) if wrong else (WeekStanding.VERIFIED, None, None)


def _approved_here(sides: Sides, portal: Declaration) -> bool:
    """Approved as the portal has it now; or approved, seen in AFAS, and then gone from it."""
    if portal.status is DeclarationStatus.WITHDRAWN:
        return _was_approved(sides)
    return portal.status in APPROVED_HERE


def _why_not_approved(sides: Sides, portal: Declaration) -> Why:
    match portal.status:
        case DeclarationStatus.TO_APPROVE if sides.fell or _was_approved(sides):
            return Reason.FELL_AWAY, None
        case DeclarationStatus.TO_APPROVE:
            return Reason.WAITS, None
        case DeclarationStatus.REJECTED:
            return _rejection_owed(sides) or (Reason.REJECTED, None)
        case DeclarationStatus.WITHDRAWN:
            return Reason.WITHDRAWN, None
        case _:
            return not_offered(portal.missing)


def _was_approved(sides: Sides) -> bool:
    decided = sides.decided
    return bool(decided and decided.kind is UpdateKind.APPROVE and decided.state is UpdateState.DONE)


def _wrong_in_afas(sides: Sides, portal: Declaration) -> Why | None:
    fresh = sides.fresh
    if sides.unreadable:
        return Reason.UNREADABLE, None
    if fresh is None:
        return Reason.GONE, None
    if not approved_in_afas(fresh) and not fresh.processed and not fresh.paid:
        return _not_there(sides, fresh)
    return _other_hours(sides, portal, fresh)


def _not_there(sides: Sides, fresh: Claim) -> Why:
    if fresh.workflow_status is ClaimStatus.REJECTED:
        return Reason.REJECTED_IN_AFAS, None
    reason = not_shown(sides.decided, late=sides.late)
    return reason, sides.stuck if reason in _WITH_WHY else None


_WITH_WHY = (Reason.PARKED, Reason.NOT_SENT)
"""A person must act on what is said of the update; of the others it changes by itself."""


def not_shown(decided: NewestDecision | None, *, late: bool) -> Reason:
    """Why AFAS does not show an approval of the portal; what takes too long names a person."""
    if decided is None or decided.kind is not UpdateKind.APPROVE:
        return Reason.NOT_IN_AFAS
    match decided.state:
        case UpdateState.PARKED:
            return Reason.PARKED
        case UpdateState.UNCLEAR:
            return Reason.UNCLEAR_FOR_LONG if late else Reason.UNCLEAR
        case UpdateState.READY | UpdateState.SENDING:
            return Reason.NOT_SENT if late else Reason.ON_ITS_WAY
        case _:
            return Reason.NOT_IN_AFAS


def _rejection_owed(sides: Sides) -> Why | None:
    """The worker learns of a rejection from AFAS: until it is there, it is no turn of the worker's."""
    decided, fresh = sides.decided, sides.fresh
    if decided is None or decided.kind is not UpdateKind.REJECT or decided.state not in OPEN:
        return None
    if fresh is None or fresh.workflow_status is ClaimStatus.REJECTED:
        return None
    if sides.late or decided.state is UpdateState.PARKED:
        return Reason.REJECTION_NOT_IN_AFAS, held_up(decided.state, _stuck(sides, decided))
    return Reason.REJECTION_ON_ITS_WAY, None


def _stuck(sides: Sides, decided: NewestDecision) -> Message | None:
    """Why the update is no further; not of what nobody knows: there it changes with every look."""
    return None if decided.state is UpdateState.UNCLEAR else sides.stuck


def _other_hours(sides: Sides, portal: Declaration, fresh: Claim) -> Why | None:
    shown = content_version(fresh, sides.lines)
    decided = sides.decided
    bound = decided.version if decided and decided.kind is UpdateKind.APPROVE else None
    if shown != (bound or portal.version):
        return Reason.OTHER_HOURS, None
    if decided and decided.holds and decided.state is not UpdateState.DONE:
        return Reason.NOT_SETTLED, stood(decided.state, _stuck(sides, decided))
    if sides.kept is None or sides.kept.total_hours != fresh.total_hours:
        return Reason.STORE_DIFFERS, None
    return (Reason.PORTAL_DIFFERS, None) if portal.hours != fresh.total_hours else None


def _afas_status(claim: Claim) -> str:
    if claim.paid:
        return "paid"
    return "processed" if claim.processed else claim.workflow_status.value


def _hours(rows: Sequence[Reckoned]) -> Decimal:
    return sum((row.hours for row in rows), Decimal(0))


def _side(rows: Sequence[Reckoned], side: str) -> Decimal:
    return sum((getattr(row, side) or Decimal(0) for row in rows), Decimal(0))
