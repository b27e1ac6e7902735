"""A store that is sick while updates are delivered: nothing is parked for it, and all goes on by itself."""

from __future__ import annotations

import shutil
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

import connectors.store.migrate as migrating
from connectors.store.migrate import migrate
from connectors.store.outbox.outbox import PostgresOutbox
from domain.outbox.delivery import Settled
from tests.stages.outbox.desk import QUICK, Desk
from tests.stages.outbox.threads import in_threads

ROUNDS = 12
IN_HASTE = replace(QUICK, lease=0.02)


@contextmanager
def no_connection_left(url: str) -> Iterator[None]:
    """Take all connections that the server still gives."""
    with ExitStack() as taken:
        with suppress(psycopg.OperationalError):
            for _ in range(1000):
                taken.enter_context(psycopg.connect(url))
        yield


def owe_approvals(desk: Desk, many: int) -> list[int]:
    claims = [f"{number:012}.01" for number in range(1, many + 1)]
    for claim in claims:
        desk.afas.add_claim(claim)
    return [desk.owe_approval(claim) for claim in claims]


def work_in_vain(desk: Desk) -> int:
    """As a worker does: again and again. Returns how often the store failed."""
    deliverer, failures = desk.deliverer(), 0
    for _ in range(ROUNDS):
        try:
            deliverer.work_one_batch()
        except psycopg.OperationalError:
            failures += 1
        desk.execute("update outbox set due_at = now() where state = 'ready'")
    return failures


def test_a_store_without_connections_parks_nothing_and_all_is_sent_once_it_has_some(
    desk: Desk, database_url: str
) -> None:
    updates = owe_approvals(desk, 5)
    desk.patience = IN_HASTE
    with no_connection_left(database_url):
        assert work_in_vain(desk) == ROUNDS
    assert {desk.state(update) for update in updates} == {"ready"}
    assert {desk.row(update)["unfinished"] for update in updates} == {0}
    desk.work_off()
    assert {desk.state(update) for update in updates} == {"done"}
    assert set(desk.afas.effects.values()) == {1}


class Unwritable(PostgresOutbox):
    """What became of an update cannot be written down."""

    sick = True

    def settle(self, settled: list[Settled]) -> None:  # type: ignore[override]
        if self.sick:
            raise psycopg.errors.DiskFull("no space left")
        super().settle(settled)


def test_what_was_looked_at_and_not_written_down_does_not_count_as_a_crash(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    updates = owe_approvals(desk, 5)
    for number in range(1, 6):
        desk.afas.approve(f"{number:012}.01", 777)
    desk.patience, desk.outbox_class = IN_HASTE, Unwritable
    assert work_in_vain(desk) == ROUNDS
    assert {desk.row(update)["unfinished"] for update in updates} == {0}
    monkeypatch.setattr(Unwritable, "sick", False)
    desk.work_off()
    assert {desk.state(update) for update in updates} == {"done"}


def test_after_a_failure_of_the_store_nothing_is_looked_at_again_at_once(desk: Desk) -> None:
    owe_approvals(desk, 1)
    desk.afas.approve("000000000001.01", 777)
    desk.outbox_class, desk.patience = Unwritable, replace(QUICK, retries=(600,))
    deliverer = desk.deliverer()
    with pytest.raises(psycopg.OperationalError):
        deliverer.work_one_batch()
    assert deliverer.work_one_batch() == 0


class LostOnTheWayBack(Unwritable):
    """Nor can it be handed back, the first time."""

    failures = 1

    def hand_back(self, *args: object, **options: object) -> None:
        if self.failures:
            self.failures -= 1
            raise psycopg.OperationalError("away")
        super().hand_back(*args, **options)  # type: ignore[arg-type]


def test_what_could_not_be_handed_back_is_handed_back_before_the_next_claim(desk: Desk) -> None:
    [update] = owe_approvals(desk, 1)
    desk.afas.approve("000000000001.01", 777)
    desk.outbox_class, desk.patience = LostOnTheWayBack, replace(QUICK, lease=600, retries=(0,))
    deliverer = desk.deliverer()
    with pytest.raises(psycopg.OperationalError, match="no space left"):
        deliverer.work_one_batch()
    assert desk.row(update)["token"] is not None
    with pytest.raises(psycopg.OperationalError, match="no space left"):
        deliverer.work_one_batch()
    assert (desk.row(update)["attempts"], desk.row(update)["token"]) == (0, None)


class InStep(deque[Any]):
    """Two threads take from it side by side."""

    both = threading.Barrier(2)

    def popleft(self) -> Any:
        taken = super().popleft()
        with suppress(threading.BrokenBarrierError):
            self.both.wait(timeout=5)
        return taken


class TwoAtOnce(PostgresOutbox):
    """Hands nothing back while it is sick; then two threads hand back side by side."""

    sick, both = True, threading.Barrier(2)

    def hand_back(self, *args: object, **options: object) -> None:
        if self.sick:
            raise psycopg.OperationalError("away")
        with suppress(threading.BrokenBarrierError):
            self.both.wait(timeout=5)
        super().hand_back(*args, **options)  # type: ignore[arg-type]


def test_two_threads_hand_back_all_that_was_left(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    owe_approvals(desk, 8)
    outbox = TwoAtOnce(desk.database, desk.url, desk.environment)
    outbox._left = InStep()
    batches = [batch for _ in range(2) if (batch := outbox.take(2, lease=600))]
    held = [update.id for batch in batches for update in batch.updates]
    assert len(held) == 4
    for batch in batches:
        with pytest.raises(psycopg.OperationalError), outbox.holding(batch, 600):
            raise psycopg.OperationalError("away")
    monkeypatch.setattr(TwoAtOnce, "sick", False)
    desk.execute("update outbox set due_at = now() + interval '1 hour' where token is null")

    def claim() -> None:
        outbox.take(1, lease=600)

    in_threads(2, claim)
    assert [desk.row(update)["token"] for update in held] == [None] * 4


@pytest.mark.slow
def test_an_upgrade_makes_due_again_what_was_parked_for_a_sick_environment(
    empty_database_url: str, tmp_path: Path
) -> None:
    schema = Path(migrating.__file__).with_name("schema")
    for file in sorted(schema.glob("*.sql")):
        if file.name < "0015":
            shutil.copy(file, tmp_path)
    migrate(empty_database_url, tmp_path)
    parked = [
        ("quarantine: 5 attempts in a row ended without an outcome", False, "ready"),
        ("quarantine: 5 attempts in a row ended without an outcome", True, "unclear"),
        ("AFAS shows a row that we cannot read: no rights on column Quantity", False, "ready"),
        ("AFAS shows a row that we cannot read: column EntryDate: an impossible date", False, "parked"),
        ("Kostenplaats 'TACB' bestaat niet", False, "parked"),
    ]
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        for number, (reason, doubt, _) in enumerate(parked):
            connection.execute(
                "insert into outbox (environment, kind, subject, state, payload, mark, reason, doubt)"
                " values ('main', 'approve', %s, 'parked', '{}', '', %s, %s)",
                (f"claim:{number}", reason, doubt),
            )
        shutil.copy(next(schema.glob("0015*.sql")), tmp_path)
        migrate(empty_database_url, tmp_path)
        states = connection.execute("select state from outbox order by id").fetchall()
        told = connection.execute("select count(*) from attempt where outcome = 'made due'").fetchone()
    assert [state for (state,) in states] == [state for _, _, state in parked]
    assert told == (3,)
