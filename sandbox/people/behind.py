"""Somebody behind everybody's back: rows that change while no changed-on moves.

It happens in a real AFAS: a conversion, a repair by AFAS's own support, a column that no changed-on covers,
a backup that was put back. No workflow runs, nothing falls away, and nobody is told.
"""

from typing import Any

from sandbox.contract import Row
from sandbox.profit.world import World


def change_row(world: World, connector: str, key: Any, **columns: Any) -> Row:
    """Other values in one row of a GetConnector; its changed-on stays, unless that is named too.

    `key`: its value, or a list of them in the contract's order. Gives the columns as they were.
    """
    before = _row(world, connector, key)
    world.tables.update(connector, _key(key), columns)
    return {name: before[name] for name in columns}


def delete_row(world: World, connector: str, key: Any) -> Row:
    """One row is gone, and no deletion is told. Gives the row as it was."""
    before = _row(world, connector, key)
    world.tables.delete(connector, _key(key))
    return before


def copy_row(world: World, connector: str, key: Any, **columns: Any) -> Row:
    """One more row, like that one but for these columns; its changed-on is as old. Gives the new row."""
    row = _row(world, connector, key) | columns
    world.tables.insert(connector, row)
    return row


def _row(world: World, connector: str, key: Any) -> Row:
    found = world.tables.get(connector, _key(key))
    if found is None:
        raise LookupError(f"{connector}: no row {key}")
    return found


def _key(key: Any) -> list[Any]:
    return list(key) if isinstance(key, list | tuple) else [key]
