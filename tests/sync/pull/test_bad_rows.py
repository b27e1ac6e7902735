"""Bad rows and missing columns: parked or refused, and the rest goes on."""

from __future__ import annotations

import pytest

from domain.errors import Rejected
from domain.message import Message
from domain.pull.run import Counts, RunKind
from mappings.flows import FLOWS
from sync.pull.pages import as_page
from tests.stages.pull.pulling import at, hours, lines
from tests.stages.records.rows import GOOD, row
from tests.stages.spoken import en


def test_g5_read_is_new_and_changed_and_unchanged_and_parked(stage):
    stage.shows("hours", *hours([1, 2, 3]))
    stage.pull("hours")
    stage.row_of("hours", 1)["Quantity"] = 4
    stage.afas.tables["Loonbrug_Hours"] += [row("hours", LineId=4), row("hours", LineId=5, Quantity="-.5")]
    counts = stage.pull("hours")
    assert counts == Counts(read=5, new=1, changed=1, unchanged=2, parked=1, calls=2)
    kept = stage.execute("select read, new, changed, unchanged, parked, calls, state from run order by id")[
        -1
    ]
    assert kept == {
        "read": 5,
        "new": 1,
        "changed": 1,
        "unchanged": 2,
        "parked": 1,
        "calls": 2,
        "state": "done",
    }


def test_a_poison_row_is_parked_and_the_rest_goes_on(stage):
    stage.shows("hours", *hours([1, 2]), row("hours", LineId=3, EntryDate="2026-02-30T00:00:00Z"))
    assert stage.pull("hours") == Counts(read=3, new=2, parked=1, calls=2)
    why = Message("why.column", {"column": "EntryDate", "fault": Message("row-fault.impossible-date")})
    assert stage.execute("select flow, key, reason, row ->> 'EntryDate' as date from parked_row") == [
        {
            "flow": "hours",
            "key": "3",
            "reason": why.to_json(),
            "date": "2026-02-30T00:00:00Z",
        }
    ]


def test_the_same_bad_row_again_is_no_new_one_and_a_better_version_resolves_it(stage):
    stage.shows("hours", row("hours", LineId=3, Quantity="-.5"))
    stage.pull("hours")
    stage.pull("hours")
    stage.row_of("hours", 3).update(Quantity="-.6", ChangedOn=at("15:00:00"))
    stage.pull("hours")
    assert stage.column("select count(*) from parked_row") == [1]
    stage.row_of("hours", 3).update(Quantity=-0.6, ChangedOn=at("16:00:00"))
    stage.pull("hours")
    assert stage.column("select resolution from parked_row") == [Message("why.newer-read").to_json()]
    assert lines(stage) == [3]


def test_a_row_without_key_is_parked_once(stage):
    stage.shows("hours", row("hours", LineId=None), *hours([1]))
    stage.pull("hours")
    stage.pull("hours")
    assert stage.column("select left(key, 4) from parked_row") == ["row:"]


@pytest.mark.parametrize("key", ["x" * 1_000_000, "nul\x00", "half \ud800", 2**80, {"an": "object"}, 1.5])
def test_whatever_stands_in_a_key_only_parks_its_row(stage, key):
    stage.shows("hours", *hours([1]), row("hours", LineId=2))
    stage.afas.tables["Loonbrug_Hours"][1]["LineId"] = key
    page = as_page(FLOWS["hours"], stage.afas.tables["Loonbrug_Hours"])
    run = stage.take("hours")
    assert stage.store.save(run, FLOWS["hours"].mapping.record, page) == Counts(
        read=2, new=1, parked=1, calls=1
    )


def test_a_row_without_columns_is_parked(stage):
    page = as_page(FLOWS["hours"], [row("hours"), {}, {}, {}, {}])
    run = stage.take("hours")
    assert stage.store.save(run, FLOWS["hours"].mapping.record, page) == Counts(
        read=5, new=1, parked=4, calls=1
    )


def test_a_changed_on_that_cannot_be_read_does_not_become_the_watermark(stage):
    stage.shows("hours", *hours([1]), row("hours", LineId=2, ChangedOn="2026-99-99T00:00:00Z"))
    stage.pull("hours")
    stage.pull("hours")
    assert stage.column("select watermark from flow") == ["2026-11-20T14:03:27"]
    assert stage.column("select key from parked_row where resolved_at is null") == ["2"]


def test_a_parked_row_is_not_swept_while_afas_shows_it(stage):
    stage.shows("hours", *hours([1, 2]))
    stage.pull("hours")
    stage.row_of("hours", 2)["Quantity"] = "x"
    assert stage.pull("hours", RunKind.FULL) == Counts(read=2, unchanged=1, parked=1, calls=2)
    assert lines(stage) == [1, 2]


def test_a_parked_row_that_left_afas_is_resolved_by_the_sweep(stage):
    stage.shows("hours", *hours([1]), row("hours", LineId=2, Quantity="x"))
    stage.pull("hours")
    stage.shows("hours", *hours([1]))
    stage.pull("hours", RunKind.FULL)
    assert stage.column("select resolution from parked_row") == [Message("why.gone-from-afas").to_json()]


def test_a_missing_column_breaks_that_flow_and_no_other(stage):
    lacking = {name: value for name, value in row("hours").items() if name != "Quantity"}
    stage.shows("hours", lacking, dict(lacking, LineId=502))
    stage.shows("claims", GOOD["claims"])
    failure = stage.run("hours").failure
    assert failure == Message(
        "why.columns-missing", {"connector": "Loonbrug_Hours", "columns": ("Quantity",)}
    )
    assert stage.column("select broken from flow") == [failure.to_json()]
    assert stage.pull("claims").new == 1
    stage.shows("hours", row("hours"))
    stage.pull("hours")
    assert stage.column("select broken from flow where flow = 'hours'") == [None]


def test_a_column_that_goes_missing_is_told_at_the_next_poll_although_nothing_is_new(stage):
    stage.shows("hours", row("hours"))
    stage.pull("hours")
    stage.pull("hours")
    stage.shows("hours", {name: value for name, value in row("hours").items() if name != "Quantity"})
    assert "columns=('Quantity',)" in str(stage.run("hours").failure)


def test_a_refused_query_on_a_column_that_is_gone_names_the_column(stage):
    stage.shows("hours", row("hours"))
    stage.afas.described = {"Loonbrug_Hours": dict.fromkeys(set(GOOD["hours"]) - {"ChangedOn"}, "string")}
    stage.afas.failures = [Rejected("Er is een onverwachte fout opgetreden.")]
    assert "columns-missing connector=Loonbrug_Hours columns=('ChangedOn',)" in str(
        stage.run("hours").failure
    )


def test_a_single_row_without_a_column_is_a_bad_row_and_no_breach(stage):
    lacking = {name: value for name, value in row("hours").items() if name != "Quantity"}
    stage.afas.described = {"Loonbrug_Hours": dict.fromkeys(GOOD["hours"], "string")}
    stage.shows("hours", lacking)
    assert stage.pull("hours").parked == 1


def test_sickness_is_refused_and_nothing_of_it_is_kept(stage):
    stage.shows("leave", row("leave"), row("leave", LeaveId=302, LeaveType="Ziekte", EmployeeId="001009"))
    assert stage.pull("leave") == Counts(read=2, new=1, parked=1, calls=2)
    assert stage.column("select leave from leave") == [301]
    [parked] = stage.execute("select * from parked_row")
    assert (parked["key"], parked["row"]) == ("302", {})
    assert en(Message.from_json(parked["reason"])) == "column LeaveType: something that we may not keep"
    assert "001009" not in str(parked)
