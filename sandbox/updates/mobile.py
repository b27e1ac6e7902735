"""What the two connectors for people share: values that fit their column, and counting a changed number."""

from sandbox.contract import Row
from sandbox.profit.world import World
from sandbox.updates.refusals import mandatory, too_long
from sandbox.updates.validation import CheckedBody, Element


def fitting(
    world: World, connector: str, request: CheckedBody, element: Element, columns: dict[str, str]
) -> Row:
    """The sent fields as columns. Raises Refusal for a value that the column cannot hold."""
    shape = world.tables.connector(connector)
    found: Row = {}
    for name, column in columns.items():
        if name not in element.fields:
            continue
        value, target = element.fields[name], shape.field(column)
        if value is None and target is not None and not target.nullable:
            raise mandatory(request.field(name))
        if isinstance(value, str) and target is not None and len(value) > target.length:
            raise too_long(request.field(name), target.length)
        found[column] = value
    return found


def count_change(world: World, who: str, before: str | None, after: str | None) -> None:
    """Count a mobile change by person and value in force: the same number twice in a row is a double."""
    changes = sum(
        1 for (effect, key) in world.counts if effect == "mobile_changes" and key.startswith(f"{who}@")
    )
    world.count("mobile_changes", f"{who}@{max(changes, 1) if before == after else changes + 1}")
