"""Every kind of update against a faithful AFAS, over a real connection, with the shared limit of calls."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest
from psycopg.types.json import Jsonb
from pydantic import SecretStr

from connectors.afas import AfasClient, AfasOptions, CallRecord, ClassicToken
from connectors.store.database import Database
from connectors.store.outbox import outbox
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.slots.slots import PostgresSlots
from domain.declarations.declaration import content_version
from domain.outbox.afas_call import Answer, Call
from domain.outbox.policy import Patience
from domain.outbox.update import NewUpdate, UpdateKind
from domain.pull.query import any_of
from mappings.outbox.approvals import ApprovalRoute
from mappings.records.claims import to_claim
from mappings.records.hours import to_hour_line
from sandbox.people import act
from sandbox.running import Running, new_world, start_sandbox
from sync.outbox.deliver import Deliverer
from sync.outbox.kinds import EnvironmentTerms, kinds

pytestmark = pytest.mark.slow

PATIENCE = Patience(
    server_limit=2.0,
    margin=0.5,
    look_gap=0.2,
    first_look=0.05,
    longest_look=0.5,
    retries=(0.1, 0.2),
    environment_retry=0.2,
    access_retries=(0.2,),
    configuration_retries=(0.2,),
    lease=5.0,
)


@dataclass
class Bridge:
    """A sandbox with a submitted week, and what delivers to it."""

    sandbox: Running
    database: Database
    url: str
    afas: AfasClient
    records: list[CallRecord]
    words: EnvironmentTerms

    @property
    def world(self) -> Any:
        return self.sandbox.world

    def deliverer(self) -> Deliverer:
        return Deliverer(
            self.afas, PostgresOutbox(self.database, self.url, "main"), kinds(self.words), PATIENCE
        )

    def claims(self) -> list[str]:
        rows = self.world.tables.select("Loonbrug_Claims", {"WorkflowStatus": "Ter beoordeling"})
        return [str(row["ClaimNumber"]) for row in rows]

    def owe(
        self, kind: UpdateKind, subject: str, payload: dict[str, object], version: str | None = None
    ) -> int:
        with self.database.transaction() as connection:
            new = NewUpdate("main", None, kind, subject, version, payload, f"LB-{uuid4().hex[:10]}")
            return outbox.add(connection, new)

    def owe_decision(self, kind: UpdateKind, number: str) -> int:
        """An approval or a rejection of a claim as AFAS shows it now."""
        row = self.world.tables.get("Loonbrug_Claims", (number,))
        placement = self.world.tables.get("Loonbrug_Placements", (row["PlacementId"],))
        lines = self.afas.rows("Loonbrug_Hours", any_of("ClaimNumber", [number]), ("LineId",), 100)
        [shown] = self.afas.rows("Loonbrug_Claims", any_of("ClaimNumber", [number]), ("ClaimNumber",), 1)
        version = content_version(to_claim(shown), [to_hour_line(line) for line in lines])
        payload = {"claim": number, "contact": placement["ClaimContact"], "item": row["SubjectId"]}
        payload |= {"cost_centre": "TACA"} if placement["CostCentreRule"] == "3" else {}
        payload |= {"reason": "Dinsdag was hij ziek"} if kind is UpdateKind.REJECT else {}
        return self.owe(kind, f"claim:{number}", payload, version)

    def owe_signature(self, item: int) -> list[int]:
        file = uuid4()
        with self.database.transaction() as connection:
            connection.execute(
                "insert into stored_file (environment, id, name, mime_type, content, sha256, evidence)"
                " values ('main', %s, 'x.pdf', 'application/pdf', '%%PDF-1.7', '', %s)",
                (file, Jsonb({})),
            )
        name = f"Getekend - Stuk (LB-{file.hex[:10]}).pdf"
        payload: dict[str, object] = {"item": item, "file": str(file), "name": name}
        sign: dict[str, object] = {"item": item, "contact": 1, "comment": f"Getekend (LB-{file.hex[:8]})"}
        return [
            self.owe(UpdateKind.ATTACH_FILE, f"item:{item}", payload),
            self.owe(UpdateKind.SIGN_OFF, f"item:{item}", sign),
        ]

    def owe_mobiles(self) -> list[int]:
        contact = self.world.tables.select("Loonbrug_Contacts")[0]
        worker = self.world.tables.select("Loonbrug_Employees")[0]
        first: dict[str, object] = {"who": "contact", "contact": contact["ContactId"]}
        first |= {"organisation": contact["OrgNumber"], "person": contact["PerNumber"]}
        second: dict[str, object] = {"who": "worker", "employee": worker["EmployeeId"]}
        second |= {"person": worker["PersonId"], "mobile": "+31687654321"}
        subject = f"contact:{contact['ContactId']}"
        return [
            self.owe(UpdateKind.CHANGE_MOBILE, subject, first | {"mobile": "+31612345678"}),
            self.owe(UpdateKind.CHANGE_MOBILE, f"person:{worker['PersonId']}", second),
        ]

    def owe_question(self) -> int:
        client = self.world.tables.select("Loonbrug_Clients")[0]["DebtorId"]
        payload = {"client": client, "contact": 1, "title": "Waar blijft, de; factuur?", "text": "Graag."}
        return self.owe(UpdateKind.ASK_QUESTION, f"question:{uuid4().hex}", payload)

    def states(self) -> dict[int, tuple[str, str]]:
        with self.database.connection() as connection:
            rows = connection.execute("select id, state, reason from outbox").fetchall()
        return {row["id"]: (row["state"], row["reason"]) for row in rows}

    def work_off(self, *, threads: int = 1, seconds: float = 60) -> None:
        deliverer, until = self.deliverer(), time.monotonic() + seconds

        def work() -> None:
            while time.monotonic() < until and self.open():
                if not deliverer.work_one_batch():
                    time.sleep(0.02)

        workers = [threading.Thread(target=work) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def open(self) -> bool:
        return any(state in ("ready", "sending", "unclear") for state, _ in self.states().values())


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
        [sys.executable, "-m", "tests.sync.outbox.deliver_process"], env=os.environ | told
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
