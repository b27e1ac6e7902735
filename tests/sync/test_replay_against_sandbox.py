"""Three hundred updates that failed for one cause, against a faithful AFAS: found, replayed, none doubled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from connectors.afas import AfasClient, AfasOptions, ClassicToken
from connectors.store.database import Database
from connectors.store.failures import Failures
from connectors.store.operating import OutboxDesk
from connectors.store.outbox import PostgresOutbox
from connectors.store.replay_reads import ReplayReads
from connectors.store.replay_work import ReplayWork
from connectors.store.replays import ReplayBook
from connectors.store.slots import PostgresSlots
from domain.failure import Wanted
from domain.replaying import Replay
from domain.update import UpdateKind
from sandbox.people import act
from sandbox.running import new_world, start_sandbox
from sync.kinds import Words, kinds
from sync.replay import Replays
from sync.replay_steps import ReplaySteps
from tests.sync.test_deliver_against_sandbox import PATIENCE, Bridge
from workers.hints import NoHints

pytestmark = pytest.mark.slow

VICTIMS = 300
REFUSAL = "Kostenplaats 'TACB' is geblokkeerd."


@dataclass
class Blocked(Bridge):
    """A sandbox that refuses every approval for one cause, until somebody mends it."""

    def steps(self) -> ReplaySteps:
        outbox = PostgresOutbox(self.database, self.url, "main")
        desk = OutboxDesk(self.database, "main")
        replays = Replays(self.afas, outbox, desk, kinds(self.words), PATIENCE)
        return ReplaySteps(replays, ReplayWork(self.database, "main"), NoHints())

    @property
    def book(self) -> ReplayBook:
        return ReplayBook(self.database, "main")

    def planned(self, updates: list[int], by: str = "user:anna") -> Replay:
        known = self.steps().work(self.book.ask(updates, by))
        assert known
        return known


@pytest.fixture
def blocked(database_url: str) -> Iterator[Blocked]:
    world = new_world(workers=420, weeks=1, seed=5)
    with start_sandbox(world) as sandbox, closing(Database(database_url, size=12)) as database:
        login = ClassicToken(SecretStr(sandbox.token))
        options = AfasOptions(sandbox.url, login, write_deadline=5.0, read_deadline=20.0, retry_for=2.0)
        slots = PostgresSlots(database_url, "main", server_limit=2.0, write_patience=0.4)
        with closing(slots), AfasClient(options, slots=slots) as afas:
            act(world, "book-all")  # type: ignore[arg-type]
            act(world, "submit-all")  # type: ignore[arg-type]
            yield Blocked(sandbox, database, database_url, afas, [], Words())


def test_three_hundred_victims_of_one_cause_are_replayed_and_none_is_doubled(blocked: Blocked) -> None:
    numbers = blocked.claims()[:VICTIMS]
    assert len(numbers) == VICTIMS
    updates = [blocked.owe_decision(UpdateKind.APPROVE, number) for number in numbers]
    blocked.sandbox.faults.add("refuse", verb="PUT", connector="PtDeclaration", text=REFUSAL)
    blocked.work_off(threads=4)
    assert {state for state, _ in blocked.states().values()} == {"parked"}

    [group] = Failures(blocked.database, "main").groups(Wanted())
    assert (group.count, group.about) == (VICTIMS, "approve")
    assert Failures(blocked.database, "main").update_ids(Wanted(cause=group.cause)) == updates

    blocked.sandbox.faults.clear()
    first = blocked.planned(updates)
    second = blocked.planned(updates, "user:bert")
    assert first.plan_hash
    assert second.plan_hash
    blocked.book.begin(first.id, first.plan_hash, "user:anna", "the cost centre is open again")
    blocked.book.begin(second.id, second.plan_hash, "user:bert", "me too")
    blocked.steps().work(first.id)
    blocked.steps().work(second.id)
    blocked.work_off(threads=4, seconds=120)

    reads = ReplayReads(blocked.database, "main")
    assert reads.progress(first.id).states == {"done": VICTIMS}
    assert reads.progress(second.id).outcomes == {"changed": VICTIMS}
    assert len(blocked.world.effects()["approvals"]) == VICTIMS
    assert blocked.world.duplicates() == 0
