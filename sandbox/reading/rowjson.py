"""One row as AFAS prints it, and the values between a caller's row and SQLite."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.contract import Column, Connector, Row

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def stored(field: Column, value: Any) -> Any:
    """The value as SQLite keeps it: booleans 0/1, decimals as float, dates as naive ISO text."""
    if value is None:
        if not field.nullable:
            raise ValueError(f"{field.id} may not be empty")
        return None
    return _STORE[field.data_type](value)


def loaded(field: Column, value: Any) -> Any:
    """The value as callers see it: booleans as bool, everything else as it was stored."""
    return bool(value) if field.data_type == "boolean" and value is not None else value


def printed(connector: Connector, values: list[Any]) -> str:
    """The row's JSON on one line, keys in the connector's order. `values`: as `stored` gives them.

    Dates get their false Z (AFAS: get-connector.md); decimals are JSON numbers without needless zeros, as of
    Profit 7 (`-0.5`).
    """
    row: Row = {}
    for field, value in zip(connector.fields, values, strict=True):
        if value is not None and field.data_type == "date":
            row[field.id] = value + "Z"
        elif value is not None and field.data_type == "boolean":
            row[field.id] = value == 1
        else:
            row[field.id] = value
    return _ENCODE(row)


def _iso(value: Any) -> str:
    text = str(value)
    if len(text) == 10:
        return f"{text}T00:00:00"
    if len(text) != 19:
        raise ValueError("dates are naive ISO text: YYYY-MM-DDTHH:MM:SS")
    return text


def _number(value: Any) -> float | int:
    number = float(value) if isinstance(value, Decimal) else value
    return int(number) if isinstance(number, float) and number.is_integer() and abs(number) < 1e15 else number


_STORE: dict[str, Callable[[Any], Any]] = {
    "string": str,
    "int": int,
    "decimal": _number,
    "boolean": int,
    "date": _iso,
}
