"""Reconciling on a real sandbox and a real PostgreSQL: what is wrong is found by name, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from domain.finding import Cure, FindingKind
from sandbox.people import act
from tests.sync.reconciling import TODAY, WEEK, Stage, a_stage

pytestmark = pytest.mark.slow


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with a_stage(database_url) as made:
        yield made


def test_nothing_is_found_when_nothing_is_wrong(stage: Stage) -> None:
    stage.approved_week()
    light, whole = stage.light(), stage.whole()
    assert [f.what for f in light.findings] == []
    assert [f.what for f in whole.findings] == []
    assert whole.compared["claims"] > 0
    assert whole.compared["hours"] > 0
    assert whole.compared["decisions"] > 0


def test_a_row_changed_behind_our_back_is_found_by_the_next_light_run(stage: Stage) -> None:
    [number, *_] = stage.submit_week()
    stage.settle()
    row = stage.world.get("Loonbrug_Claims", number)
    stage.world.tables.update("Loonbrug_Claims", (number,), {"TotalHours": row["TotalHours"] + 1})
    found = stage.light()
    assert [each.subject for each in found.findings] == [f"claim:{number}"]
    [finding] = stage.book.search()
    assert finding.finding.kind is FindingKind.CHANGED_UNSEEN
    assert finding.finding.cure is Cure.PULL_AGAIN
    assert finding.finding.payment
    assert "total_hours" in finding.finding.what
    assert finding.finding.week == WEEK
