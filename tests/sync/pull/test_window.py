"""Which changes are asked for: overlaps in real time, whatever the wall clock does."""

# ruff: noqa: DTZ001 - AFAS keeps naive Amsterdam time

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pull.query import EVERYTHING
from domain.pull.run import RunKind
from mappings.afas_time import to_filter, to_utc
from sync.pull.window import Overlaps, changed_after, changed_between, in_autumn_night, lower_bound

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
NIGHTS = st.one_of(
    st.datetimes(datetime(2026, 10, 24, 22), datetime(2026, 10, 25, 4), timezones=st.just(UTC)),
    st.datetimes(datetime(2026, 3, 28, 22), datetime(2026, 3, 29, 4), timezones=st.just(UTC)),
).map(lambda moment: moment.replace(microsecond=0))


@given(st.one_of(MOMENTS, NIGHTS), st.integers(0, 300))
def test_what_changed_within_the_overlap_lies_in_the_window(newest, seconds):
    """Whenever the newest change was, one that AFAS stamped up to 5 minutes earlier is asked for again."""
    changed = newest - timedelta(seconds=seconds)
    watermark = max(to_filter(newest), to_filter(changed))
    assert lower_bound(watermark, timedelta(minutes=5)) <= to_filter(changed)


@given(NIGHTS, st.integers(0, 3 * 3600))
def test_what_changed_within_the_wide_overlap_lies_in_the_wide_window(newest, seconds):
    changed = newest - timedelta(seconds=seconds)
    watermark = max(to_filter(newest), to_filter(changed))
    assert lower_bound(watermark, Overlaps().of(RunKind.WIDE)) <= to_filter(changed)


@given(
    st.datetimes(datetime(2026, 10, 25, 0), datetime(2026, 10, 25, 1), timezones=st.just(UTC)),
    st.integers(0, 3600),
)
def test_the_second_pass_of_the_october_hour_is_asked_for(last_of_first_pass, seconds):
    """The watermark stays at the first pass while AFAS stamps the second one with earlier texts."""
    watermark = to_filter(last_of_first_pass.replace(microsecond=0))
    second_pass = datetime(2026, 10, 25, 1, tzinfo=UTC) + timedelta(seconds=min(seconds, 3599))
    assert in_autumn_night(watermark)
    assert lower_bound(watermark, timedelta(minutes=5)) <= to_filter(second_pass)


@pytest.mark.parametrize("watermark", ["2026-10-25T01:59:59", "2026-10-25T05:00:00", "2026-10-24T02:30:00"])
def test_other_hours_are_trusted(watermark):
    assert not in_autumn_night(watermark)


def test_in_march_the_missing_hour_does_not_eat_the_overlap():
    assert lower_bound("2026-03-29T03:02:00", timedelta(minutes=5)) == "2026-03-29T01:57:00"


def test_an_ordinary_lower_bound_is_the_watermark_minus_the_overlap():
    assert lower_bound("2026-11-20T14:03:27", timedelta(minutes=5)) == "2026-11-20T13:58:27"
    assert to_utc("2026-11-20T13:58:27") == datetime(2026, 11, 20, 12, 58, 27, tzinfo=UTC)


def test_without_watermark_everything_is_asked_for():
    assert changed_between(("ChangedOn",), None, "2026-11-20T14:03:27") == EVERYTHING


def test_several_columns_are_alternatives_and_each_has_both_ends():
    where = changed_between(("A", "B"), "2026-11-20T14:00:00", "2026-11-20T15:00:00")
    assert [[(each.column, each.operator.name) for each in group] for group in where] == [
        [("A", "AT_LEAST"), ("A", "AT_MOST")],
        [("B", "AT_LEAST"), ("B", "AT_MOST")],
    ]
    assert len(changed_after(("A", "B"), "2026-11-20T14:00:00")) == 2
