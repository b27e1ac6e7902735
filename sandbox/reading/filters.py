"""AFAS's filters: two spellings, fifteen operators, one meaning (AFAS: get-connector.md)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.contract import Column, Connector
from sandbox.errors import unexpected, unknown_field


@dataclass(frozen=True)
class Comparison:
    """One comparison. `operator` is AFAS's number, 1 to 15; `value` the text as sent."""

    field: Column
    operator: int
    value: str


_LISTS = ("filterfieldids", "filtervalues", "operatortypes")

Groups = tuple[tuple[Comparison, ...], ...]
"""Conditions within a group AND, groups among each other OR; no groups: everything."""


def groups(connector: Connector, parameters: Mapping[str, str]) -> Groups:
    """The filter of a query string. `filterjson` goes before the three lists (assumption).

    Raises Refusal for an unknown field, an unknown operator or a filter that cannot be read.
    """
    if parameters.get("filterjson"):
        return _from_json(connector, parameters["filterjson"])
    if any(parameters.get(name) for name in _LISTS):
        return _from_lists(connector, parameters)
    return ()


def _from_lists(connector: Connector, parameters: Mapping[str, str]) -> Groups:
    """`,` is AND, `;` is OR, and AND binds stronger (assumption: AFAS's example can be read both ways)."""
    fields, given = parameters.get("filterfieldids"), parameters.get("filtervalues")
    if not fields or given is None:
        raise unexpected()
    names, separators = _split(fields)
    values = _parallel(given, separators)
    operators = _parallel(parameters.get("operatortypes", re.sub("[^,;]+", "1", fields)), separators)
    found: list[list[Comparison]] = [[]]
    for index, name in enumerate(names):
        if index and separators[index - 1] == ";":
            found.append([])
        found[-1].append(_condition(connector, name, operators[index], values[index]))
    return tuple(map(tuple, found))


def _split(text: str) -> tuple[list[str], list[str]]:
    """The items of a list, and the separators between them."""
    parts = re.split("([,;])", text)
    return parts[0::2], parts[1::2]


def _parallel(text: str, wanted: list[str]) -> list[str]:
    """The items of a list whose separators are those of the field ids, one by one. Raises Refusal."""
    items, separators = _split(text)
    if separators != wanted:
        raise unexpected()
    return items


def _from_json(connector: Connector, text: str) -> Groups:
    try:
        filters = _listed(json.loads(text)["Filters"]["Filter"])
        return tuple(
            tuple(
                _condition(
                    connector,
                    field["@FieldId"],
                    str(field.get("@OperatorType", "1")),
                    _text(field.get("#text")),
                )
                for field in _listed(entry["Field"])
            )
            for entry in filters
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise unexpected() from error


def _listed(value: Any) -> list[Any]:
    """One filter or field may be an object instead of a list of one."""
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)


def _condition(connector: Connector, name: str, operator: str, value: str) -> Comparison:
    field = connector.field(name.strip())
    if field is None:
        raise unknown_field(name)
    number = operator.strip()
    if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= 15:
        raise unexpected()
    return Comparison(field, int(number), value)
