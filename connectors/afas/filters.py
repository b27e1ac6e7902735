"""From a ``Where`` to the query string of a GetConnector, in as few characters as is safe.

AFAS accepts at most 2049 characters, the question mark included; a longer one answers 404 (AFAS:
get-connector.md). ``,`` means and, ``;`` means or; mixing them is ambiguous in AFAS's own text, so everything
that is not a plain "and" or a plain "or" travels as ``filterjson``.
"""

from __future__ import annotations

from bisect import bisect_right
from urllib.parse import quote

import orjson

from domain.errors import QueryTooLong
from domain.message import Message
from domain.pull.query import Condition, Group, Where, any_of
from words.ours import ours

LONGEST_QUERY = 2049
_RAW = ",;:@/"
"""Allowed unescaped in a query by RFC 3986, so that a list or a time costs no extra characters."""


def query_string(connector: str, where: Where, order: tuple[str, ...], take: int) -> str:
    """The query string without its question mark. Raises ``QueryTooLong`` before anything is sent."""
    query = _query(where, order, take)
    if len(query) + 1 > LONGEST_QUERY:
        lengths = {"length": len(query) + 1, "most": LONGEST_QUERY}
        raise QueryTooLong(**ours(Message("afas.query-too-long", {"connector": connector, **lengths})))
    return query


def how_many_fit(column: str, values: list[str], order: tuple[str, ...], take: int) -> int:
    """How many of the leading values ``any_of(column, values)`` may hold to fit in one call; 0 when none."""

    def length(count: int) -> int:
        return len(_query(any_of(column, values[:count]), order, take)) + 1

    return bisect_right(range(1, len(values) + 1), LONGEST_QUERY, key=length)


def _query(where: Where, order: tuple[str, ...], take: int) -> str:
    parts = [f"skip=0&take={take}"]
    if order:
        parts.append("orderbyfieldids=" + _escaped(",".join(order)))
    if where and all(where):
        parts.append(_filter(where))
    return "&".join(parts)


def _filter(where: Where) -> str:
    if len(where) == 1 and _listable(where[0]):
        return _lists(where[0], ",")
    if all(len(group) == 1 for group in where):
        singles = tuple(group[0] for group in where)
        if _listable(singles):
            return _lists(singles, ";")
    return "filterjson=" + _escaped(_filter_json(where))


def _listable(conditions: Group) -> bool:
    """A value that holds a separator would be split; an empty one might be taken for none."""
    return all(c.value and "," not in c.value and ";" not in c.value for c in conditions)


def _lists(conditions: Group, separator: str) -> str:
    columns = separator.join(c.column for c in conditions)
    values = separator.join(c.value for c in conditions)
    operators = separator.join(str(int(c.operator)) for c in conditions)
    return f"filterfieldids={_escaped(columns)}&filtervalues={_escaped(values)}&operatortypes={operators}"


def _filter_json(where: Where) -> str:
    """Fields within a filter are AND, filters among each other OR (AFAS: get-connector.md)."""
    filters = [
        {"@FilterId": str(number), "Field": [_field(condition) for condition in group]}
        for number, group in enumerate(where, start=1)
    ]
    return orjson.dumps({"Filters": {"Filter": filters}}).decode()


def _field(condition: Condition) -> dict[str, str]:
    return {
        "@FieldId": condition.column,
        "@OperatorType": str(int(condition.operator)),
        "#text": condition.value,
    }


def _escaped(text: str) -> str:
    return quote(text, safe=_RAW)
