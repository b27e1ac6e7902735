"""AFAS's own time, as its answers tell it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.afas.wire.told_time import ToldTime


def test_it_is_counted_on_from_the_last_answer_that_told_it():
    seconds = 100.0
    told = ToldTime(lambda: seconds)
    assert told.now() is None
    told.hear("Fri, 20 Nov 2026 11:00:00 GMT")
    seconds += 90
    assert told.now() == datetime(2026, 11, 20, 11, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("date", [None, "", "yesterday", "Fri, 99 Nov 2026 11:00:00 GMT", "20261120", "\x00"])
def test_what_is_no_date_is_passed_over(date):
    told = ToldTime(lambda: 0.0)
    told.hear(date)
    assert told.now() is None
