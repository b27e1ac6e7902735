"""PtDeclarationCorrection: a new version of a claim, or changes in that version (AFAS: Flex)."""

from collections.abc import Iterator

from sandbox.contract import Row
from sandbox.profit import corrections
from sandbox.profit.world import World
from sandbox.updates.refusals import mandatory
from sandbox.updates.validation import CheckedBody, Element

_LINES = "PtRealization"
_COLUMNS = {
    "QuUn": "Quantity",
    "Ds": "Description",
    "ItCd": "ItemCode",
    "CcSr": "CostCentreClient",
    "RfCs": "CustomerReference",
}


def handle(world: World, request: CheckedBody) -> None:
    """POST makes the next version, PUT changes its lines, POST on the line's URL adds one. Raises Refusal."""
    for element in request.elements:
        number = str(request.need(element, "DcCo"))
        if request.part:
            _add(world, request, number, element)
        elif request.verb == "POST":
            changes = list(_changes(request, element))
            corrections.correct(world, number, changes, world.switches.connector_user)
        else:
            for line, differing in _changes(request, element):
                corrections.change_version(world, number, line, differing)


def _changes(request: CheckedBody, element: Element) -> Iterator[tuple[int, Row]]:
    for line in element.parts(_LINES):
        if line.fields.get("Id") is None:
            raise mandatory(request.field("Id", _LINES))
        yield int(line.fields["Id"]), _columns(line)


def _add(world: World, request: CheckedBody, number: str, element: Element) -> None:
    for line in element.parts(_LINES):
        columns = _columns(line)
        if columns.get("Quantity") is None:
            raise mandatory(request.field("QuUn", _LINES))
        corrections.add_to_version(world, number, line.fields["DaTi"], columns["Quantity"], columns)


def _columns(line: Element) -> Row:
    return {_COLUMNS[name]: value for name, value in line.fields.items() if name in _COLUMNS}
