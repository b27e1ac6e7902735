"""KnPerson: a worker's mobile numbers and e-mail (AFAS: howto-medewerker-ad.md)."""

from typing import Any

from sandbox.errors import Refusal
from sandbox.profit.world import World
from sandbox.updates.mobile import count_change, fitting
from sandbox.updates.refusals import not_existing
from sandbox.updates.validation import CheckedBody, Element

_EMPLOYEE = {
    "MbN2": "MobilePrivate",
    "MbNr": "MobileWork",
    "EmA2": "PrivateEmail",
    "EmAd": "WorkEmail",
    "FiNm": "FirstName",
    "In": "Initials",
    "Is": "Prefix",
    "LaNm": "LastName",
}
_CONTACT = {"MbN2": "MobPrivate"}


def handle(world: World, request: CheckedBody) -> dict[str, Any]:
    """Change persons, found by `MatchPer` "0" and `BcCo`. Raises Refusal."""
    answers = [_change(world, request, element) for element in request.elements]
    return {"KnPerson": answers if request.many else answers[0]}


def _change(world: World, request: CheckedBody, element: Element) -> dict[str, str]:
    if element.fields.get("MatchPer") not in ("0", None):
        raise Refusal(
            "De sandbox zoekt personen alleen op nummer (MatchPer 0).",
            "The sandbox finds persons by number only (MatchPer 0).",
        )
    person = str(request.need(element, "BcCo"))
    world.refuse_locked(f"person:{person}")
    workers = world.tables.select("Loonbrug_Employees", {"PersonId": person})
    contacts = world.tables.select("Loonbrug_Contacts", {"PerNumber": person})
    if not workers and not contacts:
        raise not_existing(request.field("BcCo"))
    for row in workers:
        changes = fitting(world, "Loonbrug_Employees", request, element, _EMPLOYEE)
        stamp = {"PersonChangedOn": world.now()}
        world.tables.update("Loonbrug_Employees", (row["EmployeeId"],), changes | stamp)
        if "MobilePrivate" in changes:
            count_change(world, f"person:{person}", row["MobilePrivate"], changes["MobilePrivate"])
    for row in contacts:  # a contact's changed-on does not move with its person (AFAS: howto-bi.md)
        changes = fitting(world, "Loonbrug_Contacts", request, element, _CONTACT)
        world.tables.update("Loonbrug_Contacts", (row["ContactId"],), changes)
    return {"BcCo": person, "BcId": person}
