"""Replays as rows: planned, begun by a person, perhaps agreed to by another, done once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from connectors.store.failures.failures import Failures
from connectors.store.failures.replay_work import ReplayWork
from connectors.store.failures.replays import ReplayRepository
from connectors.store.outbox.operations import OutboxOperations
from domain.errors import NotFound, Refused
from domain.failures.failure import FailureQuery
from domain.failures.replay import Replay, ReplayState
from domain.message import Message
from sync.failures.replay import Replays
from sync.failures.steps import ReplaySteps
from sync.outbox.kinds import kinds
from tests.stages.outbox import faults
from tests.stages.outbox.desk import Desk
from tests.stages.outbox.faults import Fault
from tests.stages.spoken import en

CLAIM = "000000000005.01"


@dataclass
class Replaying:
    """A desk with what plans and does replays."""

    desk: Desk
    woken: list[int] = field(default_factory=list)

    def deliver(self, update: int) -> None:
        self.woken.append(update)

    def pull(self, run: int) -> None: ...

    def derive(self, environment: str) -> None: ...

    def replay(self, replay: int) -> None: ...

    @property
    def operators(self) -> OutboxOperations:
        return OutboxOperations(self.desk.database, "main")

    def book(self, second_person_from: int = 0) -> ReplayRepository:
        return ReplayRepository(self.desk.database, "main", second_person_from=second_person_from)

    def rows(self) -> ReplayWork:
        return ReplayWork(self.desk.database, "main")

    def steps(self, most: int = 50) -> ReplaySteps:
        desk = self.desk
        replays = Replays(desk.afas, desk.outbox(), self.operators, kinds(desk.words), desk.patience)
        return ReplaySteps(replays, self.rows(), self, most=most)

    def planned(self, updates: list[int], by: str = "user:anna") -> Replay:
        replay = self.book().ask(updates, by)
        known = self.steps().work(replay)
        assert known
        assert known.state is ReplayState.PLANNED
        return known

    def begun(self, updates: list[int], by: str = "user:anna") -> Replay:
        known = self.planned(updates, by)
        assert known.plan_hash
        return self.book().begin(known.id, known.plan_hash, by, "the cost centre was made in AFAS")

    def results(self, replay: int) -> dict[int, tuple[str, str]]:
        with self.desk.database.connection() as connection:
            rows = connection.execute(
                "select update, outcome, told from replay_item where replay = %s", (replay,)
            ).fetchall()
        return {row["update"]: (row["outcome"], en(Message.from_json(row["told"]))) for row in rows}

    def parked(self, count: int) -> list[int]:
        """So many approvals that AFAS refused for one cause."""
        for number in range(count):
            self.desk.afas.add_claim(f"{number:012}.01")
        updates = [self.desk.owe_approval(f"{number:012}.01") for number in range(count)]
        self.desk.afas.faults = lambda call, number: faults.refused()
        self.desk.work_until(lambda: self.desk.open_updates() == 0)
        self.desk.afas.faults = lambda call, number: Fault()
        self.desk.afas.sent.clear()
        return updates


@pytest.fixture
def replaying(desk: Desk) -> Replaying:
    return Replaying(desk)


def test_one_cause_with_many_victims_is_one_line(replaying: Replaying) -> None:
    updates = replaying.parked(7)
    failures = Failures(replaying.desk.database, "main")
    [group] = failures.groups(FailureQuery())
    assert (group.about, group.parked, group.unclear, group.payment) == ("approve", 7, 0, True)
    assert failures.update_ids(FailureQuery(cause=group.cause)) == updates


def test_a_group_is_planned_and_replayed_and_nothing_is_doubled(replaying: Replaying) -> None:
    updates = replaying.parked(12)
    begun = replaying.begun(updates)
    done = replaying.steps(most=5).work(begun.id)
    assert done
    assert done.state is ReplayState.DONE
    assert {outcome for outcome, _ in replaying.results(begun.id).values()} == {"due"}
    assert replaying.woken
    replaying.desk.work_off()
    assert {replaying.desk.state(update) for update in updates} == {"done"}
    assert set(replaying.desk.afas.effects.values()) == {1}


def test_what_was_replayed_is_in_the_audit_trail_and_in_the_history(replaying: Replaying) -> None:
    [update] = replaying.parked(1)
    begun = replaying.begun([update])
    replaying.steps().work(begun.id)
    people = [row["detail"] for row in replaying.desk.attempts(update) if row["step"] == "person"]
    assert people == [f"user:anna replayed it (replay {begun.id}): the cost centre was made in AFAS"]
    with replaying.desk.database.connection() as connection:
        rows = connection.execute("select action, subject from audit order by number").fetchall()
    told = [(row["action"], row["subject"]) for row in rows]
    assert told == [
        ("replay.plan", f"replay:{begun.id}"),
        ("replay.begin", f"replay:{begun.id}"),
        ("update.replay", f"update:{update}"),
    ]


def test_another_plan_than_the_one_shown_is_refused(replaying: Replaying) -> None:
    known = replaying.planned(replaying.parked(1))
    with pytest.raises(Refused, match=r"refused.another-plan"):
        replaying.book().begin(known.id, "0" * 64, "user:anna", "")
    assert replaying.book().show(known.id).state is ReplayState.PLANNED


def test_a_replay_is_begun_once(replaying: Replaying) -> None:
    known = replaying.begun(replaying.parked(1))
    assert known.plan_hash
    with pytest.raises(Refused, match=r"refused.replay-is-by .*state=running by=user:anna"):
        replaying.book().begin(known.id, known.plan_hash, "user:bert", "")


def test_of_two_operators_one_does_it_and_the_other_sees_so(replaying: Replaying) -> None:
    updates = replaying.parked(3)
    first, second = replaying.begun(updates), replaying.begun(updates, "user:bert")
    replaying.steps().work(first.id)
    replaying.steps().work(second.id)
    assert {outcome for outcome, _ in replaying.results(first.id).values()} == {"due"}
    seen = set(replaying.results(second.id).values())
    assert seen == {("changed", f"user:anna replayed it (replay {first.id}); it is ready now")}
    replaying.desk.work_off()
    assert set(replaying.desk.afas.effects.values()) == {1}


def test_looks_between_plan_and_deed_do_not_spoil_the_plan_of_an_unclear_update(replaying: Replaying) -> None:
    desk = replaying.desk
    desk.patience = replace(desk.patience, server_limit=60.0)
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = lambda call, number: faults.never()
    desk.work_until(lambda: desk.state(update) == "unclear")
    begun = replaying.begun([update])
    looks = desk.row(update)["attempts"]
    desk.work_until(lambda: desk.row(update)["attempts"] > looks)
    replaying.steps().work(begun.id)
    outcome, told = replaying.results(begun.id)[update]
    assert (outcome, told) == (
        "due",
        "it waits for approval; it may still be under way; looks first, then sends",
    )


def test_of_two_operators_one_replays_an_unclear_update(replaying: Replaying) -> None:
    desk = replaying.desk
    desk.patience = replace(desk.patience, server_limit=60.0)
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = lambda call, number: faults.never()
    desk.work_until(lambda: desk.state(update) == "unclear")
    mine, theirs = replaying.begun([update]), replaying.begun([update], "user:bert")
    replaying.steps().work(mine.id)
    replaying.steps().work(theirs.id)
    assert replaying.results(mine.id)[update][0] == "due"
    outcome, told = replaying.results(theirs.id)[update]
    assert outcome == "changed"
    assert "user:anna replayed it" in told


def test_what_afas_shows_otherwise_by_now_is_not_done(replaying: Replaying) -> None:
    gone, fine = replaying.parked(2)
    begun = replaying.begun([gone, fine])
    replaying.desk.afas.change_line(f"{0:012}.01", 4.0)
    replaying.steps().work(begun.id)
    results = replaying.results(begun.id)
    assert results[gone][0] == "changed"
    assert "planned: to be sent; now: its ground fell away: void" in results[gone][1]
    assert results[fine][0] == "due"
    assert replaying.desk.state(gone) == "parked"


def test_what_is_there_by_now_becomes_done_without_a_send(replaying: Replaying) -> None:
    [update] = replaying.parked(1)
    begun = replaying.begun([update])
    replaying.desk.afas.approve(f"{0:012}.01", 5)
    replaying.steps().work(begun.id)
    replaying.desk.work_off()
    assert (replaying.desk.state(update), replaying.desk.afas.sent) == ("done", [])


def test_done_and_unknown_updates_are_refused_with_the_reason(replaying: Replaying) -> None:
    replaying.desk.afas.add_claim("000000000005.01")
    done = replaying.desk.owe_approval("000000000005.01")
    replaying.desk.work_off()
    begun = replaying.begun([done])
    replaying.steps().work(begun.id)
    assert replaying.results(begun.id)[done] == (
        "refused",
        "it is seen in AFAS: AFAS shows it approved externally by contact 22834",
    )
    with pytest.raises(NotFound):
        replaying.book().ask([404], "user:anna")
    with pytest.raises(Refused):
        replaying.book().ask([], "user:anna")


def test_many_on_which_pay_depends_need_a_second_person(replaying: Replaying) -> None:
    known = replaying.planned(replaying.parked(3))
    assert known.plan_hash
    book = replaying.book(second_person_from=3)
    assert book.begin(known.id, known.plan_hash, "user:anna", "").state is ReplayState.WAITING
    assert replaying.steps().work(known.id) is None
    for herself in ("user:anna", "cli:anna", "cli:anna/bert"):
        with pytest.raises(Refused, match=r"refused.second-person"):
            book.agree(known.id, known.plan_hash, herself)
    assert book.agree(known.id, known.plan_hash, "user:bert").state is ReplayState.RUNNING
    replaying.steps().work(known.id)
    replaying.desk.work_off()
    assert len(replaying.desk.afas.effects) == 3


def test_fewer_need_no_second_person(replaying: Replaying) -> None:
    known = replaying.planned(replaying.parked(2))
    assert known.plan_hash
    book = replaying.book(second_person_from=3)
    assert book.begin(known.id, known.plan_hash, "user:anna", "").state is ReplayState.RUNNING


def test_a_dropped_replay_does_nothing(replaying: Replaying) -> None:
    [update] = replaying.parked(1)
    known = replaying.planned([update])
    replaying.book().drop(known.id, "user:bert")
    assert known.plan_hash
    with pytest.raises(Refused, match="state=dropped"):
        replaying.book().begin(known.id, known.plan_hash, "user:anna", "")
    with pytest.raises(Refused):
        replaying.book().drop(known.id, "user:bert")
    assert replaying.desk.state(update) == "parked"


def test_a_worker_that_dies_in_the_middle_loses_nothing(replaying: Replaying) -> None:
    updates = replaying.parked(6)
    begun = replaying.begun(updates)
    book = replaying.rows()
    token = book.take(begun.id, 180)
    assert token
    assert book.take(begun.id, 180) is None
    step = book.step(begun.id, token, 2, 180)
    assert step
    replaying.desk.execute("update replay set leased_until = now() where id = %s", begun.id)
    done = replaying.steps().work(begun.id)
    assert done
    assert book.do(step, []) == []
    assert book.step(begun.id, token, 2, 180) is None
    assert len(replaying.results(begun.id)) == 6
