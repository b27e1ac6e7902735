"""Every kind of update against a faithful AFAS, over a real connection, with the shared limit of calls."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from pydantic import SecretStr

from connectors.afas import AfasClient, AfasOptions, CallRecord, ClassicToken
from connectors.store.database import Database
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.slots.slots import PostgresSlots
from domain.outbox.afas_call import Answer, Call
from domain.outbox.update import UpdateKind
from mappings.outbox.approvals import ApprovalRoute
from sandbox.people import act
from sandbox.running import new_world, start_sandbox
from sync.outbox.deliver import Deliverer
from sync.outbox.kinds import EnvironmentTerms, kinds
from tests.stages.outbox.delivering import PATIENCE, Bridge

pytestmark = pytest.mark.slow


@pytest.fixture
def bridge(database_url: str) -> Iterator[Bridge]:
    world = new_world(workers=40, weeks=1, seed=3)
    records: list[CallRecord] = []
    with start_sandbox(world) as sandbox, closing(Database(database_url, size=12)) as database:
        login = ClassicToken(SecretStr(sandbox.token))
        options = AfasOptions(sandbox.url, login, write_deadline=1.0, read_deadline=5.0, retry_for=2.0)
        slots = PostgresSlots(database_url, "main", server_limit=2.0, write_patience=0.4)
        with closing(slots), AfasClient(options, slots=slots, observe=records.append) as afas:
            act(world, "book-all")  # type: ignore[arg-type]
            act(world, "submit-all")  # type: ignore[arg-type]
            yield Bridge(sandbox, database, database_url, afas, records, EnvironmentTerms())


@pytest.mark.parametrize("route", list(ApprovalRoute))
def test_every_kind_arrives_and_is_seen(bridge: Bridge, route: ApprovalRoute) -> None:
    bridge.words = replace(bridge.words, route=route)
    numbers = bridge.claims()
    assert len(numbers) > 20
    for number in numbers[2:]:
        bridge.owe_decision(UpdateKind.APPROVE, number)
    for number in numbers[:2]:
        bridge.owe_decision(UpdateKind.REJECT, number)
    item = act(bridge.world, "put-document")["result"]
    bridge.owe_signature(item)
    bridge.owe_mobiles()
    bridge.owe_question()
    bridge.work_off()
    wrong = {update: told for update, told in bridge.states().items() if told[0] != "done"}
    assert wrong == {}
    assert bridge.world.duplicates() == 0
    effects = bridge.world.effects()
    assert len(effects["rejections"]) == 2
    assert len(effects["sign_offs"]) == 1


def test_faults_of_all_sorts_lose_and_double_nothing(bridge: Bridge) -> None:
    for number in bridge.claims():
        bridge.owe_decision(UpdateKind.APPROVE, number)
    for _ in range(4):
        bridge.owe_signature(act(bridge.world, "put-document")["result"])
    bridge.owe_mobiles()
    for _ in range(5):
        bridge.owe_question()
    owed = len(bridge.states())
    faults = bridge.sandbox.faults
    for seed, kind in enumerate(("drop-answer", "not-applied", "error-after-applying", "garbage", "locked")):
        faults.add(kind, verb="PUT", probability=0.08, seed=seed)
        faults.add(kind, verb="POST", probability=0.08, seed=seed)
    faults.add("apply-late", verb="PUT", probability=0.08, seed=9, seconds=1.2)
    faults.add("apply-late", verb="POST", probability=0.08, seed=9, seconds=1.2)
    faults.add("unavailable", probability=0.02, seed=11, retry_after=0.3)
    faults.add("reset", probability=0.02, seed=12)
    bridge.work_off(threads=4)
    wrong = {update: told for update, told in bridge.states().items() if told[0] != "done"}
    assert wrong == {}
    assert len(bridge.states()) == owed
    assert sum(faults.injected().values()) > 5
    time.sleep(1.3)  # what is applied late has been applied by now
    assert bridge.world.duplicates() == 0


def test_processes_killed_at_random_lose_and_double_nothing(bridge: Bridge) -> None:
    for number in bridge.claims():
        bridge.owe_decision(UpdateKind.APPROVE, number)
    for _ in range(20):
        bridge.owe_question()
    bridge.sandbox.faults.add("apply-late", verb="POST", probability=0.1, seed=5, seconds=1.2)
    bridge.sandbox.faults.add("drop-answer", verb="PUT", probability=0.1, seed=6)
    dice, kills, until = random.Random(7), 0, time.monotonic() + 240
    workers = [process(bridge) for _ in range(3)]
    try:
        while bridge.open() and time.monotonic() < until:
            time.sleep(dice.uniform(0.2, 1.0))
            if kills < 30:  # a busy machine takes longer to start a process than we let it live
                victim = dice.randrange(len(workers))
                workers[victim].kill()
                workers[victim].wait()
                workers[victim], kills = process(bridge), kills + 1
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    assert kills > 3
    wrong = {update: told for update, told in bridge.states().items() if told[0] != "done"}
    assert wrong == {}
    time.sleep(1.3)
    assert bridge.world.duplicates() == 0


def process(bridge: Bridge) -> subprocess.Popen[bytes]:
    """A worker process on this bridge."""
    told = {"TEST_DATABASE_URL": bridge.url, "TEST_AFAS_URL": bridge.sandbox.url}
    told["TEST_AFAS_TOKEN"] = bridge.sandbox.token
    return subprocess.Popen(
        [sys.executable, "-m", "tests.stages.outbox.deliver_process"], env=os.environ | told
    )


def test_bulk_approvals_cost_few_calls(bridge: Bridge) -> None:
    numbers = bridge.claims()
    for number in numbers:
        bridge.owe_decision(UpdateKind.APPROVE, number)
    bridge.records.clear()
    bridge.work_off(threads=2)
    sent = sum(record.verb == "PUT" for record in bridge.records)
    assert sent == len(numbers)
    assert len(bridge.records) <= 2.5 * sent  # a short queue is shared; 50 at a time cost 1.08


def test_hours_that_the_back_office_corrects_during_a_batch_are_not_approved_g4(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = sorted(bridge.claims())[:8]
    updates = {number: bridge.owe_decision(UpdateKind.APPROVE, number) for number in numbers}
    deliverer = Deliverer(
        bridge.afas,
        PostgresOutbox(bridge.database, bridge.url, "main"),
        kinds(bridge.words),
        replace(PATIENCE, look_holds=0.01),
    )
    send = bridge.afas.send
    corrected: list[object] = []

    def sent_by_one(call: Call) -> Answer:
        answer = send(call)
        if not corrected:
            [line, *_] = bridge.world.tables.select("Loonbrug_Hours", {"ClaimNumber": batch[-1]})
            corrected.append(act(bridge.world, "change-quantity", line=line["LineId"], quantity=1.0))
        return answer

    batch = numbers[: len(numbers) // 4]
    monkeypatch.setattr(bridge.afas, "send", sent_by_one)
    assert deliverer.work_one_batch() == len(batch)
    claims = {number: bridge.world.tables.get("Loonbrug_Claims", (number,)) for number in batch}
    approved = [number for number in batch if claims[number]["ApprovedExternally"]]
    states = bridge.states()
    assert approved == batch[:-1]
    assert states[updates[batch[-1]]][0] == "void"
