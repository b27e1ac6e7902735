"""The week board on a real week: sums that must agree, and what is named when they do not."""

from __future__ import annotations

import pytest

from connectors.store.weeks import Weeks
from tests.sync.week_world import WEEK, week_world

pytestmark = pytest.mark.slow


@pytest.fixture
def world(database_url, tmp_path):
    with week_world(database_url, tmp_path) as world:
        yield world


def board(world, **how):
    return Weeks(world.database, "main").board(WEEK, **how)


def test_the_sums_of_a_week_agree_from_booked_to_offered(world):
    found = board(world)
    assert found.agrees
    assert found.total.booked > 0
    assert found.total.booked == found.total.submitted
    assert found.total.approved == 0
