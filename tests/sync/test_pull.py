"""The flows in, on a real PostgreSQL and a small AFAS. G5, G6, G7 and G9 live here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors.store.database import Database
from domain.errors import AccessDenied, NotAllowed, Rejected, TryLater, UnreadableAnswer
from domain.run import Counts, LostRun, Page, RunKind
from mappings.flows import FLOWS
from sync.pages import as_page, as_rows
from tests.fakes import FakeAfas
from tests.rows import GOOD, row
from tests.sync.pulling import Stage, at, hours

pytestmark = pytest.mark.slow


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    database = Database(database_url, size=4)
    yield Stage(FakeAfas(), database)
    database.close()


def lines(stage: Stage) -> list[int]:
    return stage.column("select line from hour_line where withdrawn_at is null order by line")


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


def test_g5_the_database_refuses_a_run_that_does_not_add_up(stage):
    run = stage.claim("hours")
    with pytest.raises(Exception, match="conservation"):
        stage.execute("update run set read = read + 1 where id = %s", run.id)


def test_g5_repeated_rows_of_a_page_count_once_and_the_newest_wins(stage):
    older, newer = (
        row("hours", Quantity=4, ChangedOn=at("10:00:00")),
        row("hours", Quantity=6, ChangedOn=at("11:00:00")),
    )
    stage.shows("hours", newer, older, dict(newer))
    assert stage.pull("hours") == Counts(read=3, new=1, unchanged=2, calls=2)
    assert stage.column("select quantity::float from hour_line") == [6]


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
    assert "no row at all" in failure
    assert stage.column("select count(*) from agreement where withdrawn_at is null") == [5]
    assert stage.column("select broken from flow") == [failure]


def test_fewer_than_half_is_refused_until_a_person_forces_it(stage):
    stage.shows("agreements", *(row("agreements", AgreementId=f"KO-{at}") for at in range(5)))
    stage.pull("agreements")
    stage.shows("agreements", row("agreements", AgreementId="KO-0"))
    assert "shows 1 of 5 known rows" in str(stage.run("agreements", RunKind.FULL).failure)
    assert stage.pull("agreements", RunKind.FULL, forced=True).withdrawn == 4
    assert stage.column("select broken from flow") == [None]


def test_g7_older_never_overwrites_newer(stage):
    stage.shows("hours", row("hours", Quantity=8, ChangedOn=at("12:00:00")))
    stage.pull("hours")
    stage.shows("hours", row("hours", Quantity=2, ChangedOn=at("11:59:00")))
    assert stage.pull("hours").unchanged == 1
    assert stage.column("select quantity::float from hour_line") == [8]


def test_g7_a_stalled_worker_cannot_write_late(stage):
    stage.shows("hours", row("hours"))
    stage.lease = timedelta(0)
    stalled = stage.claim("hours")
    page = as_page(FLOWS["hours"], [row("hours", Quantity=1, ChangedOn=at("23:00:00"))])
    stage.lease = timedelta(minutes=2)
    assert stage.puller.run_due(stalled.id) is not None
    with pytest.raises(LostRun):
        stage.store.save(stalled, FLOWS["hours"].mapping.record, page)
    assert stage.column("select quantity::float from hour_line") == [8]


def test_g9_a_run_is_claimed_once(stage):
    run = stage.runs.want("hours")
    assert stage.runs.want("hours") is None
    assert stage.runs.claim(run) is not None
    assert stage.runs.claim(run) is None
    assert stage.runs.claim() is None


def test_a_wider_wish_widens_the_run_that_is_due(stage):
    assert stage.runs.want("hours", RunKind.POLL) == stage.runs.want("hours", RunKind.FULL)
    assert stage.runs.want("hours", RunKind.WIDE) is None
    assert stage.column("select kind from run") == ["full"]


def test_a_lost_run_is_taken_over_and_given_up_when_it_keeps_losing_workers(stage):
    stage.lease = timedelta(0)
    run = stage.runs.want("hours")
    claims = [stage.runs.claim(run) for _ in range(6)]
    assert [each.attempts if each else None for each in claims] == [1, 2, 3, 4, 5, None]
    assert stage.execute("select state, error from run") == [
        {"state": "failed", "error": "its worker was lost 5 times"}
    ]


def test_a_run_that_is_taken_over_counts_from_nothing(stage):
    stage.shows("hours", *hours([1, 2]))
    stage.lease = timedelta(0)
    first = stage.claim("hours")
    stage.store.save(first, FLOWS["hours"].mapping.record, as_page(FLOWS["hours"], hours([1])))
    stage.lease = timedelta(minutes=2)
    outcome = stage.puller.run_due(first.id)
    assert outcome is not None
    assert outcome.counts == Counts(read=2, new=1, unchanged=1, calls=2)
    assert stage.column("select read from run") == [2]


def test_a_heartbeat_keeps_the_lease_and_a_lost_run_has_none(stage):
    stage.lease = timedelta(0)
    first = stage.claim("hours")
    second = stage.runs.claim(first.id)
    assert second is not None
    assert stage.runs.heartbeat(second)
    assert not stage.runs.heartbeat(first)


def test_a_crash_between_pages_reads_again_and_loses_nothing(stage):
    stage.small_pages("hours")
    stage.shows("hours", *hours(range(1, 6)))
    stage.afas.failures = [None, None, UnreadableAnswer("half a page")]
    assert stage.run("hours").failure == "half a page"
    assert stage.column("select watermark from flow") == []
    assert stage.pull("hours").read == 5
    assert lines(stage) == [1, 2, 3, 4, 5]


def test_a_poison_row_is_parked_and_the_rest_goes_on(stage):
    stage.shows("hours", *hours([1, 2]), row("hours", LineId=3, EntryDate="2026-02-30T00:00:00Z"))
    assert stage.pull("hours") == Counts(read=3, new=2, parked=1, calls=2)
    assert stage.execute("select flow, key, reason, row ->> 'EntryDate' as date from parked_row") == [
        {
            "flow": "hours",
            "key": "3",
            "reason": "column EntryDate: an impossible date",
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
    assert stage.column("select resolution from parked_row") == ["a newer version could be read"]
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
    run = stage.claim("hours")
    assert stage.store.save(run, FLOWS["hours"].mapping.record, page) == Counts(
        read=2, new=1, parked=1, calls=1
    )


def test_what_is_no_row_at_all_is_parked_like_one(stage):
    page = as_page(FLOWS["hours"], as_rows([row("hours"), None, "x", 5, []]))
    run = stage.claim("hours")
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
    assert stage.column("select resolution from parked_row") == ["gone from AFAS"]


def test_a_missing_column_breaks_that_flow_and_no_other(stage):
    lacking = {name: value for name, value in row("hours").items() if name != "Quantity"}
    stage.shows("hours", lacking, dict(lacking, LineId=502))
    stage.shows("claims", GOOD["claims"])
    failure = stage.run("hours").failure
    assert failure == "Loonbrug_Hours: missing column(s) Quantity; ask the AFAS administrator to add them"
    assert stage.column("select broken from flow") == [failure]
    assert stage.pull("claims").new == 1
    stage.shows("hours", row("hours"))
    stage.pull("hours")
    assert stage.column("select broken from flow where flow = 'hours'") == [None]


def test_a_column_that_goes_missing_is_told_at_the_next_poll_although_nothing_is_new(stage):
    stage.shows("hours", row("hours"))
    stage.pull("hours")
    stage.pull("hours")
    stage.shows("hours", {name: value for name, value in row("hours").items() if name != "Quantity"})
    assert "missing column(s) Quantity" in str(stage.run("hours").failure)


def test_a_refused_query_on_a_column_that_is_gone_names_the_column(stage):
    stage.shows("hours", row("hours"))
    stage.afas.described = {"Loonbrug_Hours": dict.fromkeys(set(GOOD["hours"]) - {"ChangedOn"}, "string")}
    stage.afas.failures = [Rejected("Er is een onverwachte fout opgetreden.")]
    assert "missing column(s) ChangedOn" in str(stage.run("hours").failure)


def test_a_single_row_without_a_column_is_a_bad_row_and_no_breach(stage):
    lacking = {name: value for name, value in row("hours").items() if name != "Quantity"}
    stage.afas.described = {"Loonbrug_Hours": dict.fromkeys(GOOD["hours"], "string")}
    stage.shows("hours", lacking)
    assert stage.pull("hours").parked == 1


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (TryLater("AFAS is away", everyone=True, after=30), 30),
        (TryLater("away", everyone=True), 60),
        (AccessDenied("the token is dead"), 900),
    ],
)
def test_what_nobody_can_do_anything_about_pauses_the_environment(stage, error, seconds):
    stage.shows("hours", row("hours"))
    stage.afas.failures = [error]
    assert stage.run("hours").failure == str(error)
    waits = "select round(extract(epoch from paused_until - now())) as s, pause_reason from environment"
    assert stage.execute(waits) == [{"s": seconds, "pause_reason": str(error)}]
    assert stage.runs.claim(stage.runs.want("claims")) is None


@pytest.mark.parametrize(
    "error", [TryLater("locked by a user"), UnreadableAnswer("HTML"), NotAllowed("closed")]
)
def test_what_concerns_one_flow_fails_its_run_only(stage, error):
    stage.shows("hours", row("hours"))
    stage.shows("claims", GOOD["claims"])
    stage.afas.failures = [error]
    assert stage.run("hours").failure == str(error)
    assert stage.pull("claims").new == 1
    assert stage.pull("hours").new == 1


def test_a_paused_flow_is_not_claimed(stage):
    stage.execute("insert into flow (environment, flow, paused) values ('main', 'hours', true)")
    assert stage.runs.claim(stage.runs.want("hours")) is None
    stage.execute("update flow set paused = false")
    assert stage.runs.claim() is not None


def test_an_unexpected_error_is_written_down_and_raised(stage):
    stage.shows("hours", row("hours"))
    stage.afas.failures = [ZeroDivisionError("secret")]
    with pytest.raises(ZeroDivisionError):
        stage.run("hours")
    assert stage.column("select error from run") == ["unexpected: ZeroDivisionError"]


def test_a_person_may_ask_from_a_time_on(stage):
    stage.shows("hours", row("hours", LineId=1, ChangedOn=at("08:00:00")), row("hours", LineId=2))
    stage.settle("hours")
    stage.execute("delete from hour_line")
    assert stage.pull("hours", since="2026-11-20T08:00:00").new == 2


def test_files_are_polled_by_their_growing_key(stage):
    stage.shows("document-files", GOOD["document-files"])
    stage.settle("document-files")
    stage.afas.tables["Loonbrug_DocumentFiles"].append(row("document-files", AttachmentId=62))
    assert stage.pull("document-files").new == 1
    stage.afas.tables["Loonbrug_DocumentFiles"].append(row("document-files", AttachmentId=60))
    assert stage.pull("document-files").new == 1


def test_an_empty_page_ends_a_run_too(stage):
    run = stage.claim("hours")
    assert stage.store.save(run, FLOWS["hours"].mapping.record, Page()) == Counts()
