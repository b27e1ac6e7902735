"""Hand in a document that the client signed: the file and the sign-off, owed together."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field

from domain.decisions.decision import Caller, NewDecision, PastDecision, StoredFile, ToSign
from domain.decisions.signed_pdf import PlainPdf
from domain.errors import LoonbrugError, MayNotDecide, NotFound, NotOffered
from domain.message import Message
from domain.outbox.update import NewUpdate, UpdateKind
from sync.decisions.decide import DecisionTaken, again, decided, new_mark
from sync.decisions.ports import UnitOfWork

NAME_LENGTH = 255
"""AFAS: FileName of KnSubjectAttachment."""

SIGN = "sign"


class NotLookedThrough(LoonbrugError):  # noqa: N818  # named like the rest of the tree
    """The answer hangs on the file itself: look through it, and ask again."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signed PDF with the proof of signing: times of the e-mail and SMS code, address, and the like.

    ``sha256`` tells the file from others. ``pdf`` is None as long as nobody looked through it, which costs
    time and is done for those only who may hand it in.
    """

    document: int
    contact: int
    sha256: bytes
    evidence: dict[str, object] = field(repr=False)
    pdf: PlainPdf | None = None


def sign(work: UnitOfWork, caller: Caller, signature: Signature) -> DecisionTaken:
    """Take the signed document in. The same file of the same contact again is the same decision again.

    Raises NotFound, MayNotDecide and NotOffered; NotLookedThrough when all that is left is the file.
    """
    waiting = _waiting(work, caller, signature)
    if waiting.signed or not waiting.document.to_sign:
        return _taken_before(work, signature)
    if signature.pdf is None:
        raise NotLookedThrough("the file is to be looked through first")
    return _settle(work, caller, waiting, signature, signature.pdf)


def signed_name(title: str, mark: str) -> str:
    """The name under which the file goes to AFAS, and by whose mark it is found again.

    >>> signed_name("Order 12/3: bevestiging", "LB-0a1b2c3d4e")
    'Getekend - Order 12 3 bevestiging (LB-0a1b2c3d4e).pdf'
    """
    before, behind = "Getekend - ", f" ({mark}).pdf"
    safe = " ".join(re.sub(r"[^\w\s.,&+()'-]", " ", title).split()).strip(" .")
    return before + safe[: NAME_LENGTH - len(before) - len(behind)].rstrip(" .") + behind


def _waiting(work: UnitOfWork, caller: Caller, signature: Signature) -> ToSign:
    waiting, contact = work.document(signature.document), work.contact(signature.contact)
    if waiting is None or (caller.client and waiting.document.client != caller.client):
        raise NotFound(Message("no-such.document"))
    if contact is None or contact.client != waiting.document.client:
        raise NotFound(Message("no-such.document-of-contact"))
    if contact.blocked:
        raise MayNotDecide(Message("refused.blocked"))
    if contact.contact != waiting.signer:
        raise MayNotDecide(Message("refused.signs-not"))
    return waiting


def _taken_before(work: UnitOfWork, signature: Signature) -> DecisionTaken:
    past = work.last_decision(f"item:{signature.document}")
    if past and past.contact == signature.contact and past.content.get("sha256") == signature.sha256.hex():
        return again(past)
    raise NotOffered(Message("refused.waits-not-for-signature"))


def _settle(
    work: UnitOfWork, caller: Caller, waiting: ToSign, signature: Signature, pdf: PlainPdf
) -> DecisionTaken:
    mark, file, digest = new_mark(), uuid.uuid4(), signature.sha256
    name = signed_name(waiting.document.title, mark)
    evidence = dict(signature.evidence) | {"sha256": digest.hex()}
    work.keep(StoredFile(file, name, "application/pdf", pdf.content, digest, evidence))
    content: dict[str, object] = {"file": str(file), "name": name, "sha256": digest.hex()}
    past = work.record(_decision(caller, signature, content))
    return decided(past, _owe_file(work, past, file, name, mark), _owe_sign_off(work, past, signature))


def _decision(caller: Caller, signature: Signature, content: dict[str, object]) -> NewDecision:
    subject = f"item:{signature.document}"
    return NewDecision(SIGN, subject, None, signature.contact, content, caller.api_key)


def _owe_file(work: UnitOfWork, past: PastDecision, file: uuid.UUID, name: str, mark: str) -> int:
    item = int(past.subject.removeprefix("item:"))
    payload: dict[str, object] = {"item": item, "file": str(file), "name": name}
    return work.owe(
        NewUpdate(work.environment, past.id, UpdateKind.ATTACH_FILE, past.subject, None, payload, mark)
    )


def _owe_sign_off(work: UnitOfWork, past: PastDecision, signature: Signature) -> int:
    mark = new_mark()
    comment = f"Getekend in het portaal door contact {signature.contact} ({mark})"
    payload: dict[str, object] = {
        "item": signature.document,
        "contact": signature.contact,
        "comment": comment,
    }
    return work.owe(
        NewUpdate(work.environment, past.id, UpdateKind.SIGN_OFF, past.subject, None, payload, mark)
    )
