"""The flows in, on a real PostgreSQL and a small AFAS: what comes in, and what it costs (G5)."""

from __future__ import annotations

import pytest

from domain.pull.run import Counts
from mappings.flows import FLOWS
from tests.stages.pull.pulling import Stage, at, hours
from tests.stages.records.rows import GOOD, row


@pytest.mark.parametrize("name", FLOWS)
def test_every_flow_brings_its_rows_in(stage, name):
    stage.shows(name, GOOD[name])
    assert stage.pull(name).new == 1
    assert stage.pull(name).unchanged == 1
    assert stage.execute("select flow, watermark is not null as known from flow") == [
        {"flow": name, "known": name != "actions"}
    ]


@pytest.mark.parametrize("name", [name for name in FLOWS if name != "actions"])
def test_a_poll_without_changes_is_one_call_and_no_write(stage, name):
    stage.shows(name, GOOD[name])
    stage.settle(name)
    stage.afas.calls.clear()
    before = written(stage)
    assert stage.pull(name) == Counts(calls=1)
    assert len(stage.afas.calls) == 1
    assert written(stage) == before


def written(stage: Stage) -> dict[str, list[str]]:
    """The transaction that last wrote or locked each row of what we know."""
    tables = (
        "hour_line",
        "claim",
        "employee",
        "placement",
        "task",
        "action",
        "stale",
        "parked_row",
        "seen_key",
    )
    return {name: stage.column(f"select xmin || '/' || xmax as x from {name} order by 1") for name in tables}


def test_unchanged_rows_are_reread_without_a_write(stage):
    stage.shows("hours", *hours(range(1, 6)), row("hours", LineId=9, Quantity="x"))
    stage.pull("hours")
    before = written(stage)
    assert stage.pull("hours") == Counts(read=6, unchanged=5, parked=1, calls=2)
    assert written(stage) == before


def test_the_snapshot_of_actions_is_one_call_and_no_write(stage):
    stage.shows("actions", GOOD["actions"])
    stage.pull("actions")
    before = written(stage)
    assert stage.pull("actions") == Counts(read=1, unchanged=1, calls=1)
    assert written(stage) == before


def test_g5_repeated_rows_of_a_page_count_once_and_the_newest_wins(stage):
    older, newer = (
        row("hours", Quantity=4, ChangedOn=at("10:00:00")),
        row("hours", Quantity=6, ChangedOn=at("11:00:00")),
    )
    stage.shows("hours", newer, older, dict(newer))
    assert stage.pull("hours") == Counts(read=3, new=1, unchanged=2, calls=2)
    assert stage.column("select quantity::float from hour_line") == [6]


def test_a_person_may_ask_from_a_time_on(stage):
    stage.shows("hours", row("hours", LineId=1, ChangedOn=at("08:00:00")), row("hours", LineId=2))
    stage.settle("hours")
    stage.execute("delete from hour_line")
    assert stage.pull("hours", since="2026-11-20T08:00:00").new == 2
