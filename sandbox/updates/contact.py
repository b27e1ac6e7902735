"""KnContact: the contact of a client: phone, e-mail, job, blocked (AFAS: App_Conect_UpdDsc_030.htm)."""

from sandbox.contract import Row
from sandbox.profit.world import World
from sandbox.updates.mobile import count_change, fitting
from sandbox.updates.refusals import mandatory, not_existing
from sandbox.updates.validation import CheckedBody, Element

_CONNECTOR = "Loonbrug_Contacts"
_COLUMNS = {"MbNr": "MobWork", "EmAd": "MailWork", "FuDs": "JobTitle", "Bl": "Blocked"}


def handle(world: World, request: CheckedBody) -> None:
    """Change contacts, found by `BcCoOga` + `BcCoPer` or by `CdId` + `ViKc`. Raises Refusal."""
    for element in request.elements:
        _change(world, request, element)


def _change(world: World, request: CheckedBody, element: Element) -> None:
    row = _found(world, request, element)
    world.refuse_locked(f"contact:{row['ContactId']}")
    changes = fitting(world, _CONNECTOR, request, element, _COLUMNS)
    world.tables.update(_CONNECTOR, (row["ContactId"],), changes | {"ChangedOn": world.now()})
    if "MobWork" in changes:
        count_change(world, f"contact:{row['ContactId']}", row["MobWork"], changes["MobWork"])


def _found(world: World, request: CheckedBody, element: Element) -> Row:
    sent = element.fields
    if sent.get("BcCoOga") and sent.get("BcCoPer"):
        where = {"OrgNumber": sent["BcCoOga"], "PerNumber": sent["BcCoPer"]}
        name = "BcCoPer"
    elif sent.get("CdId") is None:
        raise mandatory(request.field("CdId"))
    elif not sent.get("ViKc"):
        raise mandatory(request.field("ViKc"))
    else:
        where, name = {"ContactId": sent["CdId"]}, "CdId"
    rows = world.tables.select(_CONNECTOR, where)
    if not rows or sent.get("ViKc") not in (None, "PRS"):
        raise not_existing(request.field(name))
    return rows[0]
