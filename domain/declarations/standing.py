"""Where a declaration stands once a decision of the portal that is still on its way to AFAS is counted in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.decimals import plain
from domain.declarations.declaration import Declaration, DeclarationStatus
from domain.message import Message
from domain.outbox.update import MAY_FALL, OPEN, UpdateKind, UpdateState
from domain.records.clients import Contact, Placement
from domain.records.hours import Claim, HourLine
from domain.records.people import Employee, OnboardingItem

BEYOND = frozenset({DeclarationStatus.PROCESSED, DeclarationStatus.PAID, DeclarationStatus.WITHDRAWN})
"""Whatever the portal decided, AFAS has gone past it."""


@dataclass(frozen=True, slots=True)
class NewestDecision:
    """The newest approval or rejection of a claim that was not voided.

    ``overtaken``: it was seen in AFAS, and we have learnt something newer about the claim since.
    """

    kind: UpdateKind
    state: UpdateState
    version: str | None
    overtaken: bool

    @property
    def holds(self) -> bool:
        """The portal's decision counts, whatever the mirror says."""
        return self.state in OPEN or (self.state is UpdateState.DONE and not self.overtaken)

    @property
    def may_fall(self) -> bool:
        """Nothing of it is on its way: it can be voided."""
        return self.state in MAY_FALL


@dataclass(frozen=True, slots=True)
class ClaimGround:
    """All that a claim's declaration follows from, and what was declared so far."""

    claim: Claim
    withdrawn: bool
    lines: Sequence[HourLine]
    placement: Placement | None
    contact: Contact | None
    known: Declaration | None
    decided: NewestDecision | None


@dataclass(frozen=True, slots=True)
class OpenGround:
    """The lines of one placement and week without a claim, and what was declared so far."""

    number: str
    lines: Sequence[HourLine]
    placement: Placement | None
    known: Declaration | None


@dataclass(frozen=True, slots=True)
class PersonGround:
    """All that a person's onboarding state follows from; ``placements`` that AFAS still shows."""

    person: str
    employee: Employee | None
    items: Sequence[OnboardingItem]
    placements: int
    first_booking: date | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A line of a declaration's history, for people."""

    number: str
    event: str
    detail: Message


def standing(shown: Declaration, decided: NewestDecision | None) -> Declaration:
    """What the portal shows: AFAS's status, or the decision about this content that is on its way (G4)."""
    if decided is None or not decided.holds or decided.version != shown.version or shown.status in BEYOND:
        return shown
    wished = DeclarationStatus.APPROVED if decided.kind is UpdateKind.APPROVE else DeclarationStatus.REJECTED
    return shown if shown.status is wished else replace(shown, status=wished, in_afas=False)


def fallen(shown: Declaration, known: Declaration | None, decided: NewestDecision | None) -> Message | None:
    """Why a waiting decision lost its ground, or None: it covers only the content that was shown (G4)."""
    if decided is None or not decided.may_fall:
        return None
    if shown.status is DeclarationStatus.WITHDRAWN:
        return Message("why.claim-withdrawn")
    if decided.version is None or decided.version == shown.version:
        return None
    before = known.hours if known and known.version == decided.version else None
    return Message("why.content-changed", {"before": before, "after": shown.hours})


def history(known: Declaration | None, new: Declaration) -> list[HistoryLine]:
    """What happened between two declarations of one claim, in words for people."""
    if known is None:
        return [_arrived(None, new)] if new.status is DeclarationStatus.TO_APPROVE else []
    events = []
    if known.version != new.version and known.status is not DeclarationStatus.OPEN:
        events.append(
            HistoryLine(new.number, "changed", _hours("history.changed", new, before=plain(known.hours)))
        )
    if known.status is not new.status:
        events.append(_arrived(known, new))
    elif new.in_afas and not known.in_afas:
        events.append(HistoryLine(new.number, "seen-in-afas", _seen(new)))
    return events


def _arrived(known: Declaration | None, new: Declaration) -> HistoryLine:
    return HistoryLine(new.number, new.status.value, _why(known, new))


def _why(known: Declaration | None, new: Declaration) -> Message:
    match new.status, known.status if known else None:
        case DeclarationStatus.TO_APPROVE, DeclarationStatus.APPROVED:
            return Message("history.reopened")
        case DeclarationStatus.TO_APPROVE, DeclarationStatus.REJECTED:
            return _hours("history.offered-again", new)
        case DeclarationStatus.TO_APPROVE, _:
            return _hours("history.offered", new)
        case DeclarationStatus.OPEN, _:
            return Message(
                "history.not-offered", {"missing": tuple(Message(f"missing.{each}") for each in new.missing)}
            )
        case _:
            return Message("history.in-afas" if new.in_afas else "history.in-the-portal")


def _hours(what: str, new: Declaration, **more: str) -> Message:
    return Message(what, {**more, "hours": plain(new.hours)})


def _seen(new: Declaration) -> Message:
    return Message("history.seen-in-afas", {"status": new.status.value})
