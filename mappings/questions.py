"""Questions of a client: a new dossier item of a type of the customer's own, linked to the sales relation.

``POST KnSubject`` has no key of ours, so the subject line carries our mark and is looked up by it before it
is sent (AFAS: knsubject-post.md; only own, positive types can be made by API: howto-workflow-acties.md).
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.afas_call import Call
from domain.update import Update
from domain.verdicts import Seen, Sight
from mappings.outgoing import Found, Look, Material, element, text_of

SUBJECT_LENGTH = 255
SALES_RELATION = "4"
"""``SfTp`` of KnSubjectLink: the destination is a sales relation (AFAS: OpenAPI)."""
BY_TITLE = Look("Loonbrug_Documents", "Subject", ("SubjectId",))


@dataclass(frozen=True, slots=True)
class Questions:
    """A question; ``item_type`` is the number of the dossier item type (*type dossieritem*)."""

    item_type: int = 19
    before: tuple[Look, ...] = (BY_TITLE,)
    in_doubt: tuple[Look, ...] = (BY_TITLE,)
    after: tuple[Look, ...] = (BY_TITLE,)
    uses_actions: bool = False

    def value(self, update: Update, look: Look) -> str:  # noqa: ARG002 - the Protocol's
        """The whole subject line: "contains" skips AFAS's indexes."""
        return marked_title(update)

    def judge(self, update: Update, found: Found) -> Seen:
        """There when an item with our mark is there."""
        rows = [row for row in found[BY_TITLE.connector] if update.mark in text_of(row, "Subject")]
        if rows:
            return Seen(Sight.APPLIED, "AFAS shows the question", {"item": text_of(rows[0], "SubjectId")})
        return Seen(Sight.OPEN, "the question is not there")

    def call(self, update: Update, material: Material) -> Call:  # noqa: ARG002 - the Protocol's
        """A dossier item with the question as its comment, visible at the client."""
        fields: dict[str, object] = {
            "StId": update.payload.get("item_type") or self.item_type,
            "Ds": marked_title(update),
            "SbTx": f"{update.payload['text']}\n\n(contact {update.payload['contact']}, via het portaal)",
        }
        link = {"DoCRM": True, "SfTp": SALES_RELATION, "SfId": update.payload["client"]}
        body = element("KnSubject", fields, KnSubjectLink={"Element": {"Fields": link}})
        return Call("POST", "KnSubject", body)


def marked_title(update: Update) -> str:
    """The subject line with our mark behind it, on one line and not longer than AFAS accepts."""
    title = " ".join(str(update.payload["title"]).split())
    room = SUBJECT_LENGTH - len(update.mark) - 3
    return f"{title[:room].rstrip()} ({update.mark})"
