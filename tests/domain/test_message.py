"""A message survives being kept: what goes in as plain values comes out as it was."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.message import Message, because, both, verbatim

PLAIN = st.none() | st.booleans() | st.integers() | st.text()


def messages(within: st.SearchStrategy[object]) -> st.SearchStrategy[Message]:
    return st.builds(Message, st.text(), st.dictionaries(st.text(), within, max_size=3))


VALUES = st.recursive(
    PLAIN, lambda some: messages(some) | st.lists(some, max_size=3).map(tuple), max_leaves=8
)


def kept(message: Message) -> Message:
    """As it is read again from the store."""
    return Message.from_json(json.loads(json.dumps(message.to_json())))


@given(message=messages(VALUES))
def test_a_message_is_the_same_after_it_was_kept_however_deep(message: Message) -> None:
    assert kept(message) == message


@given(number=st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_a_number_is_kept_exactly_and_without_an_exponent(number: Decimal) -> None:
    text = kept(Message("x", {"hours": number})).values["hours"]
    assert Decimal(text) == number
    assert "E" not in text.upper()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1E+3"), "1000"),
        (date(2026, 11, 20), "2026-11-20"),
        (datetime(2026, 11, 20, 12, tzinfo=UTC), "2026-11-20T12:00:00+00:00"),
        (datetime(2026, 11, 20, 13, tzinfo=timezone(timedelta(hours=1))), "2026-11-20T12:00:00+00:00"),
    ],
)
def test_a_moment_is_kept_in_utc_and_a_day_as_a_day(value: object, text: str) -> None:
    assert kept(Message("x", {"value": value})).values == {"value": text}
    assert kept(Message("x", {"value": [value]})).values == {"value": (text,)}


def test_two_messages_in_one_keep_their_order() -> None:
    first, second = verbatim("eerst"), Message("x")
    assert list(both(first, second).values.values()) == [first, second]
    assert list(because(first, second).values.values()) == [first, second]
    assert both(first, second) != because(first, second)


def test_words_that_are_not_ours_are_kept_as_they_are() -> None:
    assert verbatim(ValueError("{naam} is dicht")).values == {"text": "{naam} is dicht"}
