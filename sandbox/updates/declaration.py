"""PtDeclaration: approve a claim for the client, set its cost centre and reference, or make one."""

from typing import Any

from sandbox.contract import Row
from sandbox.errors import Refusal
from sandbox.profit import claims, hours
from sandbox.profit.world import World
from sandbox.updates.refusals import mandatory, not_existing
from sandbox.updates.validation import CheckedBody, Element


def handle(world: World, request: CheckedBody) -> dict[str, Any]:
    """POST makes claims of a placement and week, PUT changes and approves one. Raises Refusal."""
    apply = _create if request.verb == "POST" else _change
    answers = [apply(world, request, element) for element in request.elements]
    return {"PtDeclaration": answers if request.many else answers[0]}


def _create(world: World, request: CheckedBody, element: Element) -> dict[str, str]:
    placement = str(request.need(element, "PlCo"))
    if world.tables.get("Loonbrug_Placements", (placement,)) is None:
        raise not_existing(request.field("PlCo"))
    year, period = element.fields["Year"], element.fields["PeId"]
    try:
        hours.days_of(year, period)
    except ValueError as error:
        raise not_existing(request.field("PeId")) from error
    number = claims.submit(world, placement, year, period, world.switches.connector_user)
    return _answer(world, number, element)


def _change(world: World, request: CheckedBody, element: Element) -> dict[str, str]:
    row = claims.claim_of(world, str(request.need(element, "DcCo")))
    number = str(row["ClaimNumber"])
    if element.fields.get("ApprovWorkflow"):
        claims.refuse_not_waiting(world, row)
        contact = _approver(world, request, element, row)
        _set_details(world, request, element, row)
        claims.approve_externally(world, number, contact, world.switches.connector_user)
    else:
        _set_details(world, request, element, row)
    return _answer(world, number, element)


def _answer(world: World, number: str, element: Element) -> dict[str, str]:
    row = world.get("Loonbrug_Claims", number)
    approved = "1" if element.fields.get("ApprovWorkflow") else "0"
    return {"ApprovWorkflow": approved, "DcCo": number, "SbId": str(row["SubjectId"])}


def _approver(world: World, request: CheckedBody, element: Element, claim: Row) -> int:
    field = request.field("ExUs")
    number = element.fields.get("ExUs")
    if number is None:
        raise mandatory(field)
    contact = world.tables.get("Loonbrug_Contacts", (number,))
    if contact is None:
        raise not_existing(field)
    if contact["Blocked"]:
        raise Refusal(f"Contact {number} is geblokkeerd.", f"Contact {number} is blocked.")
    if not _may_approve(world, contact, claim):
        raise Refusal(
            f"Contact {number} mag declaratie {claim['ClaimNumber']} niet goedkeuren.",
            f"Contact {number} may not approve claim {claim['ClaimNumber']}.",
        )
    return int(number)


def _may_approve(world: World, contact: Row, claim: Row) -> bool:
    match world.switches.approver:
        case "placement":
            placement = world.get("Loonbrug_Placements", claim["PlacementId"])
            return bool(placement["ClaimContact"] == contact["ContactId"])
        case "client":
            return bool(contact["DebtorId"] == claim["DebtorId"])
        case _:
            return True


def _set_details(world: World, request: CheckedBody, element: Element, claim: Row) -> None:
    columns = {"CcSr": "CostCentre", "RfCs": "CustomerReference"}
    sent = {columns[name]: value for name, value in element.fields.items() if name in columns}
    changes = {name: value for name, value in sent.items() if value != claim[name]}
    if "CostCentre" in changes:
        _refuse_fixed_cost_centre(world, request, claim)
    if not changes:
        return
    hours.refuse_processed(world, claim["ClaimNumber"])
    stamp = {"ChangedOn": world.now()}
    world.tables.update("Loonbrug_Claims", (claim["ClaimNumber"],), changes | stamp)
    on_lines = {
        "CostCentreClient" if name == "CostCentre" else name: value for name, value in changes.items()
    }
    hours.mark_lines(world, claim["ClaimNumber"], on_lines, follow=world.switches.lines_follow_claim)


def _refuse_fixed_cost_centre(world: World, request: CheckedBody, claim: Row) -> None:
    rule = world.get("Loonbrug_Placements", claim["PlacementId"])["CostCentreRule"]
    if rule in {"2", "4"}:
        field = request.field("CcSr")
        raise Refusal(
            f"'{field.nl}' mag niet worden gewijzigd voor deze plaatsing.",
            f"'{field.en}' may not be changed for this placement.",
        )
