"""Calls in flight are limited over all processes; those without an answer slow writes down, no more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import asdict
from typing import Any

import psycopg
import pytest

from connectors.store.database import Database
from connectors.store.outbox.outbox import PostgresOutbox, add
from connectors.store.running.control import Control
from connectors.store.running.readiness import Readiness
from connectors.store.slots.room import room_of
from connectors.store.slots.slots import PostgresSlots
from domain.errors import NoRoom
from domain.message import verbatim
from domain.outbox.afas_call import Use
from domain.outbox.delivery import Settled
from domain.outbox.update import NewUpdate, Update, UpdateKind
from domain.outbox.verdicts import Done, Park, Unclear, Verdict, Void, Wait
from domain.watch.facts import Room

AT_ONCE: dict[str, Any] = {"patience": 0.0, "write_patience": 0.0}


@pytest.fixture
def slots(database_url: str) -> Iterator[PostgresSlots]:
    with closing(PostgresSlots(database_url, "main", **AT_ONCE)) as it:
        yield it


def most(slots: PostgresSlots, use: Use) -> int:
    """How many of that use find room together now."""
    with ExitStack() as stack:
        for count in range(10):
            try:
                stack.enter_context(slots.hold(use))
            except NoRoom:
                return count
    raise AssertionError("no limit at all")


def lose(slots: PostgresSlots, use: Use, times: int = 1, update: int | None = None) -> None:
    for _ in range(times):
        with slots.hold(use, update) as slot:
            slot.abandon()


def test_at_most_four_over_all_processes(database_url: str) -> None:
    at_once, most, lock = [0], [0], threading.Lock()

    def call(process: PostgresSlots, use: Use) -> None:
        for _ in range(20):
            with process.hold(use):
                with lock:
                    at_once[0] += 1
                    most[0] = max(most[0], at_once[0])
                time.sleep(0.002)
                with lock:
                    at_once[0] -= 1

    with ExitStack() as stack:
        processes = [stack.enter_context(closing(PostgresSlots(database_url, "main"))) for _ in range(3)]
        threads = [threading.Thread(target=call, args=(each, use)) for each in processes for use in Use]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert most[0] == 4


def test_without_a_free_slot_nothing_is_sent(slots: PostgresSlots) -> None:
    with ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(slots.hold(Use.LOOK))
        for use in Use:
            with pytest.raises(NoRoom), slots.hold(use):
                pass


@pytest.mark.parametrize("use", [Use.WRITE, Use.PULL])
def test_a_look_finds_room_beside_as_many_writes_and_pulls_as_there_may_be(
    slots: PostgresSlots, use: Use
) -> None:
    other = Use.PULL if use is Use.WRITE else Use.WRITE
    with ExitStack() as stack:
        for kind in (use, use, use, use, other, other, other, other):
            try:
                stack.enter_context(slots.hold(kind))
            except NoRoom:
                continue
        stack.enter_context(slots.hold(Use.LOOK))


def test_a_write_finds_room_beside_all_pulls(slots: PostgresSlots) -> None:
    with ExitStack() as stack:
        for _ in range(most(slots, Use.PULL)):
            stack.enter_context(slots.hold(Use.PULL))
        stack.enter_context(slots.hold(Use.WRITE))


@pytest.mark.parametrize(("in_flight", "lost"), [(n, lost) for n in range(1, 9) for lost in (0, 1, 4, 5, 40)])
def test_each_use_finds_room_whatever_is_unanswered_and_however_few_slots_there_are(
    database_url: str, in_flight: int, lost: int
) -> None:
    with closing(PostgresSlots(database_url, "main", most=in_flight, server_limit=900, **AT_ONCE)) as slots:
        lose(slots, Use.PULL, lost)
        assert [most(slots, use) >= 1 for use in Use] == [True, True, True]
        assert most(slots, Use.LOOK) == min(in_flight, max(3, 8 - lost))


def test_writes_become_fewer_with_each_one_that_is_unanswered(slots: PostgresSlots) -> None:
    found = []
    for _ in range(5):
        found.append(most(slots, Use.WRITE))
        lose(slots, Use.WRITE)
    assert found == [3, 2, 1, 1, 1]


def test_beyond_four_unanswered_writes_the_next_one_waits_and_then_goes(
    database_url: str, slots: PostgresSlots
) -> None:
    lose(slots, Use.WRITE, 5)
    assert most(slots, Use.WRITE) == 0
    assert most(slots, Use.LOOK) == 3
    assert most(slots, Use.PULL) >= 1
    with closing(PostgresSlots(database_url, "main", server_limit=30, write_patience=60)) as waiting:
        began = time.monotonic()
        lose(waiting, Use.WRITE, 3)  # a sixtieth of 30 s is 0.5 s
        assert time.monotonic() - began > 0.5 * (2 + 3)


def test_an_unanswered_call_is_over_after_the_servers_limit(database_url: str, slots: PostgresSlots) -> None:
    lose(slots, Use.WRITE, 4)
    assert most(slots, Use.WRITE) == 1
    with psycopg.connect(database_url) as connection:
        left = "select extract(epoch from min(over_at) - now()) from unanswered_call"
        assert 890 < connection.execute(left).fetchone()[0] <= 900  # type: ignore[index]
        connection.execute("update unanswered_call set over_at = now()")
    assert most(slots, Use.WRITE) == 3


def sent(database: Database, url: str, slots: PostgresSlots) -> Update:
    """An update whose answer was lost."""
    with database.transaction() as connection:
        add(connection, NewUpdate("main", None, UpdateKind.APPROVE, "claim:1", None, {"claim": "1"}, "LB-1"))
    outbox = PostgresOutbox(database, url, "main")
    batch = outbox.take(1, 60)
    assert batch
    [update] = batch.updates
    with outbox.sender(60) as sender, sender.sending(update, {}):
        lose(slots, Use.WRITE, update=update.id)
    return update


@pytest.mark.parametrize(
    ("verdict", "writes"),
    [
        (Done(verbatim("seen")), 3),
        (Void(verbatim("gone")), 3),
        (Park(verbatim("no"), certain=True), 3),
        (Wait(1, verbatim("did not happen")), 3),
        (Park(verbatim("perhaps")), 2),
        (Unclear(1, verbatim("not seen")), 2),
    ],
)
def test_a_write_is_over_when_its_update_is_known_to_have_arrived_or_not(
    database: Database, database_url: str, slots: PostgresSlots, verdict: Verdict, writes: int
) -> None:
    update = sent(database, database_url, slots)
    assert most(slots, Use.WRITE) == 2
    PostgresOutbox(database, database_url, "main").settle([Settled(update, verdict)])
    assert most(slots, Use.WRITE) == writes


def _vanish(url: str, use: Use, most: int = 4) -> tuple[PostgresSlots, AbstractContextManager[object]]:
    """A process that takes a slot and does nothing any more: nobody renews the lease or gives it back."""
    slots = PostgresSlots(url, "main", most=most, **AT_ONCE)
    slots._closed.set()
    slots._beating.join()
    held = slots.hold(use)
    held.__enter__()
    return slots, held


def _leases_end(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("update afas_slot set leased_until = now() where token is not null")


def test_the_slot_of_a_process_that_died_is_free_again_and_its_call_unanswered(
    database_url: str, slots: PostgresSlots
) -> None:
    died = [_vanish(database_url, Use.WRITE) for _ in range(3)]
    assert most(slots, Use.WRITE) == 0
    _leases_end(database_url)
    assert most(slots, Use.WRITE) == 2  # with the first slot that is taken again one write is unanswered
    assert most(slots, Use.WRITE) == 1
    for process, _ in died:
        process._pool.close()


def test_a_frozen_process_that_wakes_up_takes_nobodys_slot_away(database_url: str) -> None:
    frozen, held = _vanish(database_url, Use.WRITE, most=1)
    _leases_end(database_url)
    with closing(PostgresSlots(database_url, "main", most=1, **AT_ONCE)) as slots, slots.hold(Use.WRITE):
        held.__exit__(None, None, None)
        assert most(slots, Use.WRITE) == 0
    frozen._pool.close()
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select count(*) from unanswered").fetchone() == (0,)


def test_a_call_that_lasts_renews_its_lease(database_url: str) -> None:
    lease = "select max(leased_until) from afas_slot"
    with (
        closing(PostgresSlots(database_url, "main", lease=1.0, **AT_ONCE)) as slots,
        psycopg.connect(database_url, autocommit=True) as connection,
        slots.hold(Use.WRITE),
    ):
        taken = connection.execute(lease).fetchone()
        until = time.monotonic() + 30
        while connection.execute(lease).fetchone() == taken and time.monotonic() < until:
            time.sleep(0.05)
        assert connection.execute(lease).fetchone() != taken


def test_what_waits_in_vain_is_noted_until_one_finds_room(database_url: str, slots: PostgresSlots) -> None:
    def in_vain() -> list[str]:
        with psycopg.connect(database_url) as connection:
            return [row[0] for row in connection.execute("select use from no_room order by use")]

    with slots.hold(Use.LOOK), ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(slots.hold(Use.LOOK))
        assert most(slots, Use.WRITE) == 0
        assert most(slots, Use.PULL) == 0
        assert in_vain() == ["pull", "write"]
    lose(slots, Use.WRITE)
    assert in_vain() == ["pull"]


def test_a_standstill_for_want_of_room_is_told_with_what_is_unanswered(
    database: Database, slots: PostgresSlots
) -> None:
    readiness = Readiness(database)
    lose(slots, Use.PULL, 2)
    lose(slots, Use.WRITE)
    with database.connection() as connection:
        assert room_of(connection, "main") == Room(3, 1, 0.0)
        connection.execute("insert into no_room values ('main', 'look', now() - interval '3 minutes', now())")
        assert room_of(connection, "main").in_vain == pytest.approx(180, abs=30)
        assert any(told.id == "not-ready.no-room" for told in readiness.missing("main", []))
        connection.execute("update no_room set asked_at = now() - interval '7 minutes'")
        assert room_of(connection, "main") == Room(3, 1, 0.0)
    assert not any(told.id == "not-ready.no-room" for told in readiness.missing("main", []))
    assert "room" in asdict(Control(database, "main").state())


def test_a_standstill_of_hours_ago_is_not_the_one_of_now(database: Database, slots: PostgresSlots) -> None:
    with database.connection() as connection:
        ago = "insert into no_room values ('main', 'write', now() - interval '3 h', now() - interval '3 h')"
        connection.execute(ago)
        with slots.hold(Use.LOOK), slots.hold(Use.LOOK), slots.hold(Use.LOOK), slots.hold(Use.LOOK):
            assert most(slots, Use.WRITE) == 0
            assert room_of(connection, "main").in_vain < 3600


def test_a_slot_comes_back_after_an_error(slots: PostgresSlots) -> None:
    for _ in range(9):
        with pytest.raises(ZeroDivisionError), slots.hold(Use.WRITE):
            raise ZeroDivisionError


def test_environments_do_not_share_slots(database_url: str, slots: PostgresSlots) -> None:
    other = PostgresSlots(database_url, "other", most=1, **AT_ONCE)
    with closing(other), ExitStack() as stack:
        lose(slots, Use.WRITE, 4)
        for _ in range(4):
            stack.enter_context(slots.hold(Use.LOOK))
        stack.enter_context(other.hold(Use.WRITE))


def test_fewer_slots_than_before_are_fewer(database_url: str, slots: PostgresSlots) -> None:
    with closing(PostgresSlots(database_url, "main", most=2)), psycopg.connect(database_url) as connection:
        assert connection.execute("select count(*) from afas_slot").fetchone() == (2,)


@pytest.mark.parametrize("use", list(Use))
def test_without_a_database_there_is_no_room(database_url: str, use: Use) -> None:
    slots = PostgresSlots(database_url, "main", **AT_ONCE)
    slots.close()
    with pytest.raises(NoRoom), slots.hold(use):
        pass


@contextmanager
def _read_only(url: str, slots: PostgresSlots) -> Iterator[None]:
    """A server that became a standby, or was closed to writes because its disk is full."""
    with psycopg.connect(url, autocommit=True) as connection:
        change = f'alter database "{connection.info.dbname}" set default_transaction_read_only = '
        connection.execute(change + "on")
        slots._pool.drain()
        try:
            yield
        finally:
            connection.execute("set default_transaction_read_only = off")
            connection.execute(change + "off")
            slots._pool.drain()


def test_a_database_that_takes_no_writes_gives_no_room_and_ends_no_renewals(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = threading.Semaphore(0)

    def noted(*args: Any, **values: Any) -> None:
        tried.release()
        execute(*args, **values)

    with closing(PostgresSlots(database_url, "main", lease=1.0, **AT_ONCE)) as slots, slots.hold(Use.WRITE):
        execute = slots._execute
        monkeypatch.setattr(slots, "_execute", noted)
        with _read_only(database_url, slots):
            with pytest.raises(NoRoom), slots.hold(Use.LOOK):
                pass
            for _ in range(4):  # of IN_VAIN one, and of renewals: after one that failed comes another
                assert tried.acquire(timeout=60)
        assert slots._beating.is_alive()
