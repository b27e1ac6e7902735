"""Reconciliations as jobs: made due by the clock, done once, and noted whatever comes of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.store.reconcile.reconciliations import ReconciliationRepository
from connectors.store.running.due import Due
from connectors.store.running.schedule import Schedule, Timetable
from tests.stages.reconcile.reconciling import TODAY, Stage, a_stage
from workers.compose.reconcile.reconciling import Reconciling

pytestmark = pytest.mark.slow


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with a_stage(database_url) as made:
        yield made


@pytest.fixture
def work(stage: Stage) -> Reconciling:
    return Reconciling(
        ReconciliationRepository(stage.database, "main"), stage.reconciler(), today=lambda: TODAY
    )


def test_the_clock_makes_both_due_once_and_a_worker_does_them(stage: Stage, work: Reconciling) -> None:
    schedule = Schedule(
        stage.database, "main", Timetable({}, 3600, "02:30", light_every=900, whole_at="04:00")
    )
    schedule.prepare()
    assert schedule.tick() == []
    assert Due(stage.database, "main").reconciliations() == []
    stage.put("update schedule set next_at = now() where name like 'reconcile:%%'")
    schedule.tick()
    stage.put("update schedule set next_at = now() where name like 'reconcile:%%'")
    schedule.tick()
    due = Due(stage.database, "main").reconciliations()
    assert len(due) == 2
    assert all(work.work(each) is not None for each in due)
    assert work.work() is None
    recent = work.reconciliations.recent()
    assert {(each.kind, each.state) for each in recent} == {("light", "done"), ("whole", "done")}
    assert all(each.compared["claims"] > 0 and each.calls > 0 for each in recent)


def test_a_light_run_comes_every_interval_and_a_whole_one_at_night(stage: Stage) -> None:
    schedule = Schedule(
        stage.database, "main", Timetable({}, 3600, "02:30", light_every=900, whole_at="04:00")
    )
    schedule.prepare()
    rows = stage.look(
        "select name, extract(epoch from next_at - now())::int as seconds,"
        " to_char(next_at at time zone 'Europe/Amsterdam', 'HH24:MI') as at from schedule order by name"
    )
    assert [each["name"] for each in rows] == ["reconcile:light", "reconcile:whole"]
    assert 890 <= rows[0]["seconds"] <= 900
    assert rows[1]["at"] == "04:00"


def test_an_afas_that_is_away_is_noted_with_the_run(stage: Stage, work: Reconciling) -> None:
    stage.sandbox.faults.add("unavailable", probability=1.0, seed=1, retry_after=0.1)
    assert work.work(work.reconciliations.want("light")) is None
    [run] = work.reconciliations.recent()
    assert run.state == "failed"
    assert run.error


def test_one_whose_worker_was_lost_is_taken_over_and_given_up_in_the_end(
    stage: Stage, work: Reconciling
) -> None:
    wanted = work.reconciliations.want("light")
    for _ in range(3):
        assert work.reconciliations.take(wanted) is not None
        assert work.reconciliations.take(wanted) is None
        stage.put("update reconciliation set leased_until = now() - interval '1 second'")
    assert work.reconciliations.take(wanted) is None
    assert work.reconciliations.recent()[0].state == "failed"
    assert work.reconciliations.want("light") is not None
