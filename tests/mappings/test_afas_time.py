"""AFAS's clock: Amsterdam wall-clock texts with a false Z."""

# ruff: noqa: DTZ001 - AFAS keeps naive Amsterdam time

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import AMSTERDAM
from domain.pull.afas_clock import comes_twice
from mappings.afas_time import (
    as_afas,
    last_sunday_of_october,
    to_date,
    to_filter,
    to_utc,
    wall_clock,
    without_z,
)


def test_the_z_of_afas_means_amsterdam():
    assert to_utc("2026-07-01T09:00:00Z") == datetime(2026, 7, 1, 7, tzinfo=UTC)
    assert to_utc("2026-12-01T09:00:00Z") == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert to_utc("2026-12-01T09:00:00") == to_utc("2026-12-01T09:00:00Z")


def test_the_hour_that_comes_twice_is_taken_as_the_first():
    assert to_utc("2026-10-25T02:30:00Z") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert comes_twice(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert comes_twice(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    assert not comes_twice(datetime(2026, 10, 25, 2, 0, tzinfo=UTC))


def test_the_hour_that_is_skipped_in_march_is_still_a_moment():
    assert to_utc("2026-03-29T02:30:00Z") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_date_is_midnight():
    assert to_date("2026-11-16T00:00:00Z") == date(2026, 11, 16)
    assert to_date("2026-11-16") == date(2026, 11, 16)
    with pytest.raises(ValueError, match="time in it"):
        to_date("2026-11-16T08:00:00Z")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-02-30",
        "2026-13-01",
        "2026-1-1",
        "20-11-2026",
        "2026-11-16T24:00:00",
        "2026-11-16 08:00:00",
        "٢٠٢٦-11-16",
        "2026-11-16T08:00:00+01:00",
        "9999-01-01",
    ],
)
def test_an_impossible_time_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - many ways to be wrong, one way to be refused
        to_utc(text)


@given(st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2100, 1, 1)))
def test_a_moment_survives_the_way_to_afas_and_back(moment):
    wall = moment.replace(microsecond=0)
    aware = wall.replace(tzinfo=AMSTERDAM)
    text = to_filter(aware)
    assert "Z" not in text
    skipped = aware.astimezone(UTC).astimezone(AMSTERDAM).replace(tzinfo=None) != wall
    assert skipped or to_utc(text + "Z") == aware.astimezone(UTC)
    assert without_z(as_afas(wall) + "Z") == as_afas(wall)
    assert wall_clock(as_afas(wall)) == wall


@given(st.integers(1996, 2100))
def test_the_clocks_go_back_on_the_last_sunday_of_october(year):
    day = last_sunday_of_october(year)
    assert (day.month, day.weekday()) == (10, 6)
    assert (day + timedelta(days=7)).month == 11
    assert comes_twice(datetime(year, 10, day.day, 0, 30, tzinfo=UTC))
