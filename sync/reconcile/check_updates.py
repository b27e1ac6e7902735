"""Signatures, questions and numbers against AFAS: is the effect still there, and is it there once?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.outbox.update import Update, UpdateKind, UpdateState
from domain.outbox.verdicts import Seen, Sight
from domain.pull.query import Row
from domain.reconcile.comparison import FlowProgress
from domain.reconcile.finding import Cure, Finding, FindingKind
from domain.reconcile.sides import Owed
from domain.records.documents import Document
from domain.said import Said, alike
from mappings.outbox.outgoing import Found, Outgoing, text_of
from mappings.outbox.questions import BY_TITLE
from mappings.outbox.signed_documents import FILES
from sync.outbox.looks import Pages, judged, look
from sync.reconcile.check_claims import SEND_AGAIN
from sync.reconcile.field_words import value
from sync.reconcile.ports import Ledger

UPDATE_KINDS = frozenset(
    {
        FindingKind.EFFECT_GONE,
        FindingKind.FILE_GONE,
        FindingKind.DOUBLED_FILE,
        FindingKind.DOUBLED_ITEM,
    }
)
_NAMES = {
    UpdateKind.ATTACH_FILE: Said("the signed file", "het getekende bestand"),
    UpdateKind.SIGN_OFF: Said("the signature", "de aftekening"),
    UpdateKind.ASK_QUESTION: Said("the question", "de vraag"),
    UpdateKind.CHANGE_MOBILE: Said("the mobile number", "het mobiele nummer"),
}
_GONE = Said(
    "{name} was seen in AFAS, and is not there any more", "{name} is in AFAS gezien, en staat er niet meer"
)
_UNSIGNED = Said(
    "the document was signed off in AFAS, and waits for a signature there again",
    "het document was afgetekend in AFAS, en wacht daar weer op een handtekening",
)
_OFFER = Said(
    "Pull again: the portal then offers it to be signed again",
    "Opnieuw ophalen: het portaal biedt het dan weer aan om te tekenen",
)
_TWICE = Said(
    "AFAS shows {count} {noun} with the one mark {mark}: {twins}",
    "AFAS toont {count} {noun} met het ene kenmerk {mark}: {twins}",
)
_NOUNS = {
    FindingKind.DOUBLED_FILE: Said("files", "bestanden"),
    FindingKind.DOUBLED_ITEM: Said("dossier items", "dossieritems"),
}
_REMOVE = Said(
    "In AFAS: look at both, and remove all but the first of {twins}",
    "In AFAS: bekijk ze, en verwijder alle behalve de eerste van {twins}",
)
_ARRIVED = Said(
    "{name} is {state} here, and yet AFAS shows it", "{name} staat hier als {state}, maar AFAS toont het wel"
)
_QUESTION = Said("a question", "een vraag")
_ITEM = Said("dossier item {key}", "dossieritem {key}")
_CONTACT = Said("contact {key}", "contactpersoon {key}")


class UpdateChecks:
    """Checks the updates that are not about claims. ``kinds``: how each looks in AFAS."""

    def __init__(self, afas: Pages, ledger: Ledger, kinds: Mapping[UpdateKind, Outgoing]) -> None:
        self._afas = afas
        self._ledger = ledger
        self._kinds = kinds

    def check(self, owed: Sequence[Owed], documents: FlowProgress) -> list[Finding]:
        """Look at all of them in AFAS, a kind at a time. Raises AfasError."""
        findings: list[Finding] = []
        by_kind: dict[UpdateKind, list[Owed]] = defaultdict(list)
        for each in owed:
            by_kind[each.update.kind].append(each)
        for kind, some in by_kind.items():
            outgoing = self._kinds[kind]
            updates = [replace(each.update, doubt=True) for each in some]
            found = look(self._afas, outgoing, outgoing.in_doubt, updates)
            for each, update in zip(some, updates, strict=True):
                seen = judged(outgoing, outgoing.in_doubt, update, found[update.id])
                finding = _doubled(each, found[update.id]) or self._gone(
                    each, seen, found[update.id], documents
                )
                findings += [finding] if finding else []
        return findings

    def _gone(self, owed: Owed, seen: Seen, found: Found, documents: FlowProgress) -> Finding | None:
        update = owed.update
        if update.state is not UpdateState.DONE:
            return _arrived(owed) if seen.sight is Sight.APPLIED and _settled(owed) else None
        if seen.sight not in (Sight.OPEN, Sight.HIDDEN, Sight.LOST):
            return None
        match update.kind:
            case UpdateKind.ATTACH_FILE:
                return _finding(FindingKind.FILE_GONE, owed, _gone_again(update.kind), {"file": "not there"})
            case UpdateKind.SIGN_OFF:
                return self._sign_off(owed, documents)
            case UpdateKind.CHANGE_MOBILE if not _same_change(update, found):
                return None
        return _finding(FindingKind.EFFECT_GONE, owed, _gone_again(update.kind), {"shows": seen.why})

    def _sign_off(self, owed: Owed, documents: FlowProgress) -> Finding | None:
        """A document that was sent round again shows so in the portal; only what the portal misses counts."""
        item = str(owed.update.payload["item"])
        kept = self._ledger.by_key(Document, [item]).get(item)
        if kept is None or kept.record.to_sign or kept.written_at >= documents.started:
            return None
        words = (_UNSIGNED, Cure.PULL_AGAIN, _OFFER)
        finding = _finding(FindingKind.EFFECT_GONE, owed, words, {"status": "to sign"})
        return replace(finding, flow="documents", keys=(item,))


def _doubled(owed: Owed, found: Found) -> Finding | None:
    update = owed.update
    twins = _twins(update, found)
    if len(twins) < 2:
        return None
    kind = FindingKind.DOUBLED_FILE if update.kind is UpdateKind.ATTACH_FILE else FindingKind.DOUBLED_ITEM
    named = ", ".join(twins)
    what = _TWICE.filled(count=len(twins), noun=_NOUNS[kind], mark=update.mark, twins=named)
    return _finding(kind, owed, (what, Cure.PERSON, _REMOVE.filled(twins=named)), {"found": twins})


def _twins(update: Update, found: Found) -> list[str]:
    """AFAS's keys of everything that carries the update's own sign."""
    if update.kind is UpdateKind.ATTACH_FILE:
        rows = [
            row for row in _of(found, FILES.connector) if text_of(row, "FileName") == update.payload["name"]
        ]
        return sorted(text_of(row, "AttachmentId") for row in rows)
    if update.kind is UpdateKind.ASK_QUESTION:
        rows = [row for row in _of(found, BY_TITLE.connector) if update.mark in text_of(row, "Subject")]
        return sorted(text_of(row, "SubjectId") for row in rows)
    return []


def _arrived(owed: Owed) -> Finding:
    what = _ARRIVED.filled(name=_NAMES[owed.update.kind], state=value(owed.update.state))
    return _finding(
        FindingKind.ARRIVED_UNNOTICED, owed, (what, Cure.SEND_AGAIN, SEND_AGAIN), {"shows": "it is there"}
    )


def _gone_again(kind: UpdateKind) -> tuple[Said, Cure, Said]:
    return _GONE.filled(name=_NAMES[kind]), Cure.SEND_AGAIN, SEND_AGAIN


def _settled(owed: Owed) -> bool:
    """A person must act on it; what is unclear is being looked for."""
    return owed.update.state is UpdateState.PARKED


def _same_change(update: Update, found: Found) -> bool:
    """The person was not changed since: then another number is no newer wish."""
    rows = [row for rows in found.values() for row in rows]
    known = update.evidence.get("changed_on")
    return bool(
        known and rows and known in {text_of(rows[0], name) for name in ("PersonChangedOn", "ChangedOn")}
    )


def _of(found: Found, connector: str) -> Sequence[Row]:
    return found.get(connector, ())


def _finding(
    kind: FindingKind, owed: Owed, words: tuple[Said, Cure, Said], afas: Mapping[str, object]
) -> Finding:
    what, cure, advice = words
    update = owed.update
    store = {"update": update.id, "decided": update.kind.value, "state": update.state.value}
    return Finding(
        kind=kind,
        subject=f"update:{update.id}",
        what=_about(update).then(alike(": ")).then(what),
        cure=cure,
        advice=advice,
        update=update.id,
        sides={"store": store, "afas": dict(afas)},
    )


def _about(update: Update) -> Said:
    noun, _, key = update.subject.partition(":")
    known = {"question": _QUESTION, "item": _ITEM, "contact": _CONTACT}.get(noun)
    return known.filled(key=key) if known else alike(f"{noun} {key}")
