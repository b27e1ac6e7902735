"""The GetConnectors that the sandbox offers: names, columns, types, keys, changed-on columns."""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

Value = str | int | float | bool | None
Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """One column. `data_type`: 'string' | 'int' | 'decimal' | 'boolean' | 'date' (date-times too)."""

    id: str
    data_type: str
    length: int
    label: str
    nullable: bool = False
    decimals: int = 0


@dataclass(frozen=True)
class Connector:
    """One GetConnector. `key` and `changed` are column ids; `changed` may be empty."""

    name: str
    key: tuple[str, ...]
    changed: tuple[str, ...]
    fields: tuple[Column, ...]

    @cached_property
    def columns(self) -> frozenset[str]:
        """The ids of its fields."""
        return frozenset(field.id for field in self.fields)

    def field(self, name: str) -> Column | None:
        """The column of that id, or None; AFAS's field ids are taken as case-insensitive (assumption)."""
        wanted = name.lower()
        return next((field for field in self.fields if field.id.lower() == wanted), None)


@cache
def connectors() -> tuple[Connector, ...]:
    """The contract's connectors, in its order."""
    text = files("sandbox").joinpath("contract.json").read_text(encoding="utf-8")
    return tuple(_connector(entry) for entry in json.loads(text)["getConnectors"])


def _connector(entry: dict[str, Any]) -> Connector:
    return Connector(
        name=entry["name"],
        key=tuple(entry["key"]),
        changed=tuple(entry["changed"]),
        fields=tuple(_field(field) for field in entry["fields"]),
    )


def _field(entry: dict[str, Any]) -> Column:
    return Column(
        id=entry["id"],
        data_type=entry["dataType"],
        length=entry["length"],
        label=entry["label"],
        nullable=entry.get("nullable", False),
        decimals=entry.get("decimals", 0),
    )
