"""Signed documents: the file to the dossier item, then the workflow step that signs off (*ondertekend*).

AFAS has no key for attachments, and names may repeat inside one item: the file's name carries our mark, and
by that exact name it is found again (AFAS: howto-bijlage-dossier.md).
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from domain.message import Message
from domain.outbox.afas_call import Call
from domain.outbox.update import Update
from domain.outbox.verdicts import Seen, Sight
from domain.pull.query import Row
from domain.records.documents import HANDLED, LAPSED, SIGNED
from mappings.outbox.outgoing import Found, Look, Material, Unsendable, text_of
from mappings.outbox.steps import (
    SEEN_UNTIL,
    TASKS,
    TASKS_OF_SUBJECT,
    came_back,
    cannot_be_told,
    entered_on,
    step,
)

DOCUMENTS = Look("Loonbrug_Documents", "SubjectId", ("SubjectId",), ("SubjectId", "WorkflowStatus"))
FILES = Look(
    "Loonbrug_DocumentFiles",
    "SubjectId",
    ("AttachmentId",),
    ("SubjectId", "AttachmentId", "FileId", "FileName"),
)


@dataclass(frozen=True, slots=True)
class SignedFiles:
    """The signed PDF to its dossier item: ``POST KnSubject/KnSubjectAttachment``."""

    before: tuple[Look, ...] = (DOCUMENTS, FILES)
    in_doubt: tuple[Look, ...] = (DOCUMENTS, FILES)
    after: tuple[Look, ...] = (FILES,)
    uses_actions: bool = False
    names: str = ""

    def value(self, update: Update, look: Look) -> str:  # noqa: ARG002 - the Protocol's
        """The dossier item, in every connector."""
        return str(update.payload["item"])

    def judge(self, update: Update, found: Found) -> Seen:
        """There when a file of that exact name is there."""
        name = str(update.payload["name"])
        files = [row for row in found[FILES.connector] if text_of(row, "FileName") == name]
        if files:
            evidence = {
                "file_id": text_of(files[0], "FileId"),
                "attachment": text_of(files[0], "AttachmentId"),
            }
            return Seen(Sight.APPLIED, Message("why.file-there"), evidence)
        return _lapsed(found.get(DOCUMENTS.connector)) or _not_there(update, found[FILES.connector])

    def call(self, update: Update, material: Material) -> Call:
        """The file under its marked name. Raises Unsendable without a file."""
        if material.content is None:
            raise Unsendable(Message("why.file-not-in-store"))
        fields = {
            "FileName": update.payload["name"],
            "FileStream": base64.b64encode(material.content).decode("ascii"),
        }
        attachment = {"KnSubjectAttachment": {"Element": {"Fields": fields}}}
        body: dict[str, object] = {
            "KnSubject": {"Element": {"@SbId": update.payload["item"], "Objects": [attachment]}}
        }
        return Call("POST", "KnSubject/KnSubjectAttachment", body)


@dataclass(frozen=True, slots=True)
class SignOffs:
    """The workflow step that signs a document off; ``action`` is its description."""

    action: str = "Ondertekend door klant"
    before: tuple[Look, ...] = (DOCUMENTS, TASKS_OF_SUBJECT)
    in_doubt: tuple[Look, ...] = (TASKS_OF_SUBJECT, DOCUMENTS)
    after: tuple[Look, ...] = (DOCUMENTS,)
    uses_actions: bool = True
    names: str = ""

    def value(self, update: Update, look: Look) -> str:  # noqa: ARG002 - the Protocol's
        """The dossier item, in every connector."""
        return str(update.payload["item"])

    def judge(self, update: Update, found: Found) -> Seen:
        """Signed off when the workflow says so, or when the item came back for another signature since."""
        rows, tasks = found[DOCUMENTS.connector], found.get(TASKS, ())
        lapsed = _lapsed(rows)
        if lapsed:
            return lapsed
        status = text_of(rows[0], "WorkflowStatus")
        if status in (SIGNED, HANDLED):
            return Seen(Sight.APPLIED, Message("why.shown-as", {"status": status}), {"status": status})
        if untold := cannot_be_told(update, entered_on(tasks)):
            return untold
        if came_back(update, tasks):
            why = Message("why.signed-sent-again")
            return Seen(Sight.APPLIED, why, {"entered_again_on": entered_on(tasks)})
        return Seen(Sight.OPEN, Message("why.waits-for-signature"), {SEEN_UNTIL: entered_on(tasks)})

    def call(self, update: Update, material: Material) -> Call:
        """The step. Raises Unsendable."""
        return step(material, self.action, str(update.payload["comment"]))


def _not_there(update: Update, files: Sequence[Row]) -> Seen:
    """What was signed was a file of that item: where none is shown at all, a look proves nothing."""
    if update.doubt and not files:
        return Seen(Sight.HIDDEN, Message("why.files-hidden", {"item": update.payload["item"]}))
    return Seen(Sight.OPEN, Message("why.file-not-there"))


def _lapsed(documents: Sequence[Row] | None) -> Seen | None:
    """The item is gone or withdrawn; None when it is not, or was not read."""
    if documents is None:
        return None
    if not documents:
        return Seen(Sight.GONE, Message("why.item-gone"))
    if text_of(documents[0], "WorkflowStatus") == LAPSED:
        return Seen(Sight.GONE, Message("why.document-lapsed"))
    return None
