"""What the portal shows against what follows from the rows that we keep; and what is odd within the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from domain.declarations.declaration import Declaration, DeclarationStatus, declare
from domain.declarations.standing import ClaimGround, standing
from domain.outbox.subject import claim_of, subject_of_claim
from domain.reconcile.finding import Cure, Finding, FindingKind
from domain.reconcile.sides import Oddity
from domain.said import Said, alike, listed
from sync.declarations.ports import OpenDeriveWork
from sync.reconcile.field_words import field, value
from sync.reconcile.name_rows import portal_side
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


_NOUNS = {
    "claim": Said("claim", "declaratie"),
    "item": Said("dossier item", "dossieritem"),
    "contact": Said("contact", "contactpersoon"),
    "person": Said("person", "persoon"),
    "question": Said("question", "vraag"),
}
NOT_DECLARED = Said("the portal does not have it", "het portaal heeft deze niet")
_DOES_NOT_FOLLOW = Said(
    "claim {claim} (worker {worker}): the declaration does not follow from the rows that we keep: {told}",
    "declaratie {claim} (medewerker {worker}): het portaal toont niet wat uit onze regels volgt: {told}",
)
_NO_CLAIM = Said("there is no such claim", "deze declaratie bestaat niet")
_WHO_MADE_IT = Said(
    "Somebody put it into the store: look at the audit trail and the database's own log",
    "Iemand heeft deze in de opslag gezet: kijk in het auditspoor en in het logboek van de database",
)
DERIVE_ANEW = Said(
    "Ask again: it is derived anew, and offered as it follows",
    "Opnieuw voorleggen: de declaratie wordt opnieuw afgeleid, en aangeboden zoals zij volgt",
)
_SUMS_DIFFER = Said(
    "claim {claim}: the claim says {hours} hours, its lines {lines}",
    "declaratie {claim}: volgens de declaratie {hours} uren, volgens de regels {lines}",
)
_PULL_BOTH = Said(
    "Pull again: both are read afresh. If it stays: the back office corrects it in AFAS",
    "Opnieuw ophalen: beide worden vers gelezen. Blijft het zo: de backoffice verbetert het in AFAS",
)
_LOST = Said(
    "{about}: decision {decision} ({kind}) lost the update it owed",
    "{about}: besluit {decision} ({kind}) is zijn wijziging aan AFAS kwijt",
)
_OFFER_AGAIN = Said(
    "Ask again: the declaration is read afresh and offered again",
    "Opnieuw voorleggen: de declaratie wordt vers gelezen en opnieuw aangeboden",
)
_BY_HAND = Said(
    "Somebody removed it from the store: look at the audit trail, and do it in AFAS by hand",
    "Iemand heeft haar uit de opslag verwijderd: kijk in het auditspoor, en doe het in AFAS met de hand",
)
_NOT_DECIDED = Said(
    "update {update} ({kind}, {state}) on {about}: not decided",
    "wijziging {update} ({kind}, {state}) over {about}: door niemand besloten",
)
_UNDO = Said(
    "Look at the audit trail; cancel the update while it waits, or undo its effect in AFAS",
    "Kijk in het auditspoor; trek de wijziging in zolang zij wacht, of maak haar gevolg in AFAS ongedaan",
)
_NOT_ACCOUNTED = Said(
    "run {run} of {flow}: {read} rows, {accounted} accounted for",
    "ophaling {run} van {flow}: {read} regels, {accounted} verantwoord",
)
_IN_FULL = Said(
    "Pull again: the whole flow is read in full", "Opnieuw ophalen: de hele stroom wordt volledig gelezen"
)


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
        what=_DOES_NOT_FOLLOW.filled(claim=declaration.number, worker=declaration.employee, told=_NO_CLAIM),
        cure=Cure.PERSON,
        advice=_WHO_MADE_IT,
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
    told = listed([field(name) for name in names]) if known else NOT_DECLARED
    return Finding(
        kind=FindingKind.DECLARATION_DIFFERS,
        subject=subject_of_claim(number),
        what=_DOES_NOT_FOLLOW.filled(claim=number, worker=follows.employee, told=told),
        cure=Cure.ASK_AGAIN,
        advice=DERIVE_ANEW,
        client=follows.client,
        week=follows.week,
        payment=known is None or bool({"status", "version", "hours"} & set(names)),
        flow="claims",
        keys=(number,),
        sides={"portal": portal_side(known), "store": portal_side(follows)},
    )


def _about(subject: str) -> Said:
    """What a decision or update is about, such as ``claim 5.01``."""
    noun, _, key = subject.partition(":")
    return _NOUNS.get(noun, alike(noun)).then(alike(f" {key}"))


def _not_adding_up(odd: Oddity) -> Finding:
    facts = odd.facts
    return Finding(
        kind=odd.kind,
        subject=odd.subject,
        what=_SUMS_DIFFER.filled(
            claim=facts["claim"], hours=value(facts["hours"]), lines=value(facts["of_lines"])
        ),
        cure=Cure.PULL_AGAIN,
        advice=_PULL_BOTH,
        client=odd.client,
        week=odd.week,
        payment=True,
        flow="claims",
        keys=(str(facts["claim"]),),
        sides={"store": facts},
    )


def _without_update(odd: Oddity) -> Finding:
    facts, claim = odd.facts, claim_of(odd.subject)
    return Finding(
        kind=odd.kind,
        subject=f"decision:{facts['decision']}",
        what=_LOST.filled(about=_about(odd.subject), decision=facts["decision"], kind=value(facts["kind"])),
        cure=Cure.ASK_AGAIN if claim else Cure.PERSON,
        advice=_OFFER_AGAIN if claim else _BY_HAND,
        payment=claim is not None,
        flow="claims" if claim else None,
        keys=(claim,) if claim else (),
        sides={"store": facts},
    )


def _without_decision(odd: Oddity) -> Finding:
    facts = odd.facts
    return Finding(
        kind=odd.kind,
        subject=odd.subject,
        what=_NOT_DECIDED.filled(
            update=facts["update"],
            kind=value(facts["kind"]),
            state=value(facts["state"]),
            about=_about(str(facts["about"])),
        ),
        cure=Cure.PERSON,
        advice=_UNDO,
        payment=claim_of(str(facts["about"])) is not None,
        sides={"store": facts},
    )


def _not_conserved(odd: Oddity) -> Finding:
    facts = odd.facts
    return Finding(
        kind=odd.kind,
        subject=odd.subject,
        what=_NOT_ACCOUNTED.filled(run=odd.subject.removeprefix("run:"), **facts),
        cure=Cure.PULL_AGAIN,
        advice=_IN_FULL,
        payment=facts["flow"] in ("hours", "claims"),
        flow=str(facts["flow"]),
        sides={"store": facts},
    )


_ODD = {
    FindingKind.NOT_ADDING_UP: _not_adding_up,
    FindingKind.DECISION_WITHOUT_UPDATE: _without_update,
    FindingKind.UPDATE_WITHOUT_DECISION: _without_decision,
    FindingKind.RUN_NOT_CONSERVED: _not_conserved,
}
