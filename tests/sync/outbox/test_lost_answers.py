"""Answers of AFAS that never come: approvals slow down, nothing stands still, nothing is doubled.

AFAS's limit is the true one here, 900 s: whatever waited for it would not end in time.
Whole Monday: ``LOONBRUG_TEST_APPROVALS=500 ./loonbrug test tests/sync/outbox/test_lost_answers.py -n 0 -s``.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace

import pytest
from pydantic import SecretStr

from connectors.afas import AfasClient, AfasOptions, ClassicToken
from connectors.store.database import Database
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.slots.slots import PostgresSlots
from domain.errors import AfasError
from domain.outbox.update import UpdateKind
from domain.pull.query import EVERYTHING
from sandbox.people import act
from sandbox.running import new_world, start_sandbox
from sync.outbox.deliver import Deliverer
from sync.outbox.kinds import EnvironmentTerms, kinds
from tests.stages.outbox.delivering import PATIENCE, Bridge

pytestmark = pytest.mark.slow

APPROVALS = int(os.environ.get("LOONBRUG_TEST_APPROVALS", "60"))
SECONDS = 60.0 + APPROVALS
TRUE_LIMIT = replace(PATIENCE, server_limit=900.0, margin=60.0, longest_look=2.0)


@dataclass
class Monday(Bridge):
    """Everybody's week, approved at once; beside it a flow is polled all the while."""

    longest_poll: list[float] = field(default_factory=list)

    def deliverer(self) -> Deliverer:
        return Deliverer(
            self.afas, PostgresOutbox(self.database, self.url, "main"), kinds(self.words), TRUE_LIMIT
        )

    def approve_all(self) -> int:
        numbers = self.claims()[:APPROVALS]
        for number in numbers:
            self.owe_decision(UpdateKind.APPROVE, number)
        return len(numbers)

    def poll(self, stop: threading.Event) -> None:
        """Ask for the newest claim again and again, and note how long each question took."""
        while not stop.is_set():
            began = time.monotonic()
            try:
                self.afas.rows("Loonbrug_Claims", EVERYTHING, ("-ClaimNumber",), 1)
            except AfasError:
                continue
            finally:
                self.longest_poll.append(time.monotonic() - began)
            stop.wait(0.2)


@pytest.fixture
def monday(database_url: str) -> Iterator[Monday]:
    world = new_world(workers=APPROVALS * 3 // 2, weeks=1, seed=3)
    with start_sandbox(world) as sandbox, closing(Database(database_url, size=16)) as database:
        login = ClassicToken(SecretStr(sandbox.token))
        options = AfasOptions(sandbox.url, login, write_deadline=2.0, read_deadline=5.0, retry_for=2.0)
        slots = PostgresSlots(database_url, "main", patience=5.0, write_patience=2.0)
        with closing(slots), AfasClient(options, slots=slots) as afas:
            act(world, "book-all")  # type: ignore[arg-type]
            act(world, "submit-all")  # type: ignore[arg-type]
            yield Monday(sandbox, database, database_url, afas, [], EnvironmentTerms())


@pytest.mark.parametrize("lost", [0.1, 0.3, 1.0])
def test_lost_answers_slow_a_monday_down_and_stop_nothing(monday: Monday, lost: float) -> None:
    owed = monday.approve_all()
    assert owed == APPROVALS
    monday.sandbox.faults.add("drop-answer", "PtDeclaration", "PUT", probability=lost, seed=4)
    stop = threading.Event()
    polling = threading.Thread(target=monday.poll, args=(stop,))
    polling.start()
    began = time.monotonic()
    monday.work_off(threads=4, seconds=SECONDS)
    took = time.monotonic() - began
    stop.set()
    polling.join()
    assert {told for told in monday.states().values() if told[0] != "done"} == set()
    assert len(monday.world.effects()["approvals"]) == owed
    assert monday.world.duplicates() == 0
    assert max(monday.longest_poll) < 5
    at_once = monday.sandbox.calls.report()["peak_in_flight"]
    assert at_once <= 8
    longest = max(monday.longest_poll)
    sys.stdout.write(f"{lost:.0%} lost: {owed} approvals in {took:.1f} s; longest poll {longest:.1f} s\n")
