"""Signatures, questions and numbers against AFAS: is the effect still there, and is it there once?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.message import Message
from domain.outbox.update import Update, UpdateKind, UpdateState
from domain.outbox.verdicts import Seen, Sight
from domain.pull.query import Row
from domain.reconcile.comparison import FlowProgress
from domain.reconcile.finding import Cure, Finding, FindingKind
from domain.reconcile.sides import Owed
from domain.records.documents import Document
from mappings.outbox.outgoing import Found, Outgoing, text_of
from mappings.outbox.questions import BY_TITLE
from mappings.outbox.signed_documents import FILES
from sync.outbox.looks import Pages, judged, look
from sync.reconcile.check_claims import SEND_AGAIN
from sync.reconcile.name_rows import about
from sync.reconcile.ports import Ledger

UPDATE_KINDS = frozenset(
    {
        FindingKind.EFFECT_GONE,
        FindingKind.FILE_GONE,
        FindingKind.DOUBLED_FILE,
        FindingKind.DOUBLED_ITEM,
    }
)


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
                return _finding(FindingKind.FILE_GONE, owed, _gone_again(update.kind), {"file": "not-there"})
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
        words = (Message("differs.unsigned"), Cure.PULL_AGAIN, Message("advice.pull-to-sign"))
        finding = _finding(FindingKind.EFFECT_GONE, owed, words, {"status": "to-sign"})
        return replace(finding, flow="documents", keys=(item,))


def _doubled(owed: Owed, found: Found) -> Finding | None:
    update = owed.update
    twins = _twins(update, found)
    if len(twins) < 2:
        return None
    kind = FindingKind.DOUBLED_FILE if update.kind is UpdateKind.ATTACH_FILE else FindingKind.DOUBLED_ITEM
    what = Message(f"differs.{kind.value}", {"count": len(twins), "mark": update.mark, "twins": twins})
    words = (what, Cure.PERSON, Message("advice.remove-twins", {"twins": twins}))
    return _finding(kind, owed, words, {"found": twins})


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
    facts = {"effect": owed.update.kind.value, "state": owed.update.state.value}
    words = (Message("differs.effect-arrived", facts), Cure.SEND_AGAIN, SEND_AGAIN)
    return _finding(FindingKind.ARRIVED_UNNOTICED, owed, words, {"shows": "there"})


def _gone_again(kind: UpdateKind) -> tuple[Message, Cure, Message]:
    return Message("differs.gone", {"effect": kind.value}), Cure.SEND_AGAIN, SEND_AGAIN


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
    kind: FindingKind, owed: Owed, words: tuple[Message, Cure, Message], afas: Mapping[str, object]
) -> Finding:
    what, cure, advice = words
    update = owed.update
    store = {"update": update.id, "decided": update.kind.value, "state": update.state.value}
    return Finding(
        kind=kind,
        subject=f"update:{update.id}",
        what=Message("differs.effect", {"about": about(update.subject), "what": what}),
        cure=cure,
        advice=advice,
        update=update.id,
        sides={"store": store, "afas": dict(afas)},
    )
