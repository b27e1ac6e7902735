"""AFAS's clock as far as it can be known: an hour that comes twice, and rows that lie ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from domain.pull.afas_clock import Present, changed_on, comes_twice, same_repeated_hour

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NIGHT = datetime(2026, 10, 25, tzinfo=UTC)
"""At one hour UTC the clocks of Amsterdam go from 03:00 back to 02:00."""


def at(hour: int, minute: int = 0) -> datetime:
    return NIGHT.replace(hour=hour, minute=minute)


@pytest.mark.parametrize(
    ("moment", "twice"),
    [
        (NIGHT - timedelta(seconds=1), False),
        (at(0), True),
        (at(0, 59), True),
        (at(1), True),
        (at(1, 59), True),
        (at(2), False),
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), False),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), False),
        (NOW, False),
    ],
)
def test_an_hour_of_the_october_night_comes_twice_and_no_other(moment, twice):
    assert comes_twice(moment) is twice


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (at(0, 10), at(0, 50), True),
        (at(0, 10), at(1, 10), False),
        (NOW, NOW, False),
        (at(0), NIGHT - timedelta(minutes=9), False),
    ],
)
def test_within_that_hour_nothing_tells_which_was_first(one, other, same):
    assert same_repeated_hour(one, other) is same is same_repeated_hour(other, one)


def test_no_clock_is_trusted_alone():
    behind = NOW - timedelta(minutes=10)
    assert Present.of(NOW, behind) == Present.of(behind, NOW) == Present(behind, NOW)
    assert Present.of(NOW, None) == Present(NOW, NOW)


@pytest.mark.parametrize(
    ("later", "ahead", "surely"),
    [(0, False, False), (2, False, False), (3, True, False), (120, True, False), (121, True, True)],
)
def test_a_time_ahead_is_doubted_within_seconds_and_wrong_after_minutes(later, ahead, surely):
    present, moment = Present.of(NOW, None), NOW + timedelta(seconds=later)
    assert (present.lies_ahead(moment), present.surely_ahead(moment)) == (ahead, surely)


def test_what_lies_ahead_by_one_clock_is_not_surely_wrong_by_the_other():
    present = Present.of(NOW, NOW - timedelta(hours=1))
    assert present.lies_ahead(NOW)
    assert not present.surely_ahead(NOW)


def test_a_record_changed_when_the_field_says_that_it_has():
    changed, deleted = SimpleNamespace(changed_at=NOW, entered_at=None), SimpleNamespace(deleted_at=NOW)
    assert [changed_on(each) for each in (changed, deleted, SimpleNamespace())] == [NOW, NOW, None]
