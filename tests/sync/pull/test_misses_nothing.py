"""No change in AFAS is missed (G6): ties, late commits, moving rows, the October night, deletions."""

from __future__ import annotations

import pytest

from domain.pull.run import RunKind
from tests.stages.pull.pulling import at, hours, lines
from tests.stages.records.rows import GOOD, row


def test_g6_rows_changed_in_the_same_second_are_all_found(stage):
    stage.shows("hours", *hours([10]))
    stage.pull("hours")
    stage.afas.tables["Loonbrug_Hours"] += hours([5])
    assert stage.pull("hours").new == 1
    stage.afas.tables["Loonbrug_Hours"] += hours([20])
    assert stage.pull("hours").new == 1


def test_g6_within_the_second_of_the_news_nothing_settles(stage):
    stage.shows("hours", *hours([10]))
    stage.pull("hours")
    stage.pull("hours")
    assert stage.column("select settled from flow") == [False]
    stage.execute("update flow set news_at = news_at - interval '3 seconds'")
    stage.pull("hours")
    assert stage.column("select settled from flow") == [True]


def test_g6_a_row_that_was_committed_late_is_found(stage):
    stage.shows("hours", row("hours", LineId=1, ChangedOn=at("12:00:00")))
    stage.settle("hours")
    stage.afas.tables["Loonbrug_Hours"] += [
        row("hours", LineId=2, ChangedOn=at("11:57:00")),
        row("hours", LineId=3, ChangedOn=at("12:01:00")),
        row("hours", LineId=4, ChangedOn=at("09:30:00")),
    ]
    stage.pull("hours")
    assert lines(stage) == [1, 2, 3]
    stage.pull("hours", RunKind.WIDE)
    assert lines(stage) == [1, 2, 3, 4]


def test_g6_a_row_that_changes_while_we_read_is_not_lost(stage):
    stage.small_pages("hours")
    stage.shows("hours", *hours(range(1, 7)))

    def change(call: int) -> None:
        if call == 3:  # the probe was 1, the first page 2: rows 1 and 2 lie behind us
            stage.row_of("hours", 1).update(Quantity=3, ChangedOn=at("14:03:28"))
            stage.afas.tables["Loonbrug_Hours"] += [row("hours", LineId=0 + 7, ChangedOn=at("14:03:28"))]

    stage.afas.before = change
    stage.pull("hours")
    stage.afas.before = lambda _: None
    stage.pull("hours")
    assert lines(stage) == [1, 2, 3, 4, 5, 6, 7]
    assert stage.column("select quantity::float from hour_line where line = 1") == [3]


def test_g6_pages_go_on_by_key_when_rows_disappear_while_we_read(stage):
    stage.small_pages("hours")
    stage.shows("hours", *hours(range(1, 7)))
    stage.afas.before = lambda call: call == 3 and stage.afas.tables["Loonbrug_Hours"].pop(0)
    stage.pull("hours")
    assert lines(stage) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("column", ["ChangedOn", "PersonChangedOn", "ContractChangedOn"])
def test_g6_any_of_several_changed_on_columns_is_enough(stage, column):
    stage.shows("employees", GOOD["employees"])
    stage.settle("employees")
    stage.row_of("employees", "001001").update({"LastName": "Smit", column: at("15:00:00")})
    assert stage.pull("employees").changed == 1


def test_g6_the_hour_that_comes_twice_is_not_missed(stage):
    night = "2026-10-25"
    stage.shows("hours", row("hours", LineId=1, ChangedOn=at("02:59:00", night)))
    stage.settle("hours")
    stage.afas.tables["Loonbrug_Hours"] += [row("hours", LineId=2, ChangedOn=at("02:01:00", night))]
    assert stage.pull("hours").new == 1
    stage.row_of("hours", 1).update(Quantity=2, ChangedOn=at("02:20:00", night))
    assert stage.pull("hours").changed == 1


def test_g6_a_deleted_line_is_withdrawn_and_stays_so(stage):
    stage.shows("hours", *hours([1, 2], ChangedOn=at("12:00:00")))
    stage.pull("hours")
    stage.shows(
        "deleted-hours",
        {"LineId": 1, "DeletedOn": at("12:30:00")},
        {"LineId": 99, "DeletedOn": at("12:30:00")},
    )
    stage.pull("deleted-hours")
    assert lines(stage) == [2]
    stage.pull("hours")  # a page that was read before the deletion shows it once more
    assert lines(stage) == [2]


def test_g6_a_line_that_was_deleted_before_we_ever_saw_it_does_not_appear(stage):
    stage.shows("deleted-hours", {"LineId": 1, "DeletedOn": at("12:30:00")})
    stage.pull("deleted-hours")
    stage.shows("hours", *hours([1], ChangedOn=at("12:00:00")))
    stage.pull("hours")
    assert lines(stage) == []


def test_g6_a_full_run_withdraws_what_afas_no_longer_shows(stage):
    stage.shows("agreements", *(row("agreements", AgreementId=f"KO-{at}") for at in range(5)))
    stage.pull("agreements")
    del stage.afas.tables["Loonbrug_Agreements"][1]
    assert stage.pull("agreements", RunKind.FULL).withdrawn == 1
    assert stage.column("select agreement from agreement where withdrawn_at is not null") == ["KO-1"]
    assert stage.column("select count(*) from seen_key") == [0]


def test_a_withdrawn_row_that_shows_again_is_back(stage):
    stage.shows("agreements", *(row("agreements", AgreementId=f"KO-{at}") for at in range(5)))
    stage.pull("agreements")
    gone = stage.afas.tables["Loonbrug_Agreements"].pop()
    stage.pull("agreements", RunKind.FULL)
    stage.afas.tables["Loonbrug_Agreements"].append(gone)
    assert stage.pull("agreements").changed == 1
    assert stage.column("select count(*) from agreement where withdrawn_at is null") == [5]


def test_g6_tasks_that_were_left_are_withdrawn_by_the_wide_poll(stage):
    stage.shows("tasks", GOOD["tasks"], row("tasks", SubjectId=9006), row("tasks", SubjectId=9007))
    stage.pull("tasks")
    stage.shows("tasks")
    assert stage.pull("tasks").withdrawn == 0
    assert stage.pull("tasks", RunKind.WIDE).withdrawn == 3


def test_a_row_that_only_seemed_gone_is_asked_for_by_name(stage):
    stage.small_pages("agreements")
    stage.shows("agreements", *(row("agreements", AgreementId=f"KO-{at}") for at in range(5)))
    stage.pull("agreements")
    rows = stage.afas.tables["Loonbrug_Agreements"]
    hidden = rows[4]

    def hide(call: int) -> None:
        rows[:] = [each for each in rows if each is not hidden] if call < 5 else [*rows[:4], hidden]

    stage.afas.calls.clear()
    stage.afas.before = hide
    counts = stage.pull("agreements", RunKind.FULL)
    assert (counts.read, counts.withdrawn) == (5, 0)


@pytest.mark.parametrize("kind", list(RunKind))
def test_an_empty_answer_is_no_empty_company(stage, kind):
    stage.shows("agreements", *(row("agreements", AgreementId=f"KO-{at}") for at in range(5)))
    stage.pull("agreements")
    stage.shows("agreements")
    failure = stage.run("agreements", kind).failure
    assert failure is not None
    assert failure.id == "why.no-row-at-all"
    assert stage.column("select count(*) from agreement where withdrawn_at is null") == [5]
    assert stage.column("select broken from flow") == [failure.to_json()]


def test_fewer_than_half_is_refused_until_a_person_forces_it(stage):
    stage.shows("agreements", *(row("agreements", AgreementId=f"KO-{at}") for at in range(5)))
    stage.pull("agreements")
    stage.shows("agreements", row("agreements", AgreementId="KO-0"))
    assert "seen=1 known=5" in str(stage.run("agreements", RunKind.FULL).failure)
    assert stage.pull("agreements", RunKind.FULL, forced=True).withdrawn == 4
    assert stage.column("select broken from flow") == [None]


def test_files_are_polled_by_their_growing_key(stage):
    stage.shows("document-files", GOOD["document-files"])
    stage.settle("document-files")
    stage.afas.tables["Loonbrug_DocumentFiles"].append(row("document-files", AttachmentId=62))
    assert stage.pull("document-files").new == 1
    stage.afas.tables["Loonbrug_DocumentFiles"].append(row("document-files", AttachmentId=60))
    assert stage.pull("document-files").new == 1
