"""PtRealization: hour lines, new ones and changes to one (AFAS: Nacalculatie)."""

import secrets
from datetime import date
from typing import Any

from sandbox.contract import Row
from sandbox.errors import Refusal
from sandbox.profit import claims, hours
from sandbox.profit.world import World
from sandbox.updates.refusals import mandatory, not_existing
from sandbox.updates.validation import CheckedBody, Element

_COLUMNS = {
    "Qu": "Quantity",
    "Ds": "Description",
    "ItCd": "ItemCode",
    "StId": "HourType",
    "StTi": "StartTime",
    "EnTi": "EndTime",
    "PaTi": "BreakTime",
    "UnId": "Unit",
    "CcSr": "CostCentreClient",
    "RfCs": "CustomerReference",
    "Pr": "Finished",
}
_JUDGING = {"Ap": "Agreed", "DiAp": "Rejected", "ExAp": "ExternallyApproved"}
_KEYS = {"EmId": "Loonbrug_Employees", "PcId": "Loonbrug_Placements", "PrId": "Loonbrug_Agreements"}


def handle(world: World, request: CheckedBody) -> dict[str, Any]:
    """POST adds lines (and their claims, when asked), PUT changes one by `Id` and `DaTi`. Raises Refusal."""
    session = secrets.token_hex(16).upper()
    apply = _insert if request.verb == "POST" else _change
    answers = [_answer(world, apply(world, request, each), session) for each in request.elements]
    if request.verb == "POST":
        _make_claims(world, request, [int(answer["Id"]) for answer in answers])
    return {"PtRealization": answers if request.many else answers[0]}


def _answer(world: World, line: int, session: str) -> dict[str, str]:
    return {"XpRe": world.external_keys.get(line, ""), "Id": str(line), "Sessieguid": session}


def _insert(world: World, request: CheckedBody, element: Element) -> int:
    fields = element.fields
    quantity = fields.get("Qu", fields.get("QuUn"))
    if quantity is None:
        raise mandatory(request.field("Qu"))
    for name in _KEYS.keys() & {name for name, value in fields.items() if value is not None}:
        if world.tables.get(_KEYS[name], (fields[name],)) is None:
            raise not_existing(request.field(name))
    number = world.next("line")
    owner = _owner(world, request, element)
    row = hours.line_row(number, fields["DaTi"], quantity, world.now(), owner, **_columns(element))
    _remember_key(world, number, fields.get("XpRe"))
    return hours.add_line(world, row | {"ItemType": str(fields["VaIt"])})


def _owner(world: World, request: CheckedBody, element: Element) -> Row:
    """The placement of the line, named or derived; a line without one keeps what was sent."""
    fields = element.fields
    if fields.get("PcId"):
        return world.get("Loonbrug_Placements", fields["PcId"])
    if fields.get("EmId") is None:
        raise mandatory(request.field("EmId"))
    if fields.get("GetPcIdAndPrId"):
        return _derived(world, request, fields)
    return {
        "EmployeeId": fields["EmId"],
        "PlacementId": None,
        "AgreementId": fields.get("PrId"),
        "DebtorId": fields.get("DbId"),
    }


def _derived(world: World, request: CheckedBody, fields: Row) -> Row:
    day = hours.midnight(fields["DaTi"])
    for placement in world.tables.select("Loonbrug_Placements", {"EmployeeId": fields["EmId"]}):
        of_client = fields.get("DbId") in (None, placement["DebtorId"])
        if of_client and placement["StartDate"] <= day and day <= (placement["EndDate"] or day):
            return placement
    raise not_existing(request.field("PcId"))


def _make_claims(world: World, request: CheckedBody, lines: list[int]) -> None:
    asked = [
        each.fields.get("CreateDeclarations") or each.fields.get("ApprovWorkflow")
        for each in request.elements
    ]
    rows = [world.get("Loonbrug_Hours", line) for line, wanted in zip(lines, asked, strict=True) if wanted]
    weeks = {(row["PlacementId"], row["Year"], row["PeriodId"]) for row in rows if row["PlacementId"]}
    for placement, year, period in sorted(weeks):
        claims.submit(world, placement, year, period, world.switches.connector_user)


def _change(world: World, request: CheckedBody, element: Element) -> int:
    number, day = int(request.need(element, "Id")), request.need(element, "DaTi")
    row = world.tables.get("Loonbrug_Hours", (number,))
    if row is None or date.fromisoformat(row["EntryDate"][:10]) != date.fromisoformat(day):
        raise not_existing(request.field("Id"))
    judged = {_JUDGING[name]: value for name, value in element.fields.items() if name in _JUDGING}
    if judged and row["ClaimNumber"]:
        raise Refusal(
            "Een regel van een declaratie wordt via de declaratie beoordeeld.",
            "A line of a claim is judged by way of the claim.",
        )
    hours.change_line(world, number, _columns(element) | judged)
    _remember_key(world, number, element.fields.get("XpRe"))
    return number


def _columns(element: Element) -> Row:
    return {_COLUMNS[name]: value for name, value in element.fields.items() if name in _COLUMNS}


def _remember_key(world: World, line: int, key: str | None) -> None:
    if key:
        world.put(world.external_keys, line, key)
