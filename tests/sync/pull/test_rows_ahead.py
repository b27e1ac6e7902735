"""Rows that AFAS dates later than its present: taken in, told, and no flow stops for them (G6, G7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.store.records.ahead import rows_ahead
from connectors.store.watch.facts import WatchingStore
from domain.pull.afas_clock import Present
from domain.pull.run import RunKind
from mappings.afas_time import to_filter
from tests.stages.pull.pulling import Stage, hours, lines
from tests.stages.records.rows import GOOD, row

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
YEAR, QUARTER = timedelta(days=365), timedelta(minutes=17)


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """AFAS at noon, by its answers and by our clock."""
    it_is(stage, NOW)
    return stage


def it_is(stage: Stage, ours: datetime, afas: datetime | None = None) -> None:
    """From now on the clocks stand so."""
    stage.present = lambda: Present.of(ours, afas or ours)


def on(moment: datetime) -> str:
    return f"{to_filter(moment)}Z"


def watermark(stage: Stage, flow: str = "hours") -> str:
    [found] = stage.column(f"select watermark from flow where flow = '{flow}'")
    return str(found)


@pytest.mark.parametrize("ahead", [YEAR, QUARTER])
def test_g6_a_row_from_the_future_is_taken_in_and_what_changes_later_too(stage, ahead):
    stage.shows("hours", *hours([1], ChangedOn=on(NOW)), *hours([2], ChangedOn=on(NOW + ahead)))
    stage.settle("hours")
    assert lines(stage) == [1, 2]
    for minute in range(1, 4):
        it_is(stage, NOW + timedelta(minutes=minute))
        stage.afas.tables["Loonbrug_Hours"] += hours(
            [2 + minute], ChangedOn=on(NOW + timedelta(minutes=minute))
        )
        stage.settle("hours")
    assert lines(stage) == [1, 2, 3, 4, 5]
    assert watermark(stage) == to_filter(NOW + timedelta(minutes=3))


@pytest.mark.parametrize(
    "flow", ["employees", "deleted-hours", "tasks", "claims", "placements", "onboarding"]
)
def test_g6_no_watermark_passes_the_present_whatever_the_flow(stage, flow):
    column = {"employees": "ContractChangedOn", "deleted-hours": "DeletedOn", "tasks": "EnteredOn"}
    stage.shows(flow, row(flow, **{column.get(flow, "ChangedOn"): on(NOW + YEAR)}))
    stage.settle(flow)
    mark = stage.column(f"select watermark from flow where flow = '{flow}'")
    assert mark[0] is None or mark[0] <= to_filter(NOW)


def test_g6_whichever_clock_is_wrong_the_watermark_stays_behind_the_other(stage):
    stage.shows("hours", *hours([1], ChangedOn=on(NOW)), *hours([2], ChangedOn=on(NOW + QUARTER)))
    for ours, afas in ((NOW + YEAR, NOW), (NOW, NOW + YEAR)):
        it_is(stage, ours, afas)
        stage.pull("hours", RunKind.FULL)
        assert watermark(stage) == to_filter(NOW)


@pytest.mark.parametrize("kind", [RunKind.POLL, RunKind.WIDE, RunKind.FULL])
def test_g6_a_watermark_that_is_ahead_already_is_mended_by_the_next_run(stage, kind):
    stage.shows("hours", *hours([1], ChangedOn=on(NOW)))
    stage.settle("hours")
    stage.execute("update flow set watermark = %s, newest_key = '7'", to_filter(NOW + YEAR))
    stage.afas.tables["Loonbrug_Hours"] += hours([2], ChangedOn=on(NOW - timedelta(days=9)))
    stage.pull("hours", kind)
    assert lines(stage) == [1, 2]
    assert watermark(stage) == to_filter(NOW)


def test_g7_a_correction_with_a_true_time_overwrites_a_row_from_the_future(stage):
    stage.shows("hours", *hours([1], Quantity=80, ChangedOn=on(NOW + QUARTER)))
    stage.pull("hours")
    stage.shows("hours", *hours([1], Quantity=8, ChangedOn=on(NOW + timedelta(minutes=1))))
    it_is(stage, NOW + timedelta(minutes=2))
    assert stage.pull("hours").changed == 1
    assert stage.column("select quantity::float from hour_line") == [8]


def test_g7_so_does_one_that_we_read_only_when_the_wrong_time_has_come(stage):
    stage.shows("hours", *hours([1], Quantity=80, ChangedOn=on(NOW + QUARTER)))
    stage.pull("hours")
    stage.shows("hours", *hours([1], Quantity=8, ChangedOn=on(NOW + timedelta(minutes=1))))
    it_is(stage, NOW + timedelta(hours=1))
    assert stage.pull("hours", RunKind.WIDE).changed == 1
    assert stage.column("select quantity::float from hour_line") == [8]


def test_g7_a_row_with_a_true_time_is_not_overwritten_by_an_older_one_beside_one_from_the_future(stage):
    stage.shows("hours", *hours([1, 2], Quantity=8, ChangedOn=on(NOW)))
    stage.pull("hours")
    stage.shows(
        "hours",
        *hours([1], Quantity=4, ChangedOn=on(NOW - timedelta(minutes=1))),
        *hours([2], ChangedOn=on(NOW + YEAR)),
    )
    stage.pull("hours")
    assert stage.column("select quantity::float from hour_line where line = 1") == [8]


@pytest.mark.parametrize(("changed", "deleted"), [(YEAR, timedelta(0)), (timedelta(0), YEAR)])
def test_g6_a_line_that_was_deleted_is_withdrawn_though_one_of_its_times_lies_ahead(stage, changed, deleted):
    stage.shows("hours", *hours([1, 2], ChangedOn=on(NOW + changed)))
    stage.pull("hours")
    stage.shows("hours", *hours([2], ChangedOn=on(NOW + changed)))
    stage.shows("deleted-hours", {"LineId": 1, "DeletedOn": on(NOW + deleted)})
    stage.pull("deleted-hours")
    assert lines(stage) == [2]


def test_g6_a_line_that_came_back_stays_though_its_deletion_is_dated_ahead(stage):
    stage.shows("hours", *hours([1, 2], ChangedOn=on(NOW)))
    stage.shows("deleted-hours", {"LineId": 1, "DeletedOn": on(NOW + YEAR)})
    stage.pull("deleted-hours")
    stage.pull("hours")
    assert lines(stage) == [1, 2]


def test_rows_ahead_are_told_until_they_have_a_true_time(stage):
    far = datetime.now(UTC) + YEAR
    stage.shows("hours", *hours([1], ChangedOn=on(far)), *hours([2], ChangedOn=on(NOW)))
    stage.pull("hours")
    assert [(each.flow, each.key) for each in rows_ahead(stage.database, "main")] == [("hours", "1")]
    assert [each.rows_ahead for each in WatchingStore(stage.database, "main").facts(["hours"]).flows] == [1]
    stage.row_of("hours", 1).update(ChangedOn=on(NOW + timedelta(seconds=1)))
    stage.pull("hours")
    assert rows_ahead(stage.database, "main") == []
    assert stage.column("select count(*) from row_ahead") == [0]


def test_a_row_ahead_of_our_clock_alone_is_not_told(stage):
    """Which of the two clocks is wrong nobody knows: doctor compares them."""
    far = datetime.now(UTC) + YEAR
    it_is(stage, NOW, far)
    stage.shows("hours", *hours([1], ChangedOn=on(far)))
    stage.pull("hours")
    assert rows_ahead(stage.database, "main") == []
    assert lines(stage) == [1]


def test_g6_in_the_second_pass_of_the_october_hour_texts_of_the_first_do_not_lie_ahead(stage):
    second_pass = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    it_is(stage, second_pass)
    stage.shows("hours", *hours([1], ChangedOn="2026-10-25T02:50:00Z"))
    stage.settle("hours")
    assert watermark(stage) == "2026-10-25T02:50:00"
    assert stage.column("select count(*) from row_ahead") == [0]


def test_a_poll_without_changes_costs_three_calls_while_a_row_is_ahead_and_one_without(stage):
    stage.shows("hours", *hours([1], ChangedOn=on(NOW)), *hours([2], ChangedOn=on(NOW + YEAR)))
    stage.settle("hours")
    assert stage.pull("hours").calls == 3
    stage.row_of("hours", 2).update(ChangedOn=on(NOW))
    stage.settle("hours")
    assert stage.pull("hours").calls == 1


def test_a_worker_whose_person_changed_in_the_future_is_found_again_when_anything_changes(stage):
    stage.shows("employees", GOOD["employees"] | {"PersonChangedOn": on(NOW + YEAR)})
    stage.settle("employees")
    stage.row_of("employees", "001001").update(LastName="Smit", ChangedOn=on(NOW + timedelta(minutes=1)))
    it_is(stage, NOW + timedelta(minutes=2))
    assert stage.pull("employees").changed == 1


def test_present_is_bounded_by_both_clocks():
    present = Present.of(NOW, NOW + QUARTER)
    assert (present.earliest, present.latest) == (NOW, NOW + QUARTER)
    assert present.lies_ahead(NOW + timedelta(minutes=5))
    assert not present.surely_ahead(NOW + QUARTER)
    assert replace(present, latest=NOW).surely_ahead(NOW + QUARTER)
