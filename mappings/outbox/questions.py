"""Questions of a client: a new dossier item of a type of the customer's own, linked to the sales relation.

``POST KnSubject`` has no key of ours, so the subject line carries our mark and is looked up by it before it
is sent (AFAS: knsubject-post.md; only own, positive types can be made by API: howto-workflow-acties.md). The
answer names the item (``SbId``; AFAS: OpenAPI), and that proves it even where the connector does not show it:
rows outside a filter are left out silently. So "not there" only counts where an item of that type is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.message import Message
from domain.outbox.afas_call import Call
from domain.outbox.update import Update
from domain.outbox.verdicts import Seen, Sight
from domain.pull.query import Row
from mappings.outbox.outgoing import MADE, Found, Look, Material, element, text_of

SUBJECT_LENGTH = 255
SALES_RELATION = "4"
"""``SfTp`` of KnSubjectLink: the destination is a sales relation (AFAS: OpenAPI)."""
_SHOWN = ("SubjectId", "SubjectTypeId", "Subject")
BY_TITLE = Look("Loonbrug_Documents", "Subject", ("SubjectId",), _SHOWN)
BY_ITEM = Look("Loonbrug_Documents", "SubjectId", ("SubjectId",), _SHOWN)
OF_TYPE = Look("Loonbrug_Documents", "SubjectTypeId", ("SubjectId",), _SHOWN, any_will_do=True)


@dataclass(frozen=True, slots=True)
class Questions:
    """A question; ``item_type`` is the number of the dossier item type (*type dossieritem*)."""

    item_type: int = 19
    before: tuple[Look, ...] = (BY_TITLE,)
    in_doubt: tuple[Look, ...] = (BY_TITLE, BY_ITEM, OF_TYPE)
    after: tuple[Look, ...] = (BY_TITLE, BY_ITEM, OF_TYPE)
    uses_actions: bool = False
    names: str = "SbId"

    def value(self, update: Update, look: Look) -> str:
        """The whole subject line ("contains" skips AFAS's indexes), the item that AFAS named, or its type."""
        if look is BY_ITEM:
            return update.evidence.get(MADE, "")
        return self._type(update) if look is OF_TYPE else marked_title(update)

    def judge(self, update: Update, found: Found) -> Seen:
        """There when an item with our mark is there, or the one that AFAS named: its title may be edited."""
        rows, named = found[BY_TITLE.connector], update.evidence.get(MADE)
        ours = [row for row in rows if _is_ours(row, update, named)]
        if ours:
            return Seen(Sight.APPLIED, Message("why.question-there"), {MADE: text_of(ours[0], "SubjectId")})
        type_ = self._type(update)
        if update.doubt and not any(text_of(row, "SubjectTypeId") == type_ for row in rows):
            return Seen(Sight.HIDDEN, _hidden(type_, named))
        if named:
            return Seen(Sight.LOST, Message("why.made-not-shown", {"item": named}))
        return Seen(Sight.OPEN, Message("why.question-not-there"))

    def call(self, update: Update, material: Material) -> Call:  # noqa: ARG002 - the Protocol's
        """A dossier item with the question as its comment, visible at the client."""
        fields: dict[str, object] = {
            "StId": int(self._type(update)),
            "Ds": marked_title(update),
            "SbTx": f"{update.payload['text']}\n\n(contact {update.payload['contact']}, via het portaal)",
        }
        link = {"DoCRM": True, "SfTp": SALES_RELATION, "SfId": update.payload["client"]}
        body = element("KnSubject", fields, KnSubjectLink={"Element": {"Fields": link}})
        return Call("POST", "KnSubject", body)

    def _type(self, update: Update) -> str:
        return str(update.payload.get("item_type") or self.item_type)


def _is_ours(row: Row, update: Update, named: str | None) -> bool:
    return update.mark in text_of(row, "Subject") or text_of(row, "SubjectId") == named


def _hidden(type_: str, named: str | None) -> Message:
    """What the administrator must do. Once an item of the type is shown, everything goes on by itself."""
    if named:
        return Message("why.type-hidden-of-made", {"item": named, "type": type_})
    return Message("why.type-hidden", {"type": type_})


def marked_title(update: Update) -> str:
    """The subject line with our mark behind it, on one line and not longer than AFAS accepts."""
    title = " ".join(str(update.payload["title"]).split())
    room = SUBJECT_LENGTH - len(update.mark) - 3
    return f"{title[:room].rstrip()} ({update.mark})"
