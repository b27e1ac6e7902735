"""Signatures, questions and numbers against AFAS: is the effect still there, and is it there once?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.comparison import FlowFacts
from domain.documents import Document
from domain.finding import Cure, Finding, FindingKind
from domain.query import Row
from domain.update import Update, UpdateKind, UpdateState
from domain.verdicts import Seen, Sight
from domain.watched import Owed
from mappings.outgoing import Found, Outgoing, text_of
from mappings.questions import BY_TITLE
from mappings.signed_documents import FILES
from sync.looks import Pages, look
from sync.ports_reconcile import Ledger

UPDATE_KINDS = frozenset(
    {
        FindingKind.EFFECT_GONE,
        FindingKind.FILE_GONE,
        FindingKind.DOUBLED_FILE,
        FindingKind.DOUBLED_ITEM,
    }
)
_NAMES = {
    UpdateKind.ATTACH_FILE: "the signed file",
    UpdateKind.SIGN_OFF: "the signature",
    UpdateKind.ASK_QUESTION: "the question",
    UpdateKind.CHANGE_MOBILE: "the mobile number",
}
_SEND = "Send again: AFAS is looked at first; what is there already is not sent"


class UpdateChecks:
    """Checks the updates that are not about claims. ``kinds``: how each looks in AFAS."""

    def __init__(self, afas: Pages, ledger: Ledger, kinds: Mapping[UpdateKind, Outgoing]) -> None:
        self._afas = afas
        self._ledger = ledger
        self._kinds = kinds

    def check(self, owed: Sequence[Owed], documents: FlowFacts) -> list[Finding]:
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
                seen = outgoing.judge(update, found[update.id])
                finding = _doubled(each, found[update.id]) or self._gone(
                    each, seen, found[update.id], documents
                )
                findings += [finding] if finding else []
        return findings

    def _gone(self, owed: Owed, seen: Seen, found: Found, documents: FlowFacts) -> Finding | None:
        update = owed.update
        if update.state is not UpdateState.DONE:
            return _arrived(owed) if seen.sight is Sight.APPLIED and _settled(owed) else None
        if seen.sight is not Sight.OPEN:
            return None
        match update.kind:
            case UpdateKind.ATTACH_FILE:
                what = "the signed file was seen in AFAS, and is not there any more"
                return _finding(
                    FindingKind.FILE_GONE, owed, (what, Cure.SEND_AGAIN, _SEND), {"file": "not there"}
                )
            case UpdateKind.SIGN_OFF:
                return self._sign_off(owed, documents)
            case UpdateKind.CHANGE_MOBILE if not _same_change(update, found):
                return None
        what = f"{_NAMES[update.kind]} was seen in AFAS, and is not there any more"
        return _finding(FindingKind.EFFECT_GONE, owed, (what, Cure.SEND_AGAIN, _SEND), {"shows": seen.why})

    def _sign_off(self, owed: Owed, documents: FlowFacts) -> Finding | None:
        """A document that was sent round again shows so in the portal; only what the portal misses counts."""
        item = str(owed.update.payload["item"])
        kept = self._ledger.by_key(Document, [item]).get(item)
        if kept is None or kept.record.to_sign or kept.written_at >= documents.started:
            return None
        what = "the document was signed off in AFAS, and waits for a signature there again"
        advice = "Pull again: the portal then offers it to be signed again"
        finding = _finding(
            FindingKind.EFFECT_GONE, owed, (what, Cure.PULL_AGAIN, advice), {"status": "to sign"}
        )
        return replace(finding, flow="documents", keys=(item,))


def _doubled(owed: Owed, found: Found) -> Finding | None:
    update = owed.update
    twins = _twins(update, found)
    if len(twins) < 2:
        return None
    kind = FindingKind.DOUBLED_FILE if update.kind is UpdateKind.ATTACH_FILE else FindingKind.DOUBLED_ITEM
    noun = "files" if kind is FindingKind.DOUBLED_FILE else "dossier items"
    what = f"AFAS shows {len(twins)} {noun} with the one mark {update.mark}: {', '.join(twins)}"
    advice = f"In AFAS: look at both, and remove all but the first of {', '.join(twins)}"
    return _finding(kind, owed, (what, Cure.PERSON, advice), {"found": twins})


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
    what = f"{_NAMES[owed.update.kind]} is {owed.update.state}, and yet AFAS shows it"
    return _finding(
        FindingKind.ARRIVED_UNNOTICED, owed, (what, Cure.SEND_AGAIN, _SEND), {"shows": "it is there"}
    )


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
    kind: FindingKind, owed: Owed, words: tuple[str, Cure, str], afas: Mapping[str, object]
) -> Finding:
    what, cure, advice = words
    update = owed.update
    store = {"update": update.id, "decided": update.kind.value, "state": update.state.value}
    return Finding(
        kind=kind,
        subject=f"update:{update.id}",
        what=f"{_about(update)}: {what}",
        cure=cure,
        advice=advice,
        update=update.id,
        sides={"store": store, "afas": dict(afas)},
    )


def _about(update: Update) -> str:
    subject = update.subject
    return "a question" if subject.startswith("question:") else subject.replace(":", " ", 1)
