"""Weeks as payroll counts them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import days_of, is_week, monday_of, neighbour, week_of

days = st.dates(date(1970, 1, 5), date(2199, 12, 29))
"""From the first Monday of a week that we know to the last Sunday of one."""


@given(days)
def test_a_day_lies_in_its_week_and_a_week_is_seven_days(day):
    monday, sunday = days_of(week_of(day))
    assert monday <= day <= sunday
    assert (monday.weekday(), sunday - monday) == (0, timedelta(days=6))


@given(days)
def test_the_monday_of_a_day_is_that_of_its_week(day):
    assert monday_of(day) == days_of(week_of(day))[0]


@given(days, st.integers(-60, 60), st.integers(-60, 60))
def test_going_so_many_weeks_and_so_many_more_is_going_both_together(day, some, more):
    week = "2026-W47" if not 1972 < day.year < 2197 else week_of(day)
    assert neighbour(neighbour(week, some), more) == neighbour(week, some + more)
    assert neighbour(week, 0) == week


@given(days)
def test_weeks_sort_as_texts_like_their_days(day):
    assert week_of(day) < week_of(day + timedelta(days=7))


def test_a_week_goes_from_monday_to_sunday():
    assert days_of("2026-W47") == (date(2026, 11, 16), date(2026, 11, 22))
    assert days_of("2026-W53") == (date(2026, 12, 28), date(2027, 1, 3))


@pytest.mark.parametrize("text", ["2026-W01", "2026-W53", "2027-W52", "2020-W53", "1970-W01", "2199-W52"])
def test_a_week_that_is_one_is_known(text):
    assert is_week(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2027-W53",
            "2025-W53",
            "2026-W54",
            "2026-W00",
            "2026-W5",
            "2026-W5x",
            "2026-w05",
            "2026W05",
            "26-W05",
        ),
        *("", "x", "2026-W10\n", "2026-W47 ", "٢٠٢٦-W10", "\u0662026-W47"),
        *("9999-W52", "0001-W01", "0000-W10", "1969-W52", "2200-W01"),
    ],
)
def test_a_week_that_is_none_is_known_and_refused(text):
    assert not is_week(text)
    with pytest.raises(ValueError):  # noqa: PT011 - any of them
        days_of(text)


def test_weeks_have_neighbours_across_the_year():
    assert neighbour("2026-W53", 1) == "2027-W01"
    assert neighbour("2026-W01", -1) == "2025-W52"
