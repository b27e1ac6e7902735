"""Filters as AFAS reads them, in as few characters as is safe."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.afas.filters import LONGEST_QUERY, how_many_fit, query_string
from domain.errors import QueryTooLong
from domain.pull.query import EVERYTHING, Condition, Operator, Where, after_key, any_of, both

columns = st.sampled_from(["LineId", "ChangedOn", "ClaimNumber"])
values = st.text(st.characters(codec="utf-8"), max_size=12)
conditions = st.builds(Condition, columns, st.sampled_from(Operator), values)
wheres = st.lists(st.lists(conditions, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)


def _understood(query: str) -> Where:
    """The filter as AFAS would read it."""
    parts = {
        name: found[0] for name, found in parse_qs(query, keep_blank_values=True, strict_parsing=True).items()
    }
    if "filterjson" in parts:
        groups = json.loads(parts["filterjson"])["Filters"]["Filter"]
        return tuple(tuple(_field(field) for field in group["Field"]) for group in groups)
    separator = ";" if ";" in parts["operatortypes"] else ","
    lists = (parts[name].split(separator) for name in ("filterfieldids", "operatortypes", "filtervalues"))
    found = tuple(Condition(c, Operator(int(o)), v) for c, o, v in zip(*lists, strict=True))
    return tuple((each,) for each in found) if separator == ";" else (found,)


def _field(field: dict[str, str]) -> Condition:
    return Condition(field["@FieldId"], Operator(int(field["@OperatorType"])), field["#text"])


@given(wheres)
def test_afas_reads_the_filter_that_was_meant(where: Where):
    assert _understood(query_string("X", where, ("LineId",), 100)) == where


@given(wheres)
def test_a_query_is_plain_ascii_without_anything_that_ends_it(where: Where):
    query = query_string("X", where, ("LineId",), 100)
    assert query.isascii()
    assert not set(query) & set(' "#<>{}+\\^`|')


def test_and_travels_as_a_list_with_commas():
    window = both(
        ((Condition("ChangedOn", Operator.AT_LEAST, "2026-11-20T14:03:27"),),), after_key(("LineId",), ("7",))
    )
    assert query_string("X", window, ("LineId",), 50) == (
        "skip=0&take=50&orderbyfieldids=LineId"
        "&filterfieldids=ChangedOn,LineId&filtervalues=2026-11-20T14:03:27,7&operatortypes=2,4"
    )


def test_or_travels_as_a_list_with_semicolons():
    assert query_string("X", any_of("Id", ["1", "2"]), (), 50).endswith(
        "filterfieldids=Id;Id&filtervalues=1;2&operatortypes=1;1"
    )


def test_everything_travels_without_a_filter():
    assert query_string("X", EVERYTHING, ("-A", "B"), 1) == "skip=0&take=1&orderbyfieldids=-A,B"
    assert "filter" not in query_string("X", (*any_of("Id", ["1"]), ()), ("B",), 1)


@pytest.mark.parametrize("value", ["a,b", "a;b", ""])
def test_a_value_that_would_be_split_travels_as_json(value: str):
    assert "filterjson=" in query_string("X", any_of("Id", [value, "2"]), (), 50)


def test_json_is_compact():
    where = both(any_of("A", ["1", "2"]), any_of("B", ["3"]))
    query = query_string("X", where, (), 1)
    assert unquote(query.partition("filterjson=")[2]) == (
        '{"Filters":{"Filter":['
        '{"@FilterId":"1","Field":[{"@FieldId":"A","@OperatorType":"1","#text":"1"},'
        '{"@FieldId":"B","@OperatorType":"1","#text":"3"}]},'
        '{"@FilterId":"2","Field":[{"@FieldId":"A","@OperatorType":"1","#text":"2"},'
        '{"@FieldId":"B","@OperatorType":"1","#text":"3"}]}]}}'
    )


def test_a_query_that_is_too_long_is_not_sent_and_names_the_connector():
    with pytest.raises(QueryTooLong, match="Loonbrug_Claims") as caught:
        query_string("Loonbrug_Claims", any_of("ClaimNumber", ["secret-1"] * 500), (), 50)
    assert "secret-1" not in str(caught.value)


@given(st.lists(st.text("0123456789,.", min_size=1, max_size=20), max_size=200))
def test_as_many_values_as_fit_and_not_one_more(values: list[str]):
    count = how_many_fit("ClaimNumber", values, ("ClaimNumber",), 500)
    if count:
        query = query_string("X", any_of("ClaimNumber", values[:count]), ("ClaimNumber",), 500)
        assert len(query) + 1 <= LONGEST_QUERY
    if count < len(values):
        with pytest.raises(QueryTooLong):
            query_string("X", any_of("ClaimNumber", values[: count + 1]), ("ClaimNumber",), 500)


def test_a_look_at_claims_takes_dozens_in_one_call():
    claims = [f"DEC20260047.{number:05}.01" for number in range(200)]
    assert how_many_fit("ClaimNumber", claims, ("ClaimNumber",), 500) >= 50


def test_the_widest_window_of_our_connectors_fits():
    """Three changed-on columns (Employees), each between two moments, behind a key of fifteen characters."""
    window = tuple(
        (
            Condition(column, Operator.AT_LEAST, "2026-11-20T14:03:27"),
            Condition(column, Operator.AT_MOST, "2026-11-20T15:03:27"),
        )
        for column in ("ChangedOn", "PersonChangedOn", "ContractChangedOn")
    )
    where = both(window, after_key(("EmployeeId",), ("é" * 15,)))
    assert query_string("Loonbrug_Employees", where, ("EmployeeId",), 5000)


def test_the_widest_key_of_our_connectors_fits():
    key = ("SubjectId", "TaskName", "User")
    where = after_key(key, ("1234567", "9AD333FD1F3B41B39054B4F733E5F045", "12345.gebruiker@example.org"))
    assert query_string("Loonbrug_Tasks", where, key, 5000)
