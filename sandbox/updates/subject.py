"""KnSubject: a new dossier item with its link and files, a change to one, or a file more (AFAS: Dossier)."""

from typing import Any

from sandbox.contract import Row
from sandbox.errors import Refusal
from sandbox.profit import dossier
from sandbox.profit.workflow import DOCUMENT
from sandbox.profit.world import Item, World
from sandbox.updates.refusals import malformed, not_existing
from sandbox.updates.validation import CheckedBody, Element

_FILES, _LINK = "KnSubjectAttachment", "KnSubjectLink"
_LINKED = {
    "PjId": ("AgreementId", "Loonbrug_Agreements"),
    "PcId": ("PlacementId", "Loonbrug_Placements"),
    "CdId": ("ContactId", "Loonbrug_Contacts"),
}


def handle(world: World, request: CheckedBody) -> dict[str, Any]:
    """POST inserts, PUT changes, POST on the attachment's URL adds files to item `@SbId`. Raises Refusal."""
    new = request.verb == "POST" and not request.part
    answers = [
        _insert(world, request, each) if new else _extend(world, request, each) for each in request.elements
    ]
    return {"KnSubject": answers if request.many else answers[0]}


def _extend(world: World, request: CheckedBody, element: Element) -> dict[str, str]:
    subject = int(request.need(element, "SbId"))
    item = dossier.find(world, subject)
    world.refuse_locked(f"item:{subject}")
    if request.part and not element.parts(request.part):
        raise malformed(request.part)
    _rename(world, item, element)
    _attach(world, subject, element)
    return {"SbId": str(subject)}


def _rename(world: World, item: Item, element: Element) -> None:
    title = element.fields.get("Ds")
    if title and dossier.TYPES[item.type_id].shown_in == "Loonbrug_Documents":
        changes = {"Subject": title, "ChangedOn": world.now()}
        world.tables.update("Loonbrug_Documents", (item.subject,), changes)


def _attach(world: World, subject: int, element: Element) -> None:
    for file in element.parts(_FILES):
        name = str(file.fields["FileName"])
        dossier.attach(world, subject, name, file.fields["FileStream"])
        world.count("attachments", f"{subject}:{name}")


def _insert(world: World, request: CheckedBody, element: Element) -> dict[str, str]:
    type_ = _type(request, element)
    links = _links(world, request, element, type_)
    item = dossier.add_item(world, type_.number, world.switches.connector_user)
    row: Row = dict.fromkeys(("DebtorId", "AgreementId", "PlacementId", "EmployeeId", "ContactId"))
    row |= {"SubjectId": item.subject, "SubjectTypeId": type_.number, "Kind": type_.kind}
    row |= {"Subject": element.fields["Ds"], "SubmittedOn": element.fields.get("Da") or world.now()}
    row |= {"WorkflowStatus": None, "WorkflowClosed": type_.workflow is None, "ChangedOn": world.now()}
    world.tables.insert("Loonbrug_Documents", row | links)
    if type_.workflow:
        dossier.move(world, item, DOCUMENT.first)
    _attach(world, item.subject, element)
    if element.fields.get("SbTx"):
        dossier.note(world, item.subject, item.submitter, "comment", element.fields["SbTx"])
    world.count("subjects", f"{type_.number}:{element.fields['Ds']}")
    return {"SbId": str(item.subject)}


def _type(request: CheckedBody, element: Element) -> dossier.ItemType:
    number = element.fields["StId"]
    if number < 0:
        raise Refusal(
            "Dossieritems van dit type kunnen niet via de UpdateConnector worden toegevoegd.",
            "Dossier items of this type cannot be added by the UpdateConnector.",
        )
    if number not in dossier.TYPES:
        raise not_existing(request.field("StId"))
    return dossier.TYPES[number]


def _links(world: World, request: CheckedBody, element: Element, type_: dossier.ItemType) -> Row:
    found: Row = {}
    for link in element.parts(_LINK):
        if (link.fields.get("SfTp") or type_.destinations[0]) not in type_.destinations:
            raise Refusal(
                "Deze bestemming is niet geldig voor dit type dossieritem",
                "This destination is not valid for this type of dossier item",
            )
        found |= _destination(world, request, link)
        for name, (column, connector) in _LINKED.items():
            if link.fields.get(name) is not None:
                found |= _linked(world, request, (name, column, connector), link.fields[name])
    return found


def _destination(world: World, request: CheckedBody, link: Element) -> Row:
    code = link.fields.get("SfId")
    match link.fields.get("SfTp"):
        case "2":
            return _linked(world, request, ("SfId", "EmployeeId", "Loonbrug_Employees"), code)
        case "4":
            return _linked(world, request, ("SfId", "DebtorId", "Loonbrug_Clients"), code)
        case _:
            return {}


def _linked(world: World, request: CheckedBody, link: tuple[str, str, str], code: Any) -> Row:
    name, column, connector = link
    row = world.tables.get(connector, (code,))
    if row is None:
        raise not_existing(request.field(name, _LINK))
    of_client = {"DebtorId": row["DebtorId"]} if "DebtorId" in row else {}
    return of_client | {column: code}
