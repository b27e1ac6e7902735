"""One filter condition as SQL: AFAS's fifteen operators over SQLite."""

import re
from datetime import datetime
from typing import Any

from sandbox.contract import Column
from sandbox.errors import Refusal
from sandbox.reading.filters import Comparison

_COMPARED = {1: "=", 2: ">=", 3: "<=", 4: ">", 5: "<", 7: "<>"}
_PATTERNS = {6: "%{}%", 10: "{}%", 11: "%{}%", 12: "{}%", 13: "%{}", 14: "%{}", 15: "%{}%"}
_NEGATED = (11, 12, 14)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?", re.ASCII)
_TRUE, _FALSE = ("1", "true", "-1"), ("0", "false")


def comparison(condition: Comparison, *, indexed: bool = True) -> tuple[str, list[Any]]:
    """SQL with its parameters. `indexed` False keeps SQLite from using an index on the column.

    An empty column equals nothing and is matched by no negative operator, as in SQL (assumption). Texts
    compare without regard to case. Raises Refusal for a value that is not of the column's type.
    """
    column = f'"{condition.field.id}"' if indexed else f'+"{condition.field.id}"'
    if condition.operator == 8:
        return f"({column} IS NULL OR {column} = '')", []
    if condition.operator == 9:
        return f"({column} IS NOT NULL AND {column} <> '')", []
    if condition.operator in _COMPARED:
        return f"{column} {_COMPARED[condition.operator]} ?", [typed(condition.field, condition.value)]
    word = "NOT LIKE" if condition.operator in _NEGATED else "LIKE"
    pattern = _PATTERNS[condition.operator].format(_escaped(condition.value))
    return f"CAST({column} AS TEXT) {word} ? ESCAPE '\\'", [pattern]


def typed(field: Column, value: str) -> Any:
    """The filter's text as a value of the column. Raises Refusal when it is none."""
    try:
        return _PARSED[field.data_type](value.strip())
    except ValueError as error:
        raise Refusal("Type mismatch", "Type mismatch") from error


def _escaped(value: str) -> str:
    """`%` stays a wildcard, as the XML form of the filter writes it; the rest is literal."""
    return value.replace("\\", "\\\\").replace("_", "\\_")


def _boolean(text: str) -> int:
    if text.lower() in _TRUE:
        return 1
    if text.lower() in _FALSE:
        return 0
    raise ValueError("not a boolean")


def _moment(text: str) -> str:
    """Amsterdam time without `Z` or offset (AFAS: howto-medewerker-ad.md), or a day. Raises ValueError."""
    if not _MOMENT.fullmatch(text):
        raise ValueError("not a moment as AFAS writes it in filters")
    return datetime.fromisoformat(text).isoformat()


_PARSED: dict[str, Any] = {"string": str, "int": int, "decimal": float, "boolean": _boolean, "date": _moment}
