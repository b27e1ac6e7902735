"""Every decision about a claim against what AFAS shows of the claim now: pure, rows in and findings out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calendar import week_of
from domain.cutoff.reckoning import approved_in_afas
from domain.declarations.declaration import DeclarationStatus, content_version
from domain.message import Message
from domain.outbox.subject import claim_of
from domain.outbox.update import UpdateKind, UpdateState
from domain.reconcile.finding import Cure, Finding, FindingKind
from domain.reconcile.sides import Owed
from domain.records.hours import Claim, ClaimStatus, HourLine
from sync.reconcile.name_rows import plain, portal_side, shown

STUCK_AFTER = timedelta(minutes=30)
"""An update that is older and has not ended is stuck: AFAS's own limit (15 minutes) is long over."""
CLAIM_KINDS = frozenset(
    {
        FindingKind.APPROVAL_FELL_AWAY,
        FindingKind.APPROVED_OTHER_HOURS,
        FindingKind.APPROVED_BY_OTHER,
        FindingKind.APPROVED_AGAINST_REJECTION,
        FindingKind.DECISION_NOT_IN_AFAS,
        FindingKind.ARRIVED_UNNOTICED,
    }
)
SEND_AGAIN = Message("advice.send-again")
_HIDDEN_BY = {
    FindingKind.APPROVAL_FELL_AWAY: {"workflow_status", "approved_externally", "approved_by", "approved_at"},
    FindingKind.APPROVED_BY_OTHER: {"approved_by", "approved_at"},
}


@dataclass(frozen=True, slots=True)
class ClaimSide:
    """AFAS's side of a claim."""

    claim: Claim
    lines: Sequence[HourLine]

    @property
    def version(self) -> str:
        """The content as AFAS shows it."""
        return content_version(self.claim, self.lines)


def check_claims(
    owed: Sequence[Owed],
    fresh: Mapping[str, Claim],
    lines: Mapping[str, Sequence[HourLine]],
    started: datetime,
    moving: Collection[str],
) -> tuple[list[Finding], frozenset[str]]:
    """The findings, and the subjects that are on the move. ``owed``: the newest update of each claim.

    ``moving``: claims of which AFAS shows something that the next pulls will bring.
    """
    findings, unsure = [], set()
    for each in owed:
        number = claim_of(each.update.subject) or ""
        claim = fresh.get(number)
        if claim is None:
            continue  # named as a row that is missing
        found = _check(each, ClaimSide(claim, lines.get(number, ())), started)
        if found is not None and (number in moving or _just_ended(each, started)):
            unsure.add(each.update.subject)
        elif found is not None:
            findings.append(found)
    return findings, frozenset(unsure)


def without_shadows(
    rows: Sequence[Finding], claims: Sequence[Finding], columns: Mapping[str, set[str]]
) -> list[Finding]:
    """The rows' findings without those that say the same of a claim as a weightier one.

    ``columns``: by subject, the fields in which a row differs.
    """
    hidden = {each.subject: _HIDDEN_BY.get(each.kind, set()) for each in claims}
    return [
        each
        for each in rows
        if not (each.subject in hidden and columns.get(each.subject, {""}) <= hidden[each.subject])
    ]


def _check(owed: Owed, side: ClaimSide, started: datetime) -> Finding | None:
    approve = owed.update.kind is UpdateKind.APPROVE
    if owed.update.state is not UpdateState.DONE:
        return _stuck(owed, side) if _is_stuck(owed, started) else None
    if approve and approved_in_afas(side.claim):
        return _approved(owed, side)
    if approve:
        return _fell_away(owed, side)
    return _against_rejection(owed, side)


def _approved(owed: Owed, side: ClaimSide) -> Finding | None:
    if owed.update.version is not None and side.version != owed.update.version:
        cured = (Cure.PERSON, Message("advice.undo-approval"))
        what = Message("differs.approved-other-hours")
        return _finding(FindingKind.APPROVED_OTHER_HOURS, owed, side, (what, *cured))
    by, contact = side.claim.approved_by, owed.update.payload.get("contact")
    if by is None or contact is None or str(by) == str(contact):
        return None
    what = Message("differs.approved-by-other", {"by": by, "contact": contact})
    words = (what, Cure.PERSON, Message("advice.ask-who-approved"))
    return _finding(FindingKind.APPROVED_BY_OTHER, owed, side, words, payment=False)


def _fell_away(owed: Owed, side: ClaimSide) -> Finding | None:
    if side.claim.workflow_status is ClaimStatus.REJECTED or side.claim.processed or side.claim.paid:
        return None
    portal = owed.declaration
    asks_again = portal is not None and portal.status is not DeclarationStatus.APPROVED
    if side.version != owed.update.version and asks_again:
        return None  # the hours were changed, and the portal asks again: as it should be
    cured = (Cure.PERSON, "asks-already") if asks_again else (Cure.ASK_AGAIN, "ask-again")
    words = (Message("differs.fell-away"), cured[0], Message(f"advice.{cured[1]}"))
    return _finding(FindingKind.APPROVAL_FELL_AWAY, owed, side, words)


def _against_rejection(owed: Owed, side: ClaimSide) -> Finding | None:
    if not approved_in_afas(side.claim) or side.version != owed.update.version:
        return None
    words = (Message("differs.against-rejection"), Cure.PERSON, Message("advice.ask-which"))
    return _finding(FindingKind.APPROVED_AGAINST_REJECTION, owed, side, words)


def _stuck(owed: Owed, side: ClaimSide) -> Finding | None:
    update = owed.update
    there = approved_in_afas(side.claim) and side.version == update.version
    if update.kind is UpdateKind.REJECT:
        there = side.claim.workflow_status is ClaimStatus.REJECTED
    facts = {"kind": update.kind.value, "state": update.state.value}
    if there:
        words = (Message("differs.arrived", facts), Cure.SEND_AGAIN, SEND_AGAIN)
        return _finding(FindingKind.ARRIVED_UNNOTICED, owed, side, words)
    why = owed.reason or Message("differs.no-reason")
    words = (Message("differs.not-there", {**facts, "why": why}), Cure.SEND_AGAIN, SEND_AGAIN)
    return _finding(FindingKind.DECISION_NOT_IN_AFAS, owed, side, words)


def _is_stuck(owed: Owed, now: datetime) -> bool:
    return owed.update.state is UpdateState.PARKED or now - owed.update.created_at > STUCK_AFTER


def _just_ended(owed: Owed, started: datetime) -> bool:
    return owed.ended_at is not None and owed.ended_at >= started


def _finding(
    kind: FindingKind,
    owed: Owed,
    side: ClaimSide,
    words: tuple[Message, Cure, Message],
    *,
    payment: bool = True,
) -> Finding:
    what, cure, advice = words
    claim = side.claim
    return Finding(
        kind=kind,
        subject=owed.update.subject,
        what=Message("differs.claim", {"claim": claim.claim, "worker": claim.employee, "what": what}),
        cure=cure,
        advice=advice,
        client=claim.client,
        week=week_of(claim.period_start),
        payment=payment and not claim.paid,
        flow="claims",
        keys=(claim.claim,),
        update=owed.update.id,
        sides={
            "portal": portal_side(owed.declaration),
            "store": _store(owed),
            "afas": {**shown(claim), "content": side.version},
        },
    )


def _store(owed: Owed) -> dict[str, object]:
    update = owed.update
    return {
        "update": update.id,
        "decided": update.kind.value,
        "state": update.state.value,
        "contact": plain(update.payload.get("contact")),
        "content": update.version,
        "ended_at": plain(owed.ended_at),
    }
