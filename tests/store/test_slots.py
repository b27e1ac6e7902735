"""Calls in flight are limited over all processes, and an abandoned one keeps its slot."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import psycopg
import pytest

from connectors.store.slots import PostgresSlots
from domain.errors import TryLater


@pytest.fixture
def slots(database_url: str) -> Iterator[PostgresSlots]:
    with closing(
        PostgresSlots(database_url, "main", server_limit=0.5, patience=0.1, write_patience=0.1)
    ) as it:
        yield it


def test_at_most_four_over_all_processes(database_url: str) -> None:
    at_once, most, lock = [0], [0], threading.Lock()

    def call(process: PostgresSlots) -> None:
        for _ in range(20):
            with process.hold(write=True):
                with lock:
                    at_once[0] += 1
                    most[0] = max(most[0], at_once[0])
                time.sleep(0.002)
                with lock:
                    at_once[0] -= 1

    with ExitStack() as stack:
        processes = [stack.enter_context(closing(PostgresSlots(database_url, "main"))) for _ in range(3)]
        threads = [threading.Thread(target=call, args=(process,)) for process in processes * 3]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert most[0] == 4


def test_without_a_free_slot_nothing_is_sent(slots: PostgresSlots) -> None:
    with ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(slots.hold(write=True))
        with pytest.raises(TryLater), slots.hold(write=True):
            pass


def test_reads_leave_the_last_slot_to_writes(slots: PostgresSlots) -> None:
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(slots.hold(write=False))
        with pytest.raises(TryLater):
            stack.enter_context(slots.hold(write=False))
        stack.enter_context(slots.hold(write=True))


def test_an_abandoned_call_keeps_its_slot_until_the_servers_limit(slots: PostgresSlots) -> None:
    for _ in range(4):
        with slots.hold(write=True) as slot:
            slot.sent()
            slot.abandon()
    with pytest.raises(TryLater), slots.hold(write=True):
        pass
    time.sleep(0.5)
    with slots.hold(write=True):
        pass


def test_a_slot_comes_back_after_an_error(slots: PostgresSlots) -> None:
    for _ in range(9):
        with pytest.raises(ZeroDivisionError), slots.hold(write=True):
            raise ZeroDivisionError


def test_environments_do_not_share_slots(database_url: str, slots: PostgresSlots) -> None:
    other = PostgresSlots(database_url, "other", most=1, patience=0.1)
    with closing(other), ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(slots.hold(write=True))
        stack.enter_context(other.hold(write=False))


def test_fewer_slots_than_before_are_fewer(database_url: str, slots: PostgresSlots) -> None:
    with closing(PostgresSlots(database_url, "main", most=2)), psycopg.connect(database_url) as connection:
        assert connection.execute("select count(*) from afas_slot").fetchone() == (2,)
