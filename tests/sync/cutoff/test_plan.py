"""When less patience is had with what a week's pay depends on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.cutoff.when import CutoffRule
from domain.watch.waiting import NEAR
from sync.cutoff.reports import CutoffPlan

PLAN = CutoffPlan("main", CutoffRule(), lambda _: False)
CUTOFF = datetime(2026, 11, 26, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "near"),
    [
        (CUTOFF - NEAR - timedelta(seconds=1), False),
        (CUTOFF - NEAR, True),
        (CUTOFF + timedelta(weeks=9), True),
    ],
    ids=["days before", "a day before", "long after"],
)
def test_a_week_s_cut_off_is_near_from_a_day_before_it_and_for_good(now, near):
    assert PLAN.is_near("2026-W47", now) is near


def test_a_week_that_is_none_is_refused():
    with pytest.raises(ValueError, match="week"):
        PLAN.is_near("2026-W99", CUTOFF)
