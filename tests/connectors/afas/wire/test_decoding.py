"""JSON, and what AFAS prints instead of it."""

from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.afas.wire.decoding import from_json, rows_from
from domain.errors import UnreadableAnswer

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text('ab"\\:,.5-', max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        (b"-.5", "-.5"),
        (b".5", ".5"),
        (b"1e999", "1e999"),
        (b"-1E+999", "-1E+999"),
        (b"NaN", "NaN"),
        (b"-Infinity", "-Infinity"),
        (b"5.", "5."),
        (b"007", "007"),
        (b"0.5", 0.5),
        (b"1e308", 1e308),
        (b"-12", -12),
        (b"null", None),
        (b'"-.5"', "-.5"),
        (b'"a\\\\"', "a\\"),
        (b'": -.5, \\" .5"', ': -.5, " .5'),
    ],
)
def test_a_number_that_is_none_becomes_a_string_and_the_rest_stays(printed: bytes, read: object):
    body = b'{"rows":[{"Quantity":' + printed + b',"Text":":.5,"},{"Quantity":.25,"Text":"[-.5]"}]}'
    assert rows_from(body, "X") == [{"Quantity": read, "Text": ":.5,"}, {"Quantity": ".25", "Text": "[-.5]"}]


@given(json_values)
def test_mending_leaves_good_json_as_it_is(value: object):
    good = orjson.dumps(value)
    assert from_json(b"[.5," + good + b"]", "X") == [".5", orjson.loads(good)]


@given(json_values)
def test_pretty_printed_json_is_mended_as_well(value: object):
    good = json.dumps(value, indent=2).encode()
    assert from_json(b"[ -.5 ,\r\n " + good + b"]", "X") == ["-.5", json.loads(good)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (rb"cut \ud83d", "cut \ufffd"),
        (rb"\udc4d cut", "\ufffd cut"),
        (rb"whole \ud83d\udc4d", "whole \U0001f44d"),
        (rb"\\ud83d", "\\ud83d"),
        (rb"\u00e9\n", "é\n"),
    ],
)
def test_half_an_emoji_does_not_spoil_the_page(text: bytes, read: str):
    assert from_json(b'{"a":"' + text + b'","b":"\\ud83d"}', "X") == {"a": read, "b": "\ufffd"}


def test_a_byte_order_mark_is_no_part_of_the_answer():
    assert from_json(b'\xef\xbb\xbf{"a":1}', "X") == {"a": 1}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>.5</body></html>",
        b'{"rows":[{"Quantity":.5},{"Quan',
        b'{"rows":[{"Quantity":-.5}',
        b'{"rows":[{"Name":"Jan\xff"}]}',
        b'{"rows" [1]}',
        b"[" * 5000,
    ],
)
def test_what_cannot_be_read_names_the_connector_and_nothing_of_its_content(body: bytes):
    with pytest.raises(UnreadableAnswer, match="Loonbrug_Hours") as caught:
        rows_from(body, "Loonbrug_Hours")
    assert "Jan" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_what_is_no_row_becomes_one_without_columns():
    body = b'{"rows":[{"A":1},null,"x",[],{"A":2}]}'
    assert rows_from(body, "X") == [{"A": 1}, {}, {}, {}, {"A": 2}]


def test_mending_a_whole_page_takes_less_than_a_second():
    row = (
        b'{"Quantity":-.5,' + b",".join(b'"Column%d":"some text \\"quoted\\""' % n for n in range(26)) + b"}"
    )
    body = b'{"rows":[' + b",".join([row] * 5000) + b"]}"
    assert len(rows_from(body, "X")) == 5000
