"""No clock is trusted alone: a wall clock that jumps sends nothing twice, and leaves nothing lying."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import psycopg
import pytest

from connectors.store.database import Database
from connectors.store.outbox import beat
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.running.clock_jumps import AHEAD, PASSED, TOLERANCE, ClockJumps, lately
from connectors.store.stopwatch import Stopwatch
from sync.outbox.deliver import Deliverer
from sync.outbox.kinds import kinds
from tests.stages.clocks import move, set_up
from tests.stages.outbox.desk import QUICK, Desk
from tests.stages.outbox.fake_afas_writes import FakeAfas
from tests.stages.outbox.faults import Fault, never

CLAIM = "000000000005.01"
PATIENT = replace(QUICK, server_limit=900, margin=60, look_gap=60, first_look=1, longest_look=5, lease=30)


class Own:
    """The own clock of a process: nobody sets it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def moving_url(database_url: str) -> str:
    set_up(database_url)
    return database_url


@pytest.fixture
def moving(moving_url: str) -> Iterator[Database]:
    with closing(Database(moving_url, size=4)) as database:
        yield database


@pytest.fixture
def desk(moving: Database, moving_url: str) -> Desk:
    return Desk(FakeAfas(), moving, moving_url, patience=PATIENT)


def a_process(desk: Desk, own: Own) -> Deliverer:
    outbox = PostgresOutbox(desk.database, desk.url, "main", stopwatch=Stopwatch(own))
    return Deliverer(desk.afas, outbox, kinds(desk.words), desk.patience)


def works(desk: Desk, own: Own, process: Deliverer, seconds: float, *, step: float = 5.0) -> None:
    """So many seconds go by, on both clocks, while the process works."""
    until = own.now + seconds
    while own.now < until:
        own.now += step
        move(desk.url, f"{step} seconds")
        beat.beat(desk.database)
        while process.work_one_batch():
            pass


@pytest.mark.parametrize("jump", ["1 hour", "16 minutes", "1 day", "-1 hour", "-1 day", "-16 minutes"])
def test_a_jump_of_the_wall_clock_never_sends_within_afas_own_limit_and_always_after_it(
    desk: Desk, jump: str
) -> None:
    """AFAS applies the first one late, just before its limit is over."""
    desk.afas.add_claim(CLAIM)
    update, own = desk.owe_approval(CLAIM), Own()
    desk.afas.faults = lambda call, number: never() if number == 1 else Fault()
    process, watch = a_process(desk, own), ClockJumps(desk.database, own)
    watch.look()
    process.work_one_batch()
    assert (desk.state(update), len(desk.afas.sent)) == ("unclear", 1)
    move(desk.url, jump)
    watch.look()
    works(desk, own, process, 950)
    assert len(desk.afas.sent) == 1, "AFAS may still be working on it"
    works(desk, own, process, 150)
    assert desk.state(update) == "done"
    assert desk.afas.effects == {f"approve {CLAIM}": 1}


def test_ablation_a_count_that_follows_the_wall_clock_sends_within_the_limit(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    desk.owe_approval(CLAIM)
    own = Own()
    desk.afas.faults = lambda call, number: never() if number == 1 else Fault()
    process = a_process(desk, own)
    process.work_one_batch()
    works(desk, own, process, 10)
    own.now += 3600  # as a wall clock would: an hour that did not go by
    move(desk.url, "1 hour")
    works(desk, own, process, 150)
    assert len(desk.afas.sent) == 2


def test_two_jumps_and_a_restart_between_send_nothing_too_soon(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update, own = desk.owe_approval(CLAIM), Own()
    desk.afas.faults = lambda call, number: never()
    process, watch = a_process(desk, own), ClockJumps(desk.database, own)
    watch.look()
    process.work_one_batch()
    works(desk, own, process, 400)
    own.now += 3600  # nobody lives for an hour
    move(desk.url, "1 hour")
    process, watch = a_process(desk, own), ClockJumps(desk.database, own)
    move(desk.url, "-1 day")
    assert watch.look() is not None, "it is behind the last beat"
    works(desk, own, process, 500)
    assert len(desk.afas.sent) == 1, "900 s in which somebody lived, and the margin"
    desk.afas.faults = lambda call, number: Fault()
    works(desk, own, process, 200)
    assert desk.state(update) == "done"


def test_what_is_due_soon_is_due_soon_after_a_clock_that_went_back_a_day(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update, watch = desk.owe_approval(CLAIM), ClockJumps(desk.database, Own())
    watch.look()
    desk.execute(
        "update outbox set state = 'unclear', doubt = true, sent_at = now(), sends = 1,"
        " due_at = now() + interval '30 seconds'"
    )
    move(desk.url, "-1 day")
    assert watch.look() == pytest.approx(-86400, abs=TOLERANCE)
    row = desk.row(update)
    with desk.database.connection() as connection:
        now = connection.execute("select now() as at").fetchone()
    assert now
    assert 0 < (row["due_at"] - now["at"]).total_seconds() <= 30
    assert row["sent_at"] <= now["at"]


@pytest.mark.parametrize("jump", ["1 day", "-1 day"])
def test_what_was_written_between_a_jump_and_its_noticing_lies_no_longer_for_it(
    desk: Desk, jump: str
) -> None:
    watch = ClockJumps(desk.database, Own())
    watch.look()
    move(desk.url, jump)
    desk.execute("insert into schedule values ('main', 'poll:hours', now() + interval '30 seconds')")
    assert watch.look() is not None
    with desk.database.connection() as connection:
        row = connection.execute(
            "select next_at <= now() + interval '31 seconds' as soon from schedule"
        ).fetchone()
    assert row == {"soon": True}


def test_a_jump_is_noticed_once_by_many_and_told(moving: Database, moving_url: str) -> None:
    owns = [Own() for _ in range(4)]
    watches = [ClockJumps(moving, own) for own in owns]
    for watch in watches:
        assert watch.look() is None
    move(moving_url, "1 hour")
    noticed = [watch.look() for watch in watches]
    assert [each for each in noticed if each] == [pytest.approx(3600, abs=TOLERANCE)]
    assert [watch.look() for watch in watches] == [None] * 4
    assert lately(moving, 600) == pytest.approx(3600, abs=TOLERANCE)
    assert lately(moving, 0) is None


def test_clocks_that_go_alike_are_no_jump(moving: Database, moving_url: str) -> None:
    own = Own()
    watch = ClockJumps(moving, own)
    for seconds in (5, 300, 86400):
        watch.look()
        own.now += seconds
        move(moving_url, f"{seconds + TOLERANCE / 2} seconds")
    assert watch.look() is None


def test_a_clock_that_went_back_while_nobody_lived_is_noticed_at_the_next_start(
    moving: Database, moving_url: str
) -> None:
    with moving.connection() as connection:
        connection.execute("update epoch set at = now()")
        connection.execute(
            "insert into schedule values ('main', 'poll:hours', now() + interval '60 seconds')"
        )
    move(moving_url, "-1 day")
    assert ClockJumps(moving).look() == pytest.approx(-86400, abs=TOLERANCE)
    with moving.connection() as connection:
        row = connection.execute(
            "select next_at <= now() + interval '61 seconds' as soon from schedule"
        ).fetchone()
    assert row == {"soon": True}


NOT_OURS = {
    "written_at", "withdrawn_at", "changed_at", "submitted_at", "task_entered_at", "entered_at",
    "deleted_at", "approved_at", "paid_at", "ended_at", "resolved_at", "decided_at", "revoked_at",
    "signed_at", "signed_in_at", "disabled_at", "cutoff_at", "made_at", "asked_at", "planned_at",
    "begun_at", "agreed_at", "cured_at", "last_used_at", "minute", "expires_at", "applied_at",
}  # fmt: skip
"""Times of AFAS, or of what is over: nothing waits for them, and no age that is told is counted from them."""
KEPT = {
    "attempt": "at", "audit": "at", "audit_anchor": "at", "declaration_history": "at", "erased": "at",
    "idempotency": "at", "api_key": "created_at", "claim": "created_at", "hour_line": "created_at",
    "console_person": "created_at", "stored_file": "created_at", "onboarding": "since",
    "cutoff_moment": "due_at", "replay_item": "at",
}  # fmt: skip
"""What was done and when is left as it was written; the moments of a cut-off are those of the calendar."""


def test_every_moment_that_something_waits_for_is_known(moving_url: str) -> None:
    with psycopg.connect(moving_url) as connection:
        rows = connection.execute(
            "select table_name, column_name from information_schema.columns join information_schema.tables"
            " using (table_schema, table_name) where table_schema = 'public' and table_type = 'BASE TABLE'"
            " and data_type = 'timestamp with time zone'"
        ).fetchall()
    listed = {
        (table, column) for lists in (AHEAD, PASSED) for table, columns in lists.items() for column in columns
    }
    assert listed <= set(rows), "each is a column"
    unknown = {(t, c) for t, c in set(rows) - listed if c not in NOT_OURS and KEPT.get(t) != c}
    assert sorted(unknown) == [], "say in clock_jumps.py what becomes of it"


def test_the_own_clock_goes_on_by_itself() -> None:
    watch = Stopwatch()
    assert watch.see("x", 5.0) == 5.0
    began = time.monotonic()
    while time.monotonic() - began < 0.01:
        pass
    assert watch.see("x", 5.0) >= 5.01
    assert watch.see("x", 900.0) == 900.0, "another process knew more"
    assert watch.see("y", 1.0) == 1.0
