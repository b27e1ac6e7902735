"""The sandbox's own clock, through the hours that come twice or never."""

# ruff: noqa: DTZ001 - AFAS keeps naive Amsterdam time
from datetime import UTC, datetime, timedelta

from sandbox.profit.clock import ProfitClock


def test_a_frozen_clock_stands_still_until_it_is_moved():
    clock = ProfitClock(datetime(2026, 11, 20, 9), frozen=True)
    assert clock.now() == clock.now() == datetime(2026, 11, 20, 9)
    clock.advance(timedelta(days=3))
    assert clock.now() == datetime(2026, 11, 23, 9)
    clock.move_to(datetime(2026, 11, 27, 17, 30))
    assert clock.now() == datetime(2026, 11, 27, 17, 30)


def test_a_clock_ticks_from_where_it_was_put():
    clock = ProfitClock(datetime(2026, 11, 20, 9))
    assert datetime(2026, 11, 20, 9) <= clock.now() < datetime(2026, 11, 20, 9, 1)
    assert clock.utc() < clock.utc() + timedelta(microseconds=1)


def test_the_hour_between_two_and_three_happens_twice_in_october():
    clock = ProfitClock(datetime(2026, 10, 25, 2, 30), frozen=True)
    clock.advance(timedelta(hours=1))
    assert clock.now() == datetime(2026, 10, 25, 2, 30)
    assert clock.now().fold == 1
    clock.advance(timedelta(hours=1))
    assert clock.now() == datetime(2026, 10, 25, 3, 30)


def test_the_hour_between_two_and_three_is_missing_in_march():
    clock = ProfitClock(datetime(2026, 3, 29, 1, 59, 59), frozen=True)
    clock.advance(timedelta(seconds=1))
    assert clock.now() == datetime(2026, 3, 29, 3)


def test_an_aware_time_is_understood_and_whole_seconds_come_out():
    clock = ProfitClock(datetime(2026, 7, 1, 12, 0, 0, 999_000, tzinfo=UTC), frozen=True)
    assert clock.now() == datetime(2026, 7, 1, 14)
