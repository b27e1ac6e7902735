"""What the portal shows against what follows from the rows that we keep; and what is odd within the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from domain.declarations.declaration import Declaration, DeclarationStatus, declare
from domain.declarations.standing import ClaimGround, standing
from domain.message import Message
from domain.outbox.subject import claim_of, subject_of_claim
from domain.reconcile.finding import Cure, Finding, FindingKind
from domain.reconcile.sides import Oddity
from sync.declarations.ports import OpenDeriveWork
from sync.reconcile.name_rows import about, fields_named, plain, portal_side
from sync.reconcile.ports import Ledger

STORE_KINDS = frozenset(
    {
        FindingKind.DECLARATION_DIFFERS,
        FindingKind.NOT_ADDING_UP,
        FindingKind.DECISION_WITHOUT_UPDATE,
        FindingKind.UPDATE_WITHOUT_DECISION,
        FindingKind.RUN_NOT_CONSERVED,
    }
)
WAITING = (DeclarationStatus.OPEN, DeclarationStatus.TO_APPROVE)
_OF_WAITING = frozenset({"contact", "missing", "cost_centre_required"})
BATCH = 200
"""Declarations in one transaction: their rows are locked meanwhile."""

NOT_DECLARED = Message("differs.not-in-portal")
DERIVE_ANEW = Message("advice.derive-anew")


def check_declarations(
    ledger: Ledger, open_work: OpenDeriveWork, since: date
) -> tuple[list[Finding], frozenset[str]]:
    """The findings, and the subjects that wait to be derived.

    What differs is looked at twice. What waits is read before the second look too: who derives takes a key
    off the list in the transaction that writes the declaration, so the second look sees one or the other.
    """
    suspects = [number for number, _ in _differing(open_work, ledger.claims_since(since))]
    before = ledger.stale()
    certain = dict(_differing(open_work, suspects))
    stale = before | ledger.stale()
    findings = [_named(number, ground) for number, ground in certain.items() if number not in stale]
    findings += [_forged(each) for each in ledger.groundless(since) if each.number not in stale]
    return findings, frozenset(subject_of_claim(number) for number in stale)


def name_oddities(oddities: Sequence[Oddity]) -> list[Finding]:
    """What is odd within the store, as findings."""
    return [_ODD[each.kind](each) for each in oddities]


def _differing(open_work: OpenDeriveWork, numbers: Sequence[str]) -> Iterator[tuple[str, ClaimGround]]:
    for start in range(0, len(numbers), BATCH):
        with open_work() as work:
            grounds = work.claims(numbers[start : start + BATCH])
        for ground in grounds:
            if _differing_fields(ground):
                yield ground.claim.claim, ground


def _forged(declaration: Declaration) -> Finding:
    return Finding(
        kind=FindingKind.DECLARATION_DIFFERS,
        subject=subject_of_claim(declaration.number),
        what=_does_not_follow(declaration, Message("differs.no-such-claim")),
        cure=Cure.PERSON,
        advice=Message("advice.who-put-it-there"),
        client=declaration.client,
        week=declaration.week,
        payment=True,
        sides={"portal": portal_side(declaration)},
    )


def _differing_fields(ground: ClaimGround) -> tuple[str, ...]:
    """The fields that do not follow; all of them when the portal does not have it.

    Who decides and what is missing is kept up only while somebody can still decide (``0002_stale.sql``).
    """
    follows, known = _follows(ground), ground.known
    names = tuple(Declaration.__dataclass_fields__)
    if known is None:
        return names
    settled = follows.status not in WAITING
    return tuple(
        name
        for name in names
        if getattr(known, name) != getattr(follows, name) and not (settled and name in _OF_WAITING)
    )


def _follows(ground: ClaimGround) -> Declaration:
    shown = declare(ground.claim, ground.lines, ground.placement, ground.contact, withdrawn=ground.withdrawn)
    return standing(shown, ground.decided)


def _named(number: str, ground: ClaimGround) -> Finding:
    follows = _follows(ground)
    known = ground.known
    names = _differing_fields(ground)
    return Finding(
        kind=FindingKind.DECLARATION_DIFFERS,
        subject=subject_of_claim(number),
        what=_does_not_follow(follows, fields_say(names) if known else NOT_DECLARED),
        cure=Cure.ASK_AGAIN,
        advice=DERIVE_ANEW,
        client=follows.client,
        week=follows.week,
        payment=known is None or bool({"status", "version", "hours"} & set(names)),
        flow="claims",
        keys=(number,),
        sides={"portal": portal_side(known), "store": portal_side(follows)},
    )


def _does_not_follow(declaration: Declaration, says: Message) -> Message:
    facts = {"claim": declaration.number, "worker": declaration.employee, "says": says}
    return Message("differs.declaration", facts)


def fields_say(names: Sequence[str]) -> Message:
    """What differs, by the names of the fields."""
    return Message("differs.fields", {"fields": fields_named(names)})


def _not_adding_up(odd: Oddity) -> Finding:
    facts = odd.facts
    sums = {"claim": facts["claim"], "hours": plain(facts["hours"]), "lines": plain(facts["of_lines"])}
    return Finding(
        kind=odd.kind,
        subject=odd.subject,
        what=Message("differs.sums", sums),
        cure=Cure.PULL_AGAIN,
        advice=Message("advice.pull-both"),
        client=odd.client,
        week=odd.week,
        payment=True,
        flow="claims",
        keys=(str(facts["claim"]),),
        sides={"store": facts},
    )


def _without_update(odd: Oddity) -> Finding:
    facts, claim = odd.facts, claim_of(odd.subject)
    lost = {"about": about(odd.subject), "decision": facts["decision"], "kind": facts["kind"]}
    return Finding(
        kind=odd.kind,
        subject=f"decision:{facts['decision']}",
        what=Message("differs.lost-update", lost),
        cure=Cure.ASK_AGAIN if claim else Cure.PERSON,
        advice=Message("advice.offer-again" if claim else "advice.by-hand"),
        payment=claim is not None,
        flow="claims" if claim else None,
        keys=(claim,) if claim else (),
        sides={"store": facts},
    )


def _without_decision(odd: Oddity) -> Finding:
    subject = str(odd.facts["about"])
    facts = {**odd.facts, "about": about(subject)}
    return Finding(
        kind=odd.kind,
        subject=odd.subject,
        what=Message("differs.not-decided", facts),
        cure=Cure.PERSON,
        advice=Message("advice.undo"),
        payment=claim_of(subject) is not None,
        sides={"store": facts},
    )


def _not_conserved(odd: Oddity) -> Finding:
    facts = odd.facts
    counts = {name: facts[name] for name in ("flow", "read", "accounted")}
    return Finding(
        kind=odd.kind,
        subject=odd.subject,
        what=Message("differs.not-accounted", {"run": odd.subject.removeprefix("run:"), **counts}),
        cure=Cure.PULL_AGAIN,
        advice=Message("advice.pull-in-full"),
        payment=facts["flow"] in ("hours", "claims"),
        flow=str(facts["flow"]),
        sides={"store": {**facts, "flow": Message("differs.flow", {"flow": facts["flow"]})}},
    )


_ODD = {
    FindingKind.NOT_ADDING_UP: _not_adding_up,
    FindingKind.DECISION_WITHOUT_UPDATE: _without_update,
    FindingKind.UPDATE_WITHOUT_DECISION: _without_decision,
    FindingKind.RUN_NOT_CONSERVED: _not_conserved,
}
