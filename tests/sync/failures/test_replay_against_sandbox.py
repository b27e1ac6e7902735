"""Three hundred updates that failed for one cause, against a faithful AFAS: found, replayed, none doubled."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.store.failures.failures import Failures
from connectors.store.failures.replay_reads import ReplayReads
from domain.failures.failure import FailureQuery
from tests.stages.failures.blocked import VICTIMS, Blocked, blocked_world

pytestmark = pytest.mark.slow


@pytest.fixture
def blocked(database_url: str) -> Iterator[Blocked]:
    with blocked_world(database_url) as blocked:
        yield blocked


def test_three_hundred_victims_of_one_cause_are_replayed_and_none_is_doubled(blocked: Blocked) -> None:
    updates = blocked.refuse_all()

    [group] = Failures(blocked.database, "main").groups(FailureQuery())
    assert (group.count, group.about) == (VICTIMS, "approve")
    assert Failures(blocked.database, "main").update_ids(FailureQuery(cause=group.cause)) == updates

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
