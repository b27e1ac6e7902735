"""A restored backup pays nobody twice (G12): yesterday's backup against an AFAS that went on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
from pydantic import SecretStr

from connectors.store.audit.check import AuditCheck
from connectors.store.keeping.backup import take
from connectors.store.keeping.restore import restore
from connectors.store.outbox import outbox
from connectors.store.outbox.held_back import AfterRestore
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.pull.runs import RunRepository
from domain.errors import AfasError
from domain.outbox.update import NewUpdate, UpdateKind
from domain.pull.run import RunKind
from mappings.flows import FLOWS
from sandbox.people import act
from sandbox.profit.world import World
from sandbox.running import Running, start_sandbox
from sync.outbox.after_restore import look_up_and_release
from sync.outbox.kinds import kinds
from tests.stages.sandbox.agency import an_agency
from workers.compose.afas import open_afas, words
from workers.compose.flows import make_flows
from workers.compose.jobs_of_flows import Flows
from workers.compose.services import Services, open_services
from workers.settings import Settings

pytestmark = pytest.mark.slow

ENV = "main"


@dataclass
class Bridge:
    """Loonbrug on one database, with the sandbox that others share."""

    services: Services
    flows: Flows

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        with self.services.database.connection() as connection:
            return connection.execute(query, values).fetchall()

    def read_whole(self) -> None:
        book = RunRepository(self.services.database, ENV)
        for flow in FLOWS:
            book.want(flow, RunKind.FULL)
        while outcome := self.flows.puller.run_due():
            assert outcome.failure is None, outcome.failure
        self.flows.derive(ENV)

    def owe(self, kind: UpdateKind, subject: str, version: str | None, payload: dict[str, object]) -> int:
        new = NewUpdate(ENV, None, kind, subject, version, payload, f"LB-{uuid4().hex[:10]}")
        with self.services.database.transaction() as connection:
            return outbox.add(connection, new)

    def approve_all(self) -> list[int]:
        """Every declaration that is offered is approved in the portal."""
        offered = self.rows("select * from declaration where status = 'to-approve' order by number")
        return [
            self.owe(
                UpdateKind.APPROVE,
                f"claim:{row['number']}",
                row["version"],
                {"claim": row["number"], "contact": row["contact"]}
                | ({"cost_centre": "TACA"} if row["cost_centre_required"] else {}),
            )
            for row in offered
        ]

    def ask(self) -> int:
        [client] = self.rows("select client from client order by client limit 1")
        payload = {"client": client["client"], "contact": 1, "title": "Waar blijft ze?", "text": "Graag."}
        return self.owe(UpdateKind.ASK_QUESTION, f"question:{uuid4().hex}", None, payload)

    def work(self, seconds: float = 20) -> None:
        """Deliver until nothing is open."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.open():
            if not self.flows.deliverer.work_one_batch():
                time.sleep(0.02)

    def open(self) -> bool:
        return bool(
            self.rows(
                "select 1 from outbox where state in ('ready', 'sending', 'unclear') and due_at < 'infinity'"
            )
        )

    def states(self) -> dict[int, str]:
        return {row["id"]: row["state"] for row in self.rows("select id, state from outbox")}

    def release(self) -> Any:
        chosen, store = self.services.settings, AfterRestore(self.services.database, ENV)
        return look_up_and_release(self.flows.afas, store, kinds(words(chosen)), "cli:anna")


@contextmanager
def bridge(sandbox: Running, url: str, folder: Path) -> Iterator[Bridge]:
    """Short waits: this AFAS gives a call up after 2 seconds."""
    chosen = Settings(
        afas_url=sandbox.url, afas_token=SecretStr(sandbox.token), data=folder, server_limit=2,
        look_margin=0.5, look_gap=0.2, first_look=0.05, longest_look=0.5, write_deadline=1, read_deadline=5,
    )  # fmt: skip
    with open_services(chosen, url, None, size=6) as services, open_afas(services) as afas:
        flows = make_flows(services, afas)
        services.schedule.prepare()
        yield Bridge(services, flows)


@pytest.fixture
def second_url(postgres_server: object, migrated_template: str) -> Iterator[str]:
    """An empty database for the restore."""
    from tests.conftest import _fresh  # noqa: PLC0415 - a second database in one test

    yield from _fresh(postgres_server, template=migrated_template)  # type: ignore[arg-type]


def a_submitted_week(workers: int) -> World:
    """Everybody booked the week and handed it in."""
    world = an_agency(workers=workers)
    act(world, "book-all")
    act(world, "submit-all")
    return world


def writes(sandbox: Running) -> int:
    """How many effects the writes had in AFAS."""
    return sum(sum(times.values()) for times in cast("Any", sandbox.world).effects().values())


def test_yesterdays_backup_sends_nothing_until_it_was_reconciled_and_pays_nobody_twice(
    database_url: str, second_url: str, tmp_path: Path
) -> None:
    with start_sandbox(a_submitted_week(workers=8)) as sandbox:
        with bridge(sandbox, database_url, tmp_path) as before:
            before.read_whole()
            approvals = before.approve_all()
            assert len(approvals) >= 6
            question, forgotten = before.ask(), approvals[-1]
            before.rows("update outbox set due_at = 'infinity' where id = %s returning id", forgotten)
            parked = approvals[-2]
            before.rows("update outbox set state = 'parked' where id = %s returning id", parked)
            take(before.services.database, ENV, tmp_path / "yesterday", "cli:anna")
            before.rows("update outbox set state = 'ready' where id = %s returning id", parked)
            before.work()  # the day goes on, and is then lost
            assert {each: state for each, state in before.states().items() if state != "done"} == {
                forgotten: "ready"
            }
        applied = writes(sandbox)
        with bridge(sandbox, second_url, tmp_path) as after:
            restore(after.services.database, tmp_path / "yesterday", "cli:anna")
            for _ in range(3):
                assert after.flows.deliverer.work_one_batch() == 0
            held = AfterRestore(after.services.database, ENV).state()
            assert held is not None
            assert set(held.missing) == set(FLOWS)
            after.read_whole()
            state = AfterRestore(after.services.database, ENV).state()
            assert state is not None
            assert state.missing == ()
            assert after.flows.deliverer.work_one_batch() == 0
            assert writes(sandbox) == applied
            looked = after.release()
            assert (looked.done, looked.owed) == (len(approvals), 1)  # the question is there too
            assert after.states()[question] == "done"
            assert after.states()[parked] == "done"
            after.work()
            assert set(after.states().values()) == {"done"}
            assert AuditCheck(after.services.database, ENV).verify().fault is None
        assert writes(sandbox) == applied + 1
        assert cast("World", sandbox.world).duplicates() == 0


def test_while_afas_does_not_answer_everything_stays_held_back(
    database_url: str, second_url: str, tmp_path: Path
) -> None:
    with start_sandbox(a_submitted_week(workers=4)) as sandbox:
        with bridge(sandbox, database_url, tmp_path) as before:
            before.read_whole()
            assert before.approve_all()
            take(before.services.database, ENV, tmp_path / "b", "cli:anna")
        with bridge(sandbox, second_url, tmp_path) as after:
            restore(after.services.database, tmp_path / "b", "cli:anna")
            sandbox.faults.add("reset", probability=1.0)
            with pytest.raises(AfasError):
                after.release()
            assert AfterRestore(after.services.database, ENV).state() is not None
            assert PostgresOutbox(after.services.database, second_url, ENV).take(10, 60) is None
