"""A whole bridge on one sandbox: pulls, derives, decides, delivers and reconciles, one step at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from psycopg.types.json import Jsonb
from pydantic import SecretStr

from connectors.afas import AfasClient, AfasOptions, CallRecord, ClassicToken
from connectors.store.database import Database
from connectors.store.decisions.decisions import Decisions
from connectors.store.declarations.derivations import Derivations
from connectors.store.outbox import outbox
from connectors.store.outbox.operations import OutboxOperations
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.pull.pulls import Pulls
from connectors.store.pull.runs import RunRepository
from connectors.store.reconcile.cures import CureRepository
from connectors.store.reconcile.findings import FindingRepository
from connectors.store.reconcile.ledger import StoreLedger
from connectors.store.sealed.keyring import new_ring
from connectors.store.slots.slots import PostgresSlots
from domain.decisions.decision import Caller
from domain.message import Message
from domain.outbox.policy import Patience
from domain.outbox.update import NewUpdate, UpdateKind
from domain.pull.run import RunKind
from domain.reconcile.finding import KnownFinding
from mappings.flows import FLOWS
from sandbox.people import act
from sandbox.profit.world import World
from sandbox.running import Running, start_sandbox
from sync.decisions import decide
from sync.declarations.derive import Deriver
from sync.failures.replay import Replays
from sync.outbox.deliver import Deliverer
from sync.outbox.kinds import EnvironmentTerms, kinds
from sync.pull.present import present_of
from sync.pull.pull import Puller
from sync.reconcile.cure import Curer
from sync.reconcile.reconcile import Reconciled, Reconciler
from tests.stages.sandbox.agency import LATER, an_agency
from workers.jobs.hints import NoHints

TODAY = date(2026, 11, 18)
WEEK = "2026-W47"
PATIENCE = Patience(
    server_limit=2.0, margin=0.5, look_gap=0.2, first_look=0.05, longest_look=0.5, retries=(0.1,), lease=5.0
)
KINDS = kinds(EnvironmentTerms())


@dataclass
class Stage:
    """One environment ``main`` on a sandbox. ``late`` 0: what lies before a watermark is taken as read."""

    sandbox: Running
    database: Database
    url: str
    afas: AfasClient
    records: list[CallRecord] = field(default_factory=list)
    late: float = 0.0
    adds_up_within: float = 0.0

    @property
    def world(self) -> Any:
        return self.sandbox.world

    @property
    def book(self) -> FindingRepository:
        return FindingRepository(self.database, "main")

    def pull(self, *flows: str, kind: RunKind = RunKind.POLL) -> None:
        """Pull these flows (or all), and derive what follows."""
        runs = RunRepository(self.database, "main")
        puller = Puller(self.afas, Pulls(self.database, "main"), runs, FLOWS, present=present_of(self.afas))
        for flow in flows or FLOWS:
            outcome = puller.run_due(runs.want(flow, kind))
            assert outcome is not None
            assert outcome.failure is None, outcome.failure
        Deriver(Derivations(self.database, "main")).derive_all(TODAY)

    def settle(self) -> None:
        """Everything pulled, and so long ago that nothing is on the move. AFAS's clock goes on."""
        self.pull()
        self.put("update flow set news_at = now() - interval '1 minute'")
        self.pull()
        self.world.clock.advance(LATER)

    def submit_week(self) -> list[str]:
        """Everybody books and submits this week; the claims."""
        act(self.world, "book-all")
        return [str(each) for each in act(self.world, "submit-all")["claims"]]

    def offered(self) -> list[dict[str, Any]]:
        return self.look("select * from declaration where status = 'to-approve' order by number")

    def approve(self, declaration: dict[str, Any]) -> int:
        """The contact approves what is shown; the update that it owes."""
        centre = "TACA" if declaration["cost_centre_required"] else None
        approval = decide.Approval(
            declaration["number"], declaration["contact"], declaration["version"], cost_centre=centre
        )
        with Decisions(self.database)("main") as work:
            return decide.approve(work, Caller("test", "main"), approval).updates[0]

    def approved_week(self) -> list[str]:
        """A week that was submitted, approved in the portal, and seen in AFAS; the claims."""
        self.submit_week()
        self.settle()
        numbers = [each["number"] for each in self.offered()]
        for each in self.offered():
            self.approve(each)
        self.deliver()
        self.settle()
        return numbers

    def deliver(self, seconds: float = 120) -> None:
        """Deliver until nothing is open."""
        deliverer = Deliverer(self.afas, PostgresOutbox(self.database, self.url, "main"), KINDS, PATIENCE)
        until = time.monotonic() + seconds
        while self.look("select id from outbox where state in ('ready', 'sending', 'unclear')"):
            assert time.monotonic() < until, self.look("select id, state, reason from outbox")
            deliverer.work_one_batch()

    def owe(self, kind: UpdateKind, subject: str, payload: dict[str, object]) -> int:
        """An update with its decision."""
        with self.database.transaction() as connection:
            row = connection.execute(
                "insert into decision (environment, kind, subject, content) values ('main', %s, %s, '{}')"
                " returning id",
                (kind.value, subject),
            ).fetchone()
            assert row
            new = NewUpdate("main", row["id"], kind, subject, None, payload, f"LB-{uuid4().hex[:10]}")
            return outbox.add(connection, new)

    def owe_file(self, item: int) -> int:
        file = uuid4()
        self.put(
            "insert into stored_file (environment, id, name, mime_type, content, sha256, evidence)"
            " values ('main', %s, 'x.pdf', 'application/pdf', '%%PDF-1.7', '', %s)",
            file,
            Jsonb({}),
        )
        name = f"Getekend - Stuk (LB-{file.hex[:10]}).pdf"
        payload: dict[str, object] = {"item": item, "file": str(file), "name": name}
        return self.owe(UpdateKind.ATTACH_FILE, f"item:{item}", payload)

    def reconciler(self) -> Reconciler:
        ledger = StoreLedger(self.database, "main")
        derivations = Derivations(self.database, "main")
        return Reconciler(
            self.afas,
            ledger,
            self.book,
            derivations,
            KINDS,
            late=self.late,
            adds_up_within=self.adds_up_within,
            present=present_of(self.afas),
        )

    def light(self) -> Reconciled:
        return self.reconciler().light(TODAY)

    def whole(self) -> Reconciled:
        return self.reconciler().whole(TODAY)

    def curer(self) -> Curer:
        store = PostgresOutbox(self.database, self.url, "main")
        replays = Replays(self.afas, store, OutboxOperations(self.database, "main"), KINDS, PATIENCE)
        return Curer(
            self.afas,
            self.book,
            ledger=StoreLedger(self.database, "main"),
            cures=CureRepository(self.database, "main"),
            replays=replays,
            waking=(NoHints(), "main"),
        )

    def cure(self, finding: KnownFinding) -> Message:
        """Plan, cure, derive."""
        plan = self.curer().plan(finding.id)
        assert plan.possible, plan.steps
        told = self.curer().cure(finding.id, "cli:test", "a test")
        Deriver(Derivations(self.database, "main")).derive_all(TODAY)
        return told

    def kinds(self) -> dict[str, str]:
        """The open findings: subject to kind."""
        return {each.finding.subject: each.finding.kind.value for each in self.book.search()}

    def look(self, query: str, *values: object) -> list[dict[str, Any]]:
        with self.database.connection() as connection:
            return connection.execute(query, values).fetchall()

    def put(self, statement: str, *values: object) -> None:
        with self.database.connection() as connection:
            connection.execute(statement, values)


@contextmanager
def a_stage(database_url: str, world: World | None = None, *, first: tuple[str, ...] = ()) -> Iterator[Stage]:
    """A stage with a small agency whose clock stands still, or with this world; pulled in full once.

    ``first``: flows that are pulled, and derived from, before the others.
    """
    world = world or an_agency()
    records: list[CallRecord] = []
    with (
        start_sandbox(world) as sandbox,
        closing(Database(database_url, size=8, keys=new_ring())) as database,
    ):
        login = ClassicToken(SecretStr(sandbox.token))
        options = AfasOptions(sandbox.url, login, write_deadline=5.0, read_deadline=10.0, retry_for=2.0)
        slots = PostgresSlots(database_url, "main", server_limit=2.0, write_patience=0.4)
        with closing(slots), AfasClient(options, slots=slots, observe=records.append) as afas:
            stage = Stage(sandbox, database, database_url, afas, records)
            if first:
                stage.pull(*first, kind=RunKind.FULL)
            stage.pull(kind=RunKind.FULL)
            yield stage
