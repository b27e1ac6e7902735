"""What AFAS's OpenAPI documents say of each UpdateConnector: objects, fields, types, lengths, lists.

The description lies as data in `sandbox/fields/<connector>.json`. The unnamed object ('') is the main one.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

MAIN = ""


@dataclass(frozen=True)
class Field:
    """One field. `values`: the codes that are allowed, with their meaning; empty: any.

    `type`: 'string', 'integer', 'decimal', 'boolean', 'date', 'date-time', 'time', 'memo', 'file' (base64).
    """

    id: str
    type: str
    nl: str
    en: str
    length: int = 0
    decimals: int = 0
    key: bool = False
    mandatory: bool = False
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Description:
    """One UpdateConnector. `outer`: the body's outer name; `insertable`: objects with a URL of their own."""

    connector: str
    outer: str
    nl: str
    verbs: tuple[str, ...]
    insertable: tuple[str, ...]
    objects: dict[str, dict[str, Field]]


@cache
def descriptions() -> dict[str, Description]:
    """All of them, by lower-case name."""
    folder = files("sandbox").joinpath("fields")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".json"))
    found = [_description(json.loads(folder.joinpath(name).read_text(encoding="utf-8"))) for name in names]
    return {each.connector.lower(): each for each in found}


def metainfo(description: Description, name: str, language: str) -> list[dict[str, Any]]:
    """The fields of one object as `/metainfo/update` lists them, labels in 'nl' or 'en'."""
    return [_as_metainfo(each, language) for each in description.objects[name].values()]


def _description(entry: dict[str, Any]) -> Description:
    objects = {
        name: {each["id"]: Field(**each) for each in fields} for name, fields in entry["objects"].items()
    }
    return Description(
        connector=entry["connector"],
        outer=entry["outer"],
        nl=entry["nl"],
        verbs=tuple(entry["verbs"]),
        insertable=tuple(entry["insertable"]),
        objects=objects,
    )


_DATA_TYPES = {
    "integer": "int",
    "decimal": "decimal",
    "boolean": "boolean",
    "date": "date",
    "date-time": "date",
    "time": "date",
    "file": "blob",
}
_CONTROL_TYPES = {"integer": 5, "decimal": 6, "boolean": 2, "date": 4, "date-time": 4, "time": 4}


def _as_metainfo(each: Field, language: str) -> dict[str, Any]:
    return {
        "fieldId": each.id,
        "primaryKey": each.key,
        "dataType": _DATA_TYPES.get(each.type, "string"),
        "label": each.en if language == "en" else each.nl,
        "mandatory": each.mandatory,
        "length": each.length,
        "decimals": each.decimals,
        "decimalFieldId": "",
        "notzero": False,
        "controlType": 7 if each.values else _CONTROL_TYPES.get(each.type, 1),
        "values": [{"id": code, "description": meaning} for code, meaning in each.values.items()],
    }
