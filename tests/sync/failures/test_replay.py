"""Replaying by a person is safe: a plan first, what is applied becomes a no-op with a reason (G11)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.store.outbox.operations import OutboxOperations
from domain.errors import NotFound
from domain.message import Message, verbatim
from sync.failures.replay import Prospect, Replays
from sync.outbox.kinds import kinds
from tests.stages.outbox import faults
from tests.stages.outbox.desk import QUICK, Desk
from tests.stages.outbox.faults import Fault
from tests.stages.spoken import en

CLAIM = "000000000005.01"


@pytest.fixture
def operators(desk: Desk) -> OutboxOperations:
    return OutboxOperations(desk.database, "main")


@pytest.fixture
def replays(desk: Desk, operators: OutboxOperations) -> Replays:
    return Replays(desk.afas, desk.outbox(), operators, kinds(desk.words), desk.patience)


def parked_approval(desk: Desk, number: str = CLAIM) -> int:
    desk.afas.add_claim(number)
    update = desk.owe_approval(number)
    desk.afas.faults = lambda call, number: faults.refused()
    desk.deliverer().work_one_batch()
    desk.afas.faults = lambda call, number: Fault()
    assert desk.state(update) == "parked"
    return update


def test_the_plan_shows_the_request_and_changes_nothing(desk: Desk, replays: Replays) -> None:
    update = parked_approval(desk)
    [planned] = replays.plan([update])
    assert (planned.prospect, desk.state(update)) == (Prospect.SEND, "parked")
    assert planned.request
    assert planned.request["path"] == "PtDeclaration"
    assert len(desk.afas.sent) == 1


def test_a_replay_sends_what_was_parked(desk: Desk, replays: Replays) -> None:
    update = parked_approval(desk)
    replays.replay(replays.plan([update]), "anna", "cost centre was added")
    desk.work_off()
    assert desk.state(update) == "done"
    people = [row for row in desk.attempts(update) if row["step"] == "person"]
    assert [row["detail"] for row in people] == ["anna: cost centre was added (plan: to be sent)"]


def test_what_is_applied_already_is_a_no_op_with_a_reason(desk: Desk, replays: Replays) -> None:
    update = parked_approval(desk)
    desk.afas.approve(CLAIM, 5)
    plan = replays.plan([update])
    assert (plan[0].update, plan[0].prospect) == (update, Prospect.NO_OP)
    assert en(plan[0].why) == "already applied: AFAS shows it approved externally by contact 5"
    replays.replay(plan, "anna", "just to be sure")
    desk.work_off()
    assert desk.state(update) == "done"
    assert len(desk.afas.sent) == 1


def test_what_changed_since_would_be_void(desk: Desk, replays: Replays) -> None:
    update = parked_approval(desk)
    desk.afas.change_line(CLAIM, 4.0)
    [planned] = replays.plan([update])
    assert planned.prospect is Prospect.VOID
    replays.replay([planned], "anna", "why not")
    desk.work_off()
    assert desk.state(update) == "void"


def test_done_and_void_updates_are_refused_with_the_reason(desk: Desk, replays: Replays) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.work_off()
    [planned] = replays.plan([update])
    assert planned.prospect is Prospect.REFUSED
    assert en(planned.why) == "it is seen in AFAS: AFAS shows it approved externally by contact 22834"
    assert replays.replay([planned], "anna", "again") == [planned]
    assert desk.state(update) == "done"


def test_an_unknown_update_is_refused(replays: Replays) -> None:
    assert replays.plan([404])[0].why == Message("why.no-update", {"update": 404})


def test_a_replay_of_one_in_doubt_does_not_send_blindly(desk: Desk, replays: Replays) -> None:
    desk.patience = replace(QUICK, server_limit=3)
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = lambda call, number: faults.never()
    desk.deliverer().work_one_batch()
    patient = Replays(
        desk.afas, desk.outbox(), OutboxOperations(desk.database, "main"), kinds(desk.words), desk.patience
    )
    plan = patient.plan([update])
    assert plan[0].prospect is Prospect.LOOK
    patient.replay(plan, "anna", "hurry")
    desk.deliverer().work_one_batch()
    assert (desk.state(update), len(desk.afas.sent)) == ("unclear", 1)


def test_a_plan_that_grew_old_does_no_harm(desk: Desk, replays: Replays) -> None:
    update = parked_approval(desk)
    plan = replays.plan([update])
    desk.afas.approve(CLAIM, 5)
    replays.replay(plan, "anna", "an hour later")
    desk.work_off()
    assert desk.state(update) == "done"
    assert desk.afas.effects == {f"approve {CLAIM}": 1}


def test_giving_up_frees_the_subject_and_offers_it_again(desk: Desk, operators: OutboxOperations) -> None:
    update = parked_approval(desk)
    operators.give_up(update, "anna", "the client withdrew it")
    assert desk.state(update) == "void"
    again = desk.owe_approval(CLAIM)
    desk.work_off()
    assert desk.state(again) == "done"


def test_everything_about_an_update_is_shown(desk: Desk, operators: OutboxOperations) -> None:
    update = parked_approval(desk)
    standing = operators.show(update)
    assert standing
    assert (standing.reason, standing.log_reference) == (verbatim("Dat mag niet."), "REF2")
    assert [row.step for row in standing.history] == ["look", "send", "verify"]
    assert operators.show(404) is None
    with pytest.raises(NotFound):
        operators.replay(404, "anna", verbatim("x"))
