"""What to ask of a GetConnector: conditions on columns, as plain values.

A ``Where`` is a disjunction of conjunctions: any of its groups, all conditions within a group. AFAS can say
exactly that with ``filterjson``. Values are AFAS's own spellings (``2026-11-20T14:03:27``, ``10010``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import product

Row = dict[str, object]
"""One row of a GetConnector as AFAS sent it: column name to JSON value. Unchecked."""


class Operator(IntEnum):
    """The operators of a GetConnector that Loonbrug uses, under AFAS's own numbers."""

    EQUAL = 1
    AT_LEAST = 2
    AT_MOST = 3
    GREATER = 4
    LESS = 5
    NOT_EQUAL = 7


@dataclass(frozen=True, slots=True)
class Condition:
    """One column compared with one value."""

    column: str
    operator: Operator
    value: str


Group = tuple[Condition, ...]
Where = tuple[Group, ...]

EVERYTHING: Where = ((),)


def any_of(column: str, values: list[str]) -> Where:
    """The rows whose column equals one of the values."""
    return tuple((Condition(column, Operator.EQUAL, value),) for value in values)


def both(left: Where, right: Where) -> Where:
    """The rows that satisfy both, multiplied out into groups."""
    return tuple(a + b for a, b in product(left, right))


def after_key(columns: tuple[str, ...], last: tuple[str, ...]) -> Where:
    """The rows behind the last key seen, in the order of the key columns.

    >>> [len(group) for group in after_key(("A", "B"), ("1", "2"))]
    [1, 2]
    """
    same = [Condition(column, Operator.EQUAL, value) for column, value in zip(columns, last, strict=True)]
    return tuple(
        (*same[:depth], Condition(columns[depth], Operator.GREATER, last[depth]))
        for depth in range(len(columns))
    )
