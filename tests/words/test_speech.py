"""From a message to a sentence in one language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domain.message import Message
from web.ops.shown import age
from words import Words, language_of
from words.check import problems
from words.shown import day, hours, moment, number


def test_the_catalogue_is_whole():
    assert problems() == []


def test_an_id_without_a_text_is_shown_as_it_is():
    assert Words("nl")("no.such-thing") == "no.such-thing"
    assert Words("nl").name("state", "of-tomorrow") == "of-tomorrow"


def test_a_value_that_is_not_given_is_a_dash():
    assert "\N{EN DASH}" in Words("en")("cutoff.of-week")


def test_a_value_that_does_not_fit_costs_no_page():
    assert "rubbish" in Words("en")("cutoff.in", age="rubbish")


def test_a_message_within_a_message_is_said_in_the_same_language():
    inner = Message("state.parked")
    assert "geparkeerd" in Words("nl")("cutoff.of-week", week=inner)


def test_a_message_outlives_the_store():
    kept = Message("cutoff.of-week", {"week": "2026-W47", "at": datetime(2026, 11, 23, tzinfo=UTC)}).to_json()
    said = Words("en").said(Message.from_json(kept))
    assert said == Words("en")("cutoff.of-week", week="2026-W47") == "of the hours of 2026-W47"


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "Mon 23 Nov 2020 14:05:09"), ("nl", "ma 23 nov 2020 14:05:09")]
)
def test_times_are_told_on_the_dutch_clock(language, shown):
    assert moment(datetime(2020, 11, 23, 13, 5, 9, tzinfo=UTC), language) == shown


@pytest.mark.parametrize(("language", "shown"), [("en", "Mon 2 Mar 2026"), ("nl", "ma 2 mrt 2026")])
def test_days_are_told_with_their_weekday(language, shown):
    assert day(date(2026, 3, 2), language) == shown


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("nl", "nl"), ("en-GB,nl;q=0.3", "en"), ("fr;q=1, nl-BE;q=0.9", "nl"), ("", "en"), (";;q=x,\x00", "en")],
)
def test_the_browser_s_language_is_spoken(accepted, language):
    assert language_of(None, accepted) == language


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (-3, "0 s"), (59.4, "59 s"), (60, "1 min"), (7500, "2 h 5 min"), (90000, "1 d 1 h")],  # noqa: RUF001
)
def test_ages_are_told_in_their_two_largest_units(seconds, text):
    assert age(seconds, Words("en")) == text


def test_numbers_are_written_as_the_language_does():
    assert [number(1234567, language) for language in ("en", "nl")] == ["1,234,567", "1.234.567"]
    assert [hours(Decimal("1234.5"), language) for language in ("en", "nl")] == ["1,234.50", "1.234,50"]


@pytest.mark.parametrize(
    ("value", "english", "dutch"),
    [
        ("7.5", "7.5", "7,5"),
        ("000000000051.01", "000000000051.01", "000000000051.01"),
        (True, "yes", "ja"),
        (None, "nothing", "niets"),
        ("", "nothing", "niets"),
        ("2026-11-23", "23-11-2026", "23-11-2026"),
        (date(2026, 11, 23), "23-11-2026", "23-11-2026"),
        ("2026-11-18T08:00:00+00:00", "18-11-2026 09:00:00", "18-11-2026 09:00:00"),
        ("parked", "parked", "geparkeerd"),
        (["7", "8"], "7, 8", "7, 8"),
        ("TOSS", "TOSS", "TOSS"),
    ],
)
def test_a_value_of_a_row_is_told_as_people_read_it(value, english, dutch):
    assert (Words("en").fact(value), Words("nl").fact(value)) == (english, dutch)


def test_a_sentence_of_before_there_were_ids_is_told_in_its_own_two_languages():
    kept = Message("legacy.both", {"text": ["gone", "weg"]})
    assert (Words("en").said(kept), Words("nl").said(kept)) == ("gone", "weg")
