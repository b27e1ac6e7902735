"""Deciding on a real store: what is written together, what is refused, what is said only after a commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from connectors.store.decisions.decisions import Decisions
from domain.decisions.decision import Caller, GivenAnswer
from domain.decisions.origin import Origin
from domain.errors import Incomplete, LoonbrugError, NotFound, NotOffered, SameKeyOtherRequest, StaleVersion
from domain.message import Message
from sync.decisions.answer_once import IdempotentRequest, Outcome, answer_once, reserve
from sync.decisions.decide import Approval, DecisionTaken, Rejection, approve, reject
from sync.decisions.sign import signed_name
from tests.stages.decisions.portal_world import APPROVER, CLAIM, MINE, OTHER, VERSION, World

CALLER = Caller("key-1", "main")
APPROVAL = Approval(CLAIM, APPROVER, VERSION)
REJECTION = Rejection(CLAIM, APPROVER, VERSION, "Dinsdag was vrij")


class Journal:
    """Notes what happened in which order: commits and wake-ups."""

    def __init__(self, decisions: Decisions) -> None:
        self.happened: list[str] = []
        self._decisions = decisions

    @contextmanager
    def open_work(self, environment: str, origin: Origin | None = None, /) -> Iterator[object]:
        with self._decisions(environment, origin) as work:
            yield work
        self.happened.append("committed")

    def deliver(self, update: int) -> None:
        self.happened.append("woken")

    def pull(self, run: int) -> None:
        raise AssertionError

    def derive(self, environment: str) -> None:
        raise AssertionError

    def replay(self, replay: int) -> None:
        raise AssertionError


@pytest.fixture
def world(database):
    world = World(database)
    world.fill()
    return world


@pytest.fixture
def decisions(database, world):
    return Decisions(database)


@pytest.fixture
def journal(decisions):
    return Journal(decisions)


def told(outcome: Outcome) -> GivenAnswer:
    if isinstance(outcome, LoonbrugError):
        return GivenAnswer(409, {"problem": str(outcome)})
    return GivenAnswer(200, {"decision": outcome.decision})


def decide(decisions, request=APPROVAL, caller=CALLER) -> DecisionTaken:
    with decisions("main") as work:
        return (
            approve(work, caller, request) if isinstance(request, Approval) else reject(work, caller, request)
        )


def test_the_decision_the_update_and_the_status_are_written_together(decisions, world):
    decided = decide(decisions)
    [decision] = world.look("select * from decision")
    assert (decision["id"], decision["api_key"], decision["contact"]) == (decided.decision, "key-1", APPROVER)
    assert (decision["version"], decision["content"]) == (VERSION, {"claim": CLAIM, "contact": APPROVER})
    [update] = world.look("select * from outbox")
    assert decided.updates == (update["id"],)
    status = "select status, in_afas from declaration where number = %s"
    assert world.look(status, CLAIM) == [{"status": "approved", "in_afas": False}]


def test_what_fails_behind_a_decision_takes_it_back(decisions, world):
    def approve_and_fail() -> None:
        with decisions("main") as work:
            approve(work, CALLER, APPROVAL)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        approve_and_fail()
    assert world.count("decision") == world.count("outbox") == world.count("declaration_history") == 0
    assert world.look("select status from declaration where number = %s", CLAIM) == [{"status": "to-approve"}]


def test_workers_are_woken_only_after_the_commit(journal, world):
    answer = answer_once(journal.open_work, journal, IdempotentRequest(CALLER, "k", b"x"), approve_it, told)
    assert answer.status == 200
    assert journal.happened == ["committed", "woken"]


def approve_it(work) -> DecisionTaken:
    return approve(work, CALLER, APPROVAL)


def test_an_answer_given_before_wakes_nobody(journal, world):
    for _ in range(2):
        answer_once(journal.open_work, journal, IdempotentRequest(CALLER, "k", b"x"), approve_it, told)
    assert journal.happened == ["committed", "woken", "committed"]


def test_a_refusal_takes_back_what_was_written_before_it(journal, world):
    def write_and_refuse(work) -> DecisionTaken:
        approve(work, CALLER, APPROVAL)
        raise NotOffered(Message("refused.waits-not-for-signature"))

    answer = answer_once(
        journal.open_work, journal, IdempotentRequest(CALLER, "k", b"x"), write_and_refuse, told
    )
    assert answer.body == {"problem": "refused.waits-not-for-signature"}
    assert world.count("decision") == world.count("outbox") == 0
    assert world.count("idempotency") == 1
    assert journal.happened == ["committed"]


def test_a_reserved_key_belongs_to_its_request(journal, world):
    reserve(journal.open_work, IdempotentRequest(CALLER, "k", b"x", patient=True))
    reserve(journal.open_work, IdempotentRequest(CALLER, "k", b"x", patient=True))
    with pytest.raises(SameKeyOtherRequest):
        reserve(journal.open_work, IdempotentRequest(CALLER, "k", b"y", patient=True))
    reserve(journal.open_work, IdempotentRequest(CALLER, None, b"y"))
    assert world.count("idempotency") == 1


def test_an_approval_covers_the_version_that_was_shown_and_no_other(decisions, world):
    with pytest.raises(StaleVersion) as refusal:
        decide(decisions, Approval(CLAIM, APPROVER, "b" * 32))
    assert refusal.value.current == VERSION
    assert world.count("outbox") == 0


@pytest.mark.parametrize("caller", [Caller("key-1", "main", OTHER), Caller("key-1", "accept", MINE)])
def test_a_caller_decides_within_its_client(decisions, world, caller):
    with pytest.raises(NotFound), decisions(caller.environment) as work:
        approve(work, caller, APPROVAL)


def test_a_placement_that_afas_no_longer_shows_lets_nobody_decide(decisions, world):
    world.look("update placement set withdrawn_at = now() returning placement")
    with pytest.raises(LoonbrugError, match=r"refused.decides-not"):
        decide(decisions)


def test_the_reason_of_a_rejection_is_in_the_history(decisions, world):
    decide(decisions, REJECTION)
    [event] = world.look("select event, detail from declaration_history")
    why = Message("history.rejected", {"contact": APPROVER, "reason": "Dinsdag was vrij"})
    assert event == {"event": "rejected", "detail": why.to_json()}
    with pytest.raises(Incomplete):
        decide(decisions, Rejection("000000000006.01", APPROVER, VERSION, " "))


def test_marks_are_never_the_same(decisions, world):
    for number in range(50):
        claim = f"{number:012}.99"
        world.declaration(claim, "P1", MINE)
        decide(decisions, Approval(claim, APPROVER, VERSION))
    assert len({row["mark"] for row in world.look("select mark from outbox")}) == 50


@pytest.mark.parametrize(
    "title", ["", "../../etc/passwd", "a\r\nb", "x" * 400, 'C:\\"<>|?*', "Overeenkomst café €"]
)
def test_a_signed_file_gets_a_name_that_any_system_can_hold(title):
    name = signed_name(title, "LB-0123456789")
    assert name.startswith("Getekend - ")
    assert name.endswith(" (LB-0123456789).pdf")
    assert len(name) <= 255
    assert not set(name) & set('/\\:*?"<>|\r\n')
