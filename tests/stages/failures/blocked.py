"""A faithful AFAS that refuses three hundred approvals for one cause, and what replays them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from connectors.afas import AfasClient, AfasOptions, ClassicToken
from connectors.store.database import Database
from connectors.store.failures.replay_work import ReplayWork
from connectors.store.failures.replays import ReplayRepository
from connectors.store.outbox.operations import OutboxOperations
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.slots.slots import PostgresSlots
from domain.failures.replay import Replay
from domain.outbox.update import UpdateKind
from sandbox.people import act
from sandbox.running import new_world, start_sandbox
from sync.failures.replay import Replays
from sync.failures.steps import ReplaySteps
from sync.outbox.kinds import EnvironmentTerms, kinds
from tests.stages.outbox.delivering import PATIENCE, Bridge
from workers.jobs.hints import NoHints

VICTIMS = 300
REFUSAL = "Kostenplaats 'TACB' is geblokkeerd."


@dataclass
class Blocked(Bridge):
    """A sandbox that refuses every approval for one cause, until somebody mends it."""

    def steps(self) -> ReplaySteps:
        outbox = PostgresOutbox(self.database, self.url, "main")
        desk = OutboxOperations(self.database, "main")
        replays = Replays(self.afas, outbox, desk, kinds(self.words), PATIENCE)
        return ReplaySteps(replays, ReplayWork(self.database, "main"), NoHints())

    @property
    def book(self) -> ReplayRepository:
        return ReplayRepository(self.database, "main")

    def planned(self, updates: list[int], by: str = "user:anna") -> Replay:
        known = self.steps().work(self.book.ask(updates, by))
        assert known
        return known

    def refuse_all(self, victims: int = VICTIMS) -> list[int]:
        """So many approvals, refused; then the cause is mended. Returns the updates."""
        numbers = self.claims()[:victims]
        assert len(numbers) == victims
        updates = [self.owe_decision(UpdateKind.APPROVE, number) for number in numbers]
        self.sandbox.faults.add("refuse", verb="PUT", connector="PtDeclaration", text=REFUSAL)
        self.work_off(threads=4)
        assert {state for state, _ in self.states().values()} == {"parked"}
        self.sandbox.faults.clear()
        return updates


@contextmanager
def blocked_world(database_url: str, workers: int = 420) -> Iterator[Blocked]:
    """So many workers who booked and submitted a week."""
    world = new_world(workers=workers, weeks=1, seed=5)
    with start_sandbox(world) as sandbox, closing(Database(database_url, size=12)) as database:
        login = ClassicToken(SecretStr(sandbox.token))
        options = AfasOptions(sandbox.url, login, write_deadline=5.0, read_deadline=20.0, retry_for=2.0)
        slots = PostgresSlots(database_url, "main", server_limit=2.0, write_patience=0.4)
        with closing(slots), AfasClient(options, slots=slots) as afas:
            act(world, "book-all")  # type: ignore[arg-type]
            act(world, "submit-all")  # type: ignore[arg-type]
            yield Blocked(sandbox, database, database_url, afas, [], EnvironmentTerms())
