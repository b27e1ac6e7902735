"""Changed mobile numbers: of a contact (KnContact, work mobile) or a worker (KnPerson, private mobile)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.message import Message
from domain.outbox.afas_call import Call
from domain.outbox.update import Update
from domain.outbox.verdicts import Seen, Sight
from domain.records.phone import same_number
from mappings.outbox.outgoing import Found, Look, Material, element, text_of
from mappings.outbox.steps import SEEN_UNTIL, cannot_be_told, moved_on

CONTACTS = Look("Loonbrug_Contacts", "ContactId", ("ContactId",), ("ContactId", "MobWork", "ChangedOn"))
EMPLOYEES = Look(
    "Loonbrug_Employees", "EmployeeId", ("EmployeeId",), ("EmployeeId", "MobilePrivate", "PersonChangedOn")
)


@dataclass(frozen=True, slots=True)
class MobileNumbers:
    """A changed mobile number. Contacts and workers live in different connectors."""

    before: tuple[Look, ...] = (CONTACTS, EMPLOYEES)
    in_doubt: tuple[Look, ...] = (CONTACTS, EMPLOYEES)
    after: tuple[Look, ...] = (CONTACTS, EMPLOYEES)
    uses_actions: bool = False
    names: str = ""

    def value(self, update: Update, look: Look) -> str:
        """The contact or the employee; empty in the connector where this one is not."""
        if look is CONTACTS:
            return "" if _is_worker(update) else str(update.payload["contact"])
        return str(update.payload["employee"]) if _is_worker(update) else ""

    def judge(self, update: Update, found: Found) -> Seen:
        """The number is there, or another one: the one we knew, or a newer one that we must not overwrite."""
        worker = _is_worker(update)
        rows = found[EMPLOYEES.connector if worker else CONTACTS.connector]
        if not rows:
            return Seen(Sight.GONE, Message("why.person-gone"))
        shown = text_of(rows[0], "MobilePrivate" if worker else "MobWork")
        changed = text_of(rows[0], "PersonChangedOn" if worker else "ChangedOn")
        if same_number(shown, str(update.payload["mobile"])):
            return Seen(Sight.APPLIED, Message("why.number-there"), {"changed_on": changed})
        if untold := cannot_be_told(update, changed):
            return untold
        if moved_on(update, changed):
            return Seen(Sight.GONE, Message("why.person-changed"))
        return Seen(Sight.OPEN, Message("why.other-number"), {SEEN_UNTIL: changed})

    def call(self, update: Update, material: Material) -> Call:  # noqa: ARG002 - the Protocol's
        """The write: a contact is found by organisation and person, a worker by person."""
        payload = update.payload
        if _is_worker(update):
            fields = {"MatchPer": "0", "BcCo": payload["person"], "MbN2": payload["mobile"]}
            return Call("PUT", "KnPerson", element("KnPerson", fields))
        fields = {
            "BcCoOga": payload["organisation"],
            "BcCoPer": payload["person"],
            "MbNr": payload["mobile"],
        }
        return Call("PUT", "KnContact", element("KnContact", fields))


def _is_worker(update: Update) -> bool:
    return update.payload["who"] == "worker"
