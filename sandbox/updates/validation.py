"""A message to an UpdateConnector, checked whole before anything is done (AFAS: update-connector.md).

Both shapes of the official examples are taken: `Element` as one object or a list, `Objects` as one object or
a list of them, keys as `@Key` beside `Fields` or inside `Fields`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.errors import unknown_field
from sandbox.updates.descriptions import MAIN, Description, Field
from sandbox.updates.refusals import malformed, mandatory, unknown_object
from sandbox.updates.values import checked

_PARTS = ("Fields", "Objects")


@dataclass(frozen=True)
class Element:
    """One record: field id -> value (None: to be cleared), and its sub-records by object name."""

    fields: dict[str, Any]
    objects: dict[str, list["Element"]]
    action: str

    def parts(self, name: str) -> list["Element"]:
        """The sub-records of one object; none when it was not sent."""
        return self.objects.get(name, [])


@dataclass(frozen=True)
class CheckedBody:
    """A checked message. `part`: the object inserted by its own URL, or ''. `many`: a list was sent."""

    description: Description
    verb: str
    part: str
    elements: list[Element]
    many: bool

    def field(self, name: str, part: str = MAIN) -> Field:
        """The description of a field of the main object, or of `part`."""
        return self.description.objects[part][name]

    def need(self, element: Element, name: str) -> Any:
        """The value of a field that must have one. Raises Refusal."""
        value = element.fields.get(name)
        if value is None:
            raise mandatory(self.field(name))
        return value


def read(description: Description, verb: str, part: str, body: Any) -> CheckedBody:
    """Check a whole body. Raises Refusal at the first thing that is not as described."""
    outer = description.outer
    if not isinstance(body, dict) or not body:
        raise malformed(outer)
    for name in body:
        if name != outer:
            raise unknown_object(name, description.connector)
    records = list(_records(body[outer], outer))
    inserts = verb == "POST" and not part
    elements = [_element(description, MAIN, record, inserts=inserts) for record in records]
    return CheckedBody(description, verb, part, elements, isinstance(body[outer]["Element"], list))


def _records(holder: Any, name: str) -> Iterator[dict[str, Any]]:
    if not isinstance(holder, dict) or set(holder) != {"Element"}:
        raise malformed(name)
    element = holder["Element"]
    records = element if isinstance(element, list) else [element]
    if not records or not all(isinstance(record, dict) for record in records):
        raise malformed(name)
    yield from records


def _element(description: Description, name: str, record: dict[str, Any], *, inserts: bool) -> Element:
    action = str(record.get("@Action", "insert" if inserts else "update")).lower()
    if action not in {"insert", "update"}:
        raise malformed(name or description.outer)
    values = _values(description, name, record)
    if action == "insert":
        _refuse_missing(description, name, values)
    return Element(values, _parts(description, name, record), action)


def _values(description: Description, name: str, record: dict[str, Any]) -> dict[str, Any]:
    shown, known = name or description.outer, description.objects[name]
    sent = record.get("Fields", {})
    if not isinstance(sent, dict):
        raise malformed(shown)
    keys = {key[1:]: value for key, value in record.items() if key.startswith("@") and key != "@Action"}
    for odd in record.keys() - {*_PARTS}:
        if not odd.startswith("@"):
            raise unknown_object(odd, shown)
    for field in (*keys, *sent):
        if field not in known:
            raise unknown_field(field)
    return {field: checked(known[field], value) for field, value in (keys | sent).items()}


def _refuse_missing(description: Description, name: str, values: dict[str, Any]) -> None:
    for field in description.objects[name].values():
        if field.mandatory and values.get(field.id) is None:
            raise mandatory(field)


def _parts(description: Description, name: str, record: dict[str, Any]) -> dict[str, list[Element]]:
    sent = record.get("Objects", {})
    found: dict[str, list[Element]] = {}
    for group in sent if isinstance(sent, list) else [sent]:
        if not isinstance(group, dict):
            raise malformed(name or description.outer)
        for part, holder in group.items():
            if name or part not in description.objects or part == MAIN:
                raise unknown_object(part, name or description.outer)
            inner = [_element(description, part, each, inserts=True) for each in _records(holder, part)]
            found.setdefault(part, []).extend(inner)
    return found
