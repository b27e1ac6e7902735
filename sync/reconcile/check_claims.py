"""Every decision about a claim against what AFAS shows of the claim now: pure, rows in and findings out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calendar import week_of
from domain.cutoff.reckoning import approved_in_afas
from domain.declarations.declaration import DeclarationStatus, content_version
from domain.outbox.subject import claim_of
from domain.outbox.update import UpdateKind, UpdateState
from domain.reconcile.finding import Cure, Finding, FindingKind
from domain.reconcile.sides import Owed
from domain.records.hours import Claim, ClaimStatus, HourLine
from domain.said import Said, alike
from sync.reconcile.field_words import value
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
SEND_AGAIN = Said(
    "Send again: AFAS is looked at first; what is there already is not sent",
    "Opnieuw versturen: eerst wordt in AFAS gekeken; wat er al staat wordt niet verstuurd",
)
_CLAIM = Said("claim {claim} (worker {worker}): {what}", "declaratie {claim} (medewerker {worker}): {what}")
_VERBS = {
    UpdateKind.APPROVE: Said("approval", "goedkeuring"),
    UpdateKind.REJECT: Said("rejection", "afkeuring"),
}
_ARRIVED = Said(
    "the {verb} is {state} here, and yet AFAS shows it",
    "de {verb} staat hier als {state}, en toch toont AFAS deze",
)
_NOT_THERE = Said(
    "the {verb} is {state} and AFAS does not show it: {why}",
    "de {verb} is {state} en AFAS toont deze niet: {why}",
)
_NO_REASON = Said("no reason given", "zonder opgaaf van reden")
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
        what = Said(
            "AFAS shows it approved, over other hours than the client saw",
            "AFAS toont een goedkeuring over andere uren dan de klant zag",
        )
        advice = Said(
            "In AFAS: undo the approval, so that the portal asks the client again",
            "In AFAS: maak de goedkeuring ongedaan, zodat het portaal de klant opnieuw vraagt",
        )
        return _finding(FindingKind.APPROVED_OTHER_HOURS, owed, side, (what, Cure.PERSON, advice))
    by, contact = side.claim.approved_by, owed.update.payload.get("contact")
    if by is None or contact is None or str(by) == str(contact):
        return None
    what = Said(
        f"AFAS says that contact {by} approved it; in the portal contact {contact} did",
        f"volgens AFAS keurde contact {by} dit goed; in het portaal deed contact {contact} dat",
    )
    advice = Said(
        "Ask the client who approved; nothing is wrong with the hours",
        "Vraag de klant wie goedkeurde; aan de uren mankeert niets",
    )
    return _finding(FindingKind.APPROVED_BY_OTHER, owed, side, (what, Cure.PERSON, advice), payment=False)


def _fell_away(owed: Owed, side: ClaimSide) -> Finding | None:
    if side.claim.workflow_status is ClaimStatus.REJECTED or side.claim.processed or side.claim.paid:
        return None
    portal = owed.declaration
    asks_again = portal is not None and portal.status is not DeclarationStatus.APPROVED
    if side.version != owed.update.version and asks_again:
        return None  # the hours were changed, and the portal asks again: as it should be
    what = Said(
        "the client approved it, AFAS had it, and AFAS does not show the approval any more",
        "de klant keurde dit goed, AFAS had het, en AFAS toont de goedkeuring niet meer",
    )
    if asks_again:
        advice = Said(
            "The portal asks the client again already; or the back office approves it in AFAS",
            "Het portaal vraagt de klant al opnieuw; of de backoffice keurt het goed in AFAS",
        )
        return _finding(FindingKind.APPROVAL_FELL_AWAY, owed, side, (what, Cure.PERSON, advice))
    advice = Said(
        "Ask again: the claim is read afresh, and offered to the client again",
        "Opnieuw voorleggen: de declaratie wordt vers gelezen en opnieuw aan de klant aangeboden",
    )
    return _finding(FindingKind.APPROVAL_FELL_AWAY, owed, side, (what, Cure.ASK_AGAIN, advice))


def _against_rejection(owed: Owed, side: ClaimSide) -> Finding | None:
    if not approved_in_afas(side.claim) or side.version != owed.update.version:
        return None
    what = Said(
        "the client rejected these very hours in the portal, and AFAS shows them approved",
        "de klant keurde precies deze uren af in het portaal, en AFAS toont ze als goedgekeurd",
    )
    advice = Said(
        "Ask the client which it is; to undo it, take the approval back in AFAS",
        "Vraag de klant wat het is; neem zo nodig in AFAS de goedkeuring terug",
    )
    return _finding(FindingKind.APPROVED_AGAINST_REJECTION, owed, side, (what, Cure.PERSON, advice))


def _stuck(owed: Owed, side: ClaimSide) -> Finding | None:
    update = owed.update
    there = approved_in_afas(side.claim) and side.version == update.version
    if update.kind is UpdateKind.REJECT:
        there = side.claim.workflow_status is ClaimStatus.REJECTED
    said = {"verb": _VERBS[update.kind], "state": value(update.state)}
    if there:
        what = _ARRIVED.filled(**said)
        return _finding(FindingKind.ARRIVED_UNNOTICED, owed, side, (what, Cure.SEND_AGAIN, SEND_AGAIN))
    what = _NOT_THERE.filled(**said, why=alike(owed.reason) if owed.reason else _NO_REASON)
    return _finding(FindingKind.DECISION_NOT_IN_AFAS, owed, side, (what, Cure.SEND_AGAIN, SEND_AGAIN))


def _is_stuck(owed: Owed, now: datetime) -> bool:
    return owed.update.state is UpdateState.PARKED or now - owed.update.created_at > STUCK_AFTER


def _just_ended(owed: Owed, started: datetime) -> bool:
    return owed.ended_at is not None and owed.ended_at >= started


def _finding(
    kind: FindingKind, owed: Owed, side: ClaimSide, words: tuple[Said, Cure, Said], *, payment: bool = True
) -> Finding:
    what, cure, advice = words
    claim = side.claim
    return Finding(
        kind=kind,
        subject=owed.update.subject,
        what=_CLAIM.filled(claim=claim.claim, worker=claim.employee, what=what),
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
