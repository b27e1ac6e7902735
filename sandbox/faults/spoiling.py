"""The faults about rows: a page as it leaves AFAS when something is wrong with the connector or its data."""

import json
import random
from collections.abc import Sequence
from typing import Any

from sandbox.contract import Row
from sandbox.faults.faults import Rule
from sandbox.reading.query import JsonRows

_MARK = "\x00poison\x00"
_WRONG_TYPE = {
    "object": {"value": 1},
    "list": [1, 2],
    "number": 17,
    "text": "zeventien",
    "null": None,
    "true": True,
}


def spoiled(page: JsonRows, connector: str, rules: Sequence[Rule]) -> JsonRows:
    """The page after these faults, in turn; those about other things or connectors are passed over."""
    for rule in rules:
        if rule.kind in _SPOIL and rule.about(connector, "GET"):
            page = _page(_SPOIL[rule.kind](_rows(page), rule), rule)
    return page


def _rows(page: JsonRows) -> list[Row]:
    found: list[Row] = json.loads(b"[" + page.rows + b"]")
    return found


def _page(rows: list[Row], rule: Rule) -> JsonRows:
    text = ",".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    literal = str(rule.settings.get("literal", "null"))
    return JsonRows(text.replace(json.dumps(_MARK), literal).encode(), len(rows))


def _empty(_rows: list[Row], _rule: Rule) -> list[Row]:
    return []


def _reorder(rows: list[Row], rule: Rule) -> list[Row]:
    random.Random(rule.seed + len(rows)).shuffle(rows)  # noqa: S311
    return rows


def _poison(rows: list[Row], rule: Rule) -> list[Row]:
    """Put a JSON literal into one column of one row: of `row` (its place on the page, 0 without) or of every
    row that matches `where`; without `literal` the key goes missing."""
    where, place = rule.settings.get("where"), rule.settings.get("row", 0)
    for index, row in enumerate(rows):
        if index == place if where is None else where.items() <= row.items():
            if "literal" in rule.settings:
                row[rule.settings["column"]] = _MARK
            else:
                row.pop(rule.settings["column"], None)
    return rows


def _missing(rows: list[Row], rule: Rule) -> list[Row]:
    for row in rows:
        row.pop(rule.settings["column"], None)
    return rows


def _renamed(rows: list[Row], rule: Rule) -> list[Row]:
    old, new = rule.settings["column"], rule.settings["to"]
    return [{new if name == old else name: value for name, value in row.items()} for row in rows]


def _retyped(rows: list[Row], rule: Rule) -> list[Row]:
    wrong: Any = _WRONG_TYPE[rule.settings.get("to", "object")]
    return [row | {rule.settings["column"]: wrong} for row in rows]


def _new(rows: list[Row], rule: Rule) -> list[Row]:
    return [row | {rule.settings["column"]: rule.settings.get("value")} for row in rows]


_SPOIL = {
    "empty": _empty,
    "reorder": _reorder,
    "poison": _poison,
    "missing-column": _missing,
    "renamed-column": _renamed,
    "retyped-column": _retyped,
    "new-column": _new,
}
