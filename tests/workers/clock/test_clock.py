"""The clock: any number may run, one leads, and nothing is made twice (G9)."""

from __future__ import annotations

import psycopg
import pytest

from connectors.store.running.due import Due
from connectors.store.running.leadership import Leadership
from connectors.store.running.schedule import Schedule, Timetable
from domain.pull.run import DueRun
from workers.clock.clock import HINT_AGAIN, STANDBY_PATIENCE, Clock, Parts

EVERY = Timetable({"hours": 15.0, "claims": 60.0}, wide_every=3600.0, full_at="02:30")


class Wakes:
    """Hints, remembered."""

    def __init__(self) -> None:
        self.hints: list[tuple[str, object]] = []

    def deliver(self, update: int) -> None:
        self.hints.append(("deliver", update))

    def pull(self, run: int) -> None:
        self.hints.append(("pull", run))

    def derive(self, environment: str) -> None:
        self.hints.append(("derive", environment))

    def replay(self, replay: int) -> None:
        self.hints.append(("replay", replay))


class Lead:
    """A lead that is given or not."""

    def __init__(self, *, leads: bool) -> None:
        self.leads = leads

    def lead(self) -> bool:
        return self.leads

    def resign(self) -> None:
        self.leads = False


class Ticks:
    """A timetable that makes one run due, once."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self.wanted = [DueRun(7, "hours", "poll")]

    def tick(self, *, late: float = 0.0) -> list[DueRun]:
        self.late.append(late)
        wanted, self.wanted = self.wanted, []
        return wanted


class AllDue:
    """Something of everything is due."""

    def runs(self, *, late: float = 0.0, limit: int = 50) -> list[int]:
        return [7]

    def updates(self, *, late: float = 0.0, limit: int = 200) -> list[int]:
        return [1, 2]

    def reconciliations(self, *, late: float = 0.0) -> list[int]:
        return [5]

    def replays(self, *, late: float = 0.0) -> list[int]:
        return [6]

    def anything_stale(self, *, late: float = 0.0) -> bool:
        return True


def a_clock(
    now: list[float], *, leads: bool = True, tidied: list[int] | None = None
) -> tuple[Clock, Wakes, Ticks]:
    wakes, ticks = Wakes(), Ticks()
    parts = Parts("main", ticks, Lead(leads=leads), AllDue(), wakes, lambda: None, (tidied or [0]).pop)
    return Clock(parts, monotonic=lambda: now[0]), wakes, ticks


def test_everything_due_is_hinted_and_hinted_again_after_a_while():
    now = [0.0]
    clock, wakes, _ = a_clock(now)
    clock.once()
    everything = [("deliver", 1), ("deliver", 2), ("pull", 7), ("derive", "main")]
    assert wakes.hints == everything
    now[0] = 1.0
    clock.once()
    assert wakes.hints == everything
    now[0] = HINT_AGAIN + 1
    clock.once()
    assert wakes.hints == everything * 2


def test_a_clock_that_stands_by_moves_only_what_the_leader_leaves_lying():
    clock, _, ticks = a_clock([0.0], leads=False)
    clock.once()
    assert ticks.late == [STANDBY_PATIENCE]


def test_old_rows_go_in_small_steps_until_there_are_none():
    left = [0, 3, 1000]
    clock, _, _ = a_clock([0.0], tidied=left)
    for _ in range(3):
        clock.once()
    assert left == []
    clock.once()


@pytest.fixture
def schedule(database):
    made = Schedule(database, "main", EVERY)
    made.prepare()
    return made


def runs(database) -> list[tuple[str, str]]:
    with database.connection() as connection:
        rows = connection.execute("select flow, kind from run order by id").fetchall()
    return [(row["flow"], row["kind"]) for row in rows]


def change(database, statement: str) -> None:
    with database.connection() as connection:
        connection.execute(statement)


@pytest.mark.slow
def test_a_new_installation_polls_everything_at_once(database, schedule):
    assert {(run.flow, run.kind) for run in schedule.tick()} == {("hours", "poll"), ("claims", "poll")}
    assert schedule.tick() == []


@pytest.mark.slow
def test_two_clocks_at_the_same_moment_make_one_run(database, schedule):
    other = Schedule(database, "main", EVERY)
    with database.transaction() as first:
        first.execute("select from schedule where name = 'poll:hours' for update")
        assert {run.flow for run in other.tick()} == {"claims"}
    assert {run.flow for run in schedule.tick()} == {"hours"}
    assert other.tick() == []
    assert sorted(runs(database)) == [("claims", "poll"), ("hours", "poll")]


@pytest.mark.slow
def test_what_was_missed_is_caught_up_once(database, schedule):
    schedule.tick()
    change(database, "update run set state = 'done'")
    change(database, "update schedule set next_at = now() - interval '3 days' where name like '%%hours'")
    wanted = schedule.tick()
    assert len(wanted) == 1
    assert wanted[0].kind in ("poll", "wide", "full")
    assert [run for run in runs(database) if run[0] == "hours"][1:] == [("hours", _widest(database))]


def _widest(database) -> str:
    with database.connection() as connection:
        row = connection.execute("select kind from run where state = 'due'").fetchone()
    return str(row["kind"])


@pytest.mark.slow
def test_a_wider_wish_widens_the_run_that_is_due_and_waits_for_one_that_runs(database, schedule):
    schedule.tick()
    change(database, "update run set state = 'running' where flow = 'claims'")
    change(database, "update schedule set next_at = now() where name like 'wide:%%'")
    assert [(run.flow, run.kind) for run in schedule.tick()] == [("hours", "wide")]
    with database.connection() as connection:
        row = connection.execute(
            "select next_at < now() + interval '10 seconds' as soon from schedule where name = 'wide:claims'"
        ).fetchone()
    assert row["soon"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "pause",
    [
        "insert into flow (environment, flow, paused) values ('main', 'hours', true)",
        "update environment set mode = 'paused'",
        "update environment set paused_until = 'infinity'",
    ],
)
def test_a_pause_wants_nothing(database, schedule, pause):
    change(database, pause)
    assert "hours" not in {run.flow for run in schedule.tick()}


@pytest.mark.slow
def test_the_nightly_run_is_at_half_past_two_in_amsterdam(database, schedule):
    with database.connection() as connection:
        rows = connection.execute(
            "select to_char(next_at at time zone 'Europe/Amsterdam', 'HH24:MI') as at,"
            " next_at > now() as ahead, next_at <= now() + interval '25 hours' as soon"
            " from schedule where name like 'full:%%'"
        ).fetchall()
    assert {(row["at"], row["ahead"], row["soon"]) for row in rows} == {("02:30", True, True)}


@pytest.mark.slow
def test_a_flow_that_is_gone_is_scheduled_no_more(database, schedule):
    Schedule(database, "main", Timetable({"hours": 15.0}, 3600.0, "02:30")).prepare()
    assert {run.flow for run in schedule.tick()} == {"hours"}


@pytest.mark.slow
def test_one_leads_and_when_it_is_cut_off_another_does(database_url):
    first, second = Leadership(database_url, "main"), Leadership(database_url, "main")
    elsewhere = Leadership(database_url, "other")
    assert (first.lead(), second.lead(), first.lead(), elsewhere.lead()) == (True, False, True, True)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'")
    assert first.lead() is False
    assert second.lead() or first.lead()
    for each in (first, second, elsewhere):
        each.resign()


@pytest.mark.slow
def test_due_work_is_found_in_order_of_its_subject_and_not_while_paused(database):
    change(
        database,
        "insert into outbox (environment, kind, subject, payload, mark, state) values"
        " ('main', 'approve', 'claim:1', '{}', 'a', 'ready'),"
        " ('main', 'approve', 'claim:1', '{}', 'b', 'ready'),"
        " ('main', 'approve', 'claim:2', '{}', 'c', 'parked'),"
        " ('main', 'approve', 'claim:2', '{}', 'd', 'ready'),"
        " ('main', 'reject', 'claim:3', '{}', 'e', 'unclear'),"
        " ('other', 'approve', 'claim:9', '{}', 'f', 'ready')",
    )
    due = Due(database, "main")
    assert len(due.updates()) == 2
    assert due.updates(late=60) == []
    change(database, "insert into paused_kind (environment, kind, reason) values ('main', 'reject', '{}')")
    assert len(due.updates()) == 1
    change(database, "insert into environment (environment, mode) values ('main', 'paused')")
    assert due.updates() == []
