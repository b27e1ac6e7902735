"""The night in which the clock shows 02:00-03:00 twice: what AFAS's times cannot order, AFAS is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.store.database import Database
from domain.pull.query import Row
from domain.pull.run import RunKind
from mappings.afas_time import to_filter
from tests.stages.pull.fake_afas_reads import FakeAfas
from tests.stages.pull.pulling import Stage, at, hours, lines
from tests.stages.records.rows import row

pytestmark = pytest.mark.slow

SUNDAY = "2026-10-25"
ONE_O_CLOCK = datetime(2026, 10, 24, 23, tzinfo=UTC)
POLL = 60
"""Seconds between two polls of a flow, as the settings have it."""
TABLES = "hour_line, deleted_line, flow, run, seen_key, stale, doubted_line, row_ahead"


def test_g6_a_line_deleted_in_the_second_pass_and_changed_in_the_first_is_withdrawn(stage):
    stage.shows("hours", *hours([1, 2], ChangedOn=at("02:40:00", SUNDAY)))
    stage.pull("hours")
    stage.shows("hours", *hours([2], ChangedOn=at("02:40:00", SUNDAY)))
    stage.shows("deleted-hours", {"LineId": 1, "DeletedOn": at("02:10:00", SUNDAY)})
    stage.pull("deleted-hours")
    assert lines(stage) == [2]


def test_g7_a_line_that_came_back_within_the_hour_that_comes_twice_stays(stage):
    stage.shows("hours", *hours([1], ChangedOn=at("02:40:00", SUNDAY)))
    stage.pull("hours")
    stage.shows("deleted-hours", {"LineId": 1, "DeletedOn": at("02:10:00", SUNDAY)})
    stage.pull("deleted-hours")
    assert lines(stage) == [1], "AFAS shows it still: it was deleted first, and came back"
    stage.pull("hours", RunKind.FULL)
    stage.pull("deleted-hours", RunKind.FULL)
    assert lines(stage) == [1]


def test_g6_a_page_that_was_read_before_a_deletion_of_that_hour_does_not_bring_the_line_back(stage):
    stage.shows("hours", *hours([1], ChangedOn=at("02:40:00", SUNDAY)))
    stage.pull("hours")
    stage.shows("deleted-hours", {"LineId": 1, "DeletedOn": at("02:10:00", SUNDAY)})
    kept = stage.afas.tables["Loonbrug_Hours"]

    def delete_while_the_page_is_under_way(call: int) -> None:
        if call == stage_calls + 3:  # after the probe and the page
            stage.afas.tables["Loonbrug_Hours"] = []

    stage.afas.tables["Loonbrug_Hours"] = []
    stage.pull("deleted-hours")
    assert lines(stage) == []
    stage.afas.tables["Loonbrug_Hours"] = kept
    stage_calls = len(stage.afas.calls)
    stage.afas.before = delete_while_the_page_is_under_way
    stage.pull("hours")
    assert lines(stage) == []


def test_g7_beside_a_row_of_that_night_no_older_row_overwrites_a_newer_one(stage):
    """The doubt belongs to the times of that night, not to all that comes on one page with them."""
    stage.shows("hours", *hours([1], Quantity=8, ChangedOn=at("12:00:00")))
    stage.pull("hours")
    stage.shows(
        "hours",
        *hours([1], Quantity=4, ChangedOn=at("11:30:00")),
        *hours([2], ChangedOn=at("02:30:00", SUNDAY)),
    )
    stage.pull("hours", RunKind.FULL)
    assert stage.column("select quantity::float from hour_line where line = 1") == [8]


@dataclass
class Night:
    """AFAS through the night: what happens carries its wall clock, and we poll now and then."""

    stage: Stage
    lines: dict[int, Row] = field(default_factory=dict)
    deleted: dict[int, str] = field(default_factory=dict)
    writes: int = 0

    def happens(self, moment: datetime, what: str, line: int) -> None:
        """One change in AFAS; what makes no sense does not happen."""
        stamp = f"{to_filter(moment)}Z"
        if what == "delete" and line in self.lines:
            del self.lines[line]
            self.deleted[line] = stamp
        elif what == "write":
            self.writes += 1
            self.lines[line] = row("hours", LineId=line, Quantity=self.writes, ChangedOn=stamp)
        self.stage.shows("hours", *self.lines.values())
        self.stage.shows(
            "deleted-hours", *({"LineId": each, "DeletedOn": on} for each, on in self.deleted.items())
        )

    def poll(self, flows: tuple[str, str]) -> None:
        for flow in flows:
            outcome = self.stage.run(flow)
            assert outcome.counts is not None or "why.no-row-at-all" in str(outcome.failure)
        self.stage.execute("update flow set news_at = news_at - interval '1 hour'")


CHANGES = st.lists(
    st.tuples(st.integers(3000, 11_400), st.sampled_from(["write", "write", "delete"]), st.integers(1, 2)),
    min_size=2,
    max_size=14,
).map(sorted)


@pytest.fixture(scope="module")
def bare_stage(module_database_url: str) -> Iterator[Stage]:
    with closing(Database(module_database_url)) as database:
        yield Stage(FakeAfas(), database)


@given(
    CHANGES,
    st.integers(0, POLL - 1),
    st.sampled_from([("hours", "deleted-hours"), ("deleted-hours", "hours")]),
)
@example([(6000, "write", 1), (7800, "delete", 1)], 0, ("hours", "deleted-hours"))
@example([(6000, "write", 1), (7800, "delete", 1), (9000, "write", 1)], 0, ("deleted-hours", "hours"))
@settings(max_examples=30, deadline=None)
def test_g6_through_that_night_polls_alone_end_equal_to_afas(bare_stage, changes, phase, flows):
    stage = bare_stage
    stage.execute(f"truncate {TABLES}")
    stage.afas.tables.clear()
    night = Night(stage)
    night.happens(ONE_O_CLOCK, "write", 9)  # never deleted: an outage is not an empty company
    night.poll(flows)
    changed = 0
    for second, what, line in changes:
        for _ in _ticks(changed, second, phase):
            night.poll(flows)
        changed = second
        night.happens(ONE_O_CLOCK + timedelta(seconds=second), what, line)
    for _ in range(3):
        night.poll(flows)
    shown = stage.execute("select line, quantity::float as q from hour_line where withdrawn_at is null")
    assert {each["line"]: each["q"] for each in shown} == {
        line: each["Quantity"] for line, each in night.lines.items()
    }


def _ticks(after: int, until: int, phase: int) -> list[int]:
    """The first polls after ``after`` and before ``until``; later ones find nothing that these do not."""
    first = after + (phase - after) % POLL or after + POLL
    return list(range(first, until, POLL))[:3]
