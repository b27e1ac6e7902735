"""``doctor`` about clocks, rows dated ahead, and what onboarding is called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.store.records.ahead import RowAhead
from domain.declarations.onboarding_words import ItemsSeen, TaskWords
from workers.doctor.clock import examine_clock
from workers.doctor.onboarding import examine_onboarding

NOW = datetime(2026, 11, 20, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "health", "told"),
    [
        (0, "fine", "less than a second apart"),
        (-90, "fine", "90 s apart"),
        (600, "warning", "ours is 600 s ahead of AFAS's"),
        (-600, "warning", "ours is 600 s behind AFAS's"),
    ],
)
def test_our_clock_is_held_against_afass(ahead, health, told):
    [found] = examine_clock(NOW + timedelta(seconds=ahead), NOW, [])
    assert found.health == health
    assert told in found.found


def test_an_afas_that_tells_no_time_is_a_warning():
    assert [each.health for each in examine_clock(NOW, None, [])] == ["warning"]


def test_rows_dated_ahead_are_named_in_dutch_time_and_not_all_of_them():
    rows = [RowAhead("hours", str(each), NOW + timedelta(days=365)) for each in range(7)]
    rows.append(RowAhead("claims", "C1", NOW + timedelta(days=1)))
    _, hours, claims = examine_clock(NOW, NOW, rows)
    assert (hours.subject, claims.subject) == ("hours", "claims")
    assert "7 row(s)" in hours.found
    assert hours.found.endswith("and 2 more")
    assert "C1 (2026-11-21 12:00)" in claims.found


def test_every_name_of_onboarding_says_where_it_leads():
    seen = [ItemsSeen("Ondertekenen", "Ooit", closed=False, count=2)]
    unknown, known = examine_onboarding(seen, TaskWords())
    assert (unknown.health, unknown.subject) == ("warning", "onboarding status")
    assert "LOONBRUG_ONBOARDING_STOPPED" in unknown.remedy
    assert known.found == "'Ondertekenen' of 2 item(s) -> contract-sent"
