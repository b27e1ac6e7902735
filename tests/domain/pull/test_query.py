"""Conditions on rows: what they say together is what each of them says."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from domain.pull.query import EVERYTHING, Condition, Operator, Where, after_key, any_of, both

HOLDS = {
    Operator.EQUAL: lambda shown, asked: shown == asked,
    Operator.NOT_EQUAL: lambda shown, asked: shown != asked,
    Operator.GREATER: lambda shown, asked: shown > asked,
    Operator.LESS: lambda shown, asked: shown < asked,
    Operator.AT_LEAST: lambda shown, asked: shown >= asked,
    Operator.AT_MOST: lambda shown, asked: shown <= asked,
}
COLUMNS = ("A", "B")
digit = st.sampled_from("0123")
condition = st.builds(Condition, st.sampled_from(COLUMNS), st.sampled_from(Operator), digit)
wheres = st.lists(st.lists(condition, max_size=2).map(tuple), max_size=3).map(tuple)
ROWS = [dict(zip(COLUMNS, each, strict=True)) for each in product("0123", repeat=2)]


def selects(where: Where, row: Mapping[str, str]) -> bool:
    return any(all(HOLDS[each.operator](row[each.column], each.value) for each in group) for group in where)


@given(wheres, wheres)
def test_both_are_satisfied_by_the_rows_that_satisfy_each(left, right):
    for row in ROWS:
        assert selects(both(left, right), row) is (selects(left, row) and selects(right, row))


@given(wheres)
def test_everything_takes_nothing_away(where):
    assert both(EVERYTHING, where) == where == both(where, EVERYTHING)


@given(digit, digit)
def test_behind_the_last_key_come_exactly_the_greater_ones(first, second):
    behind = after_key(COLUMNS, (first, second))
    for row in ROWS:
        assert selects(behind, row) is ((row["A"], row["B"]) > (first, second))


def test_any_of_nothing_is_nothing():
    assert any_of("A", []) == ()
    assert [row for row in ROWS if selects(any_of("A", ["1", "3"]), row)] == [
        r for r in ROWS if r["A"] in "13"
    ]
