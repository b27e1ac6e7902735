"""Approve or reject a declaration: check, write the decision and the update that it owes, in one transaction.

The functions work inside a transaction that the caller opens; what they return may be told to anybody only
after it is committed (G1): ``sync.decisions.answer_once`` does that in the right order.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from domain.decisions.decision import Caller, LockedDeclaration, NewDecision, PastDecision
from domain.declarations.declaration import DeclarationStatus
from domain.errors import Incomplete, MayNotDecide, NotFound, NotOffered, StaleVersion
from domain.message import Message
from domain.outbox.subject import subject_of_claim
from domain.outbox.update import NewUpdate, UpdateKind
from domain.records.clients import Contact, CostCentreRule
from sync.decisions.ports import UnitOfWork

COST_CENTRE_LENGTH = 30  # AFAS: CcSr of PtDeclaration
REFERENCE_LENGTH = 100  # AFAS: RfCs of PtDeclaration
REASON_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class DecisionTaken:
    """A decision that was taken. ``updates`` are to be delivered; empty when it had been taken before."""

    decision: int
    kind: str
    subject: str
    version: str | None
    contact: int | None
    at: datetime
    updates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """A contact approves the version of a declaration that was shown."""

    claim: str
    contact: int
    version: str
    cost_centre: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A contact sends the version of a declaration that was shown back to the worker, with a reason."""

    claim: str
    contact: int
    version: str
    reason: str


def approve(work: UnitOfWork, caller: Caller, approval: Approval) -> DecisionTaken:
    """Approve. The same approval again is the same decision again.

    Raises NotFound (unknown, or not of the contact's or caller's client), MayNotDecide, NotOffered,
    StaleVersion and Incomplete; then nothing changed.
    """
    waiting = _waiting(work, caller, approval.claim)
    _may_decide(work, waiting, approval.contact)
    content = _given(claim=approval.claim, contact=approval.contact, cost_centre=approval.cost_centre)
    content |= _given(reference=approval.reference)
    if before := _taken_before(work, waiting, UpdateKind.APPROVE, approval.version, content):
        return before
    _check_offer(waiting, approval.version)
    _check_cost_centre(waiting.cost_centre_rule, approval.cost_centre)
    _check_length("reference", approval.reference, REFERENCE_LENGTH)
    return _settle(work, caller, waiting, UpdateKind.APPROVE, content)


def reject(work: UnitOfWork, caller: Caller, rejection: Rejection) -> DecisionTaken:
    """Reject with a reason, which the worker will read. Raises as ``approve`` does."""
    waiting = _waiting(work, caller, rejection.claim)
    _may_decide(work, waiting, rejection.contact)
    content = _given(claim=rejection.claim, item=waiting.subject, contact=rejection.contact)
    content |= {"reason": rejection.reason.strip()}
    if before := _taken_before(work, waiting, UpdateKind.REJECT, rejection.version, content):
        return before
    _check_offer(waiting, rejection.version)
    if not content["reason"]:
        raise Incomplete("reason", Message("incomplete.reason"))
    _check_length("reason", rejection.reason, REASON_LENGTH)
    return _settle(work, caller, waiting, UpdateKind.REJECT, content)


def speaker(work: UnitOfWork, caller: Caller, contact: int) -> Contact:
    """The contact in whose name the caller speaks. Raises NotFound and MayNotDecide."""
    known = work.contact(contact)
    if known is None or (caller.client and known.client != caller.client):
        raise NotFound(Message("no-such.contact"))
    if known.blocked:
        raise MayNotDecide(Message("refused.blocked"))
    return known


def new_mark() -> str:
    """Our own sign, to find the effect again in AFAS.

    Random, because an id would come back after a restored backup.
    """
    return f"LB-{secrets.token_hex(5)}"


def again(past: PastDecision) -> DecisionTaken:
    """The decision that was taken before, told again. It owes nothing new."""
    return DecisionTaken(past.id, past.kind, past.subject, past.version, past.contact, past.decided_at)


def decided(past: PastDecision, *updates: int) -> DecisionTaken:
    """A decision just written down, with the updates that it owes."""
    return DecisionTaken(
        past.id, past.kind, past.subject, past.version, past.contact, past.decided_at, updates
    )


def _waiting(work: UnitOfWork, caller: Caller, number: str) -> LockedDeclaration:
    waiting = work.declaration(number)
    if waiting is None or (caller.client and waiting.client != caller.client):
        raise NotFound(Message("no-such.declaration"))
    return waiting


def _may_decide(work: UnitOfWork, waiting: LockedDeclaration, contact: int) -> None:
    known = work.contact(contact)
    if known is None or known.client != waiting.client:
        raise NotFound(Message("no-such.declaration-of-contact"))
    if known.blocked:
        raise MayNotDecide(Message("refused.blocked"))
    if contact != waiting.claim_contact:
        raise MayNotDecide(Message("refused.decides-not"))


def _taken_before(
    work: UnitOfWork, waiting: LockedDeclaration, kind: UpdateKind, version: str, content: dict[str, object]
) -> DecisionTaken | None:
    """The very same decision, when it still stands: one that fell away is offered again and taken anew."""
    if waiting.status is DeclarationStatus.TO_APPROVE:
        return None
    past = work.last_decision(subject_of_claim(waiting.number))
    if past and (past.kind, past.version, past.content) == (kind, version, content):
        return again(past)
    return None


def _check_offer(waiting: LockedDeclaration, version: str) -> None:
    if waiting.status is not DeclarationStatus.TO_APPROVE:
        raise NotOffered(Message("refused.waits-not", {"status": waiting.status.value}))
    if version != waiting.version:
        raise StaleVersion(waiting.version)


def _check_cost_centre(rule: CostCentreRule, cost_centre: str | None) -> None:
    if rule is CostCentreRule.CLIENT and not cost_centre:
        raise Incomplete("cost_centre", Message("incomplete.required-here"))
    if cost_centre and rule not in (CostCentreRule.CLIENT, CostCentreRule.WORKER_CLIENT_MAY_CHANGE):
        raise Incomplete("cost_centre", Message("incomplete.not-by-client"))
    _check_length("cost_centre", cost_centre, COST_CENTRE_LENGTH)


def _check_length(field: str, text: str | None, longest: int) -> None:
    if text and len(text) > longest:
        raise Incomplete(field, Message("incomplete.too-long", {"most": longest}))


def _settle(
    work: UnitOfWork, caller: Caller, waiting: LockedDeclaration, kind: UpdateKind, content: dict[str, object]
) -> DecisionTaken:
    subject, contact = subject_of_claim(waiting.number), int(str(content["contact"]))
    past = work.record(NewDecision(kind, subject, waiting.version, contact, content, caller.api_key))
    update = work.owe(
        NewUpdate(work.environment, past.id, kind, subject, waiting.version, content, new_mark())
    )
    approved = kind is UpdateKind.APPROVE
    status = DeclarationStatus.APPROVED if approved else DeclarationStatus.REJECTED
    by = Message("history.by-contact", {"contact": contact})
    work.declare(waiting.number, status, by if approved else _because(contact, content))
    return decided(past, update)


def _because(contact: int, content: dict[str, object]) -> Message:
    return Message("history.rejected", {"contact": contact, "reason": content["reason"]})


def _given(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}
