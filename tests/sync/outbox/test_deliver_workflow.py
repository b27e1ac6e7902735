"""Delivering by workflow actions: rejections, and approvals of route B."""

from __future__ import annotations

from dataclasses import replace

from connectors.store.watch.now import ConsoleNow
from mappings.outbox.approvals import ApprovalRoute
from sync.outbox.kinds import EnvironmentTerms
from tests.stages.outbox import faults
from tests.stages.outbox.desk import QUICK, Desk
from tests.stages.outbox.faults import Fault
from tests.stages.spoken import en

CLAIM = "000000000005.01"


def test_route_b_approves_by_the_workflow_action(desk: Desk) -> None:
    desk.words = EnvironmentTerms(route=ApprovalRoute.WORKFLOW)
    row = desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.work_off()
    assert desk.state(update) == "done"
    fields = desk.afas.sent[0].body["KnWorkflow"]["Element"]["Fields"]  # type: ignore[index]
    assert (fields["SbId"], fields["TkNm"]) == (row["SubjectId"], "EXTERNALA")


def test_route_b_leaves_an_approval_with_a_cost_centre_to_route_a(desk: Desk) -> None:
    desk.words = EnvironmentTerms(route=ApprovalRoute.WORKFLOW)
    desk.afas.add_claim(CLAIM)
    desk.owe_approval(CLAIM, cost_centre="TACA")
    desk.work_off()
    assert [call.path for call in desk.afas.sent] == ["PtDeclaration"]


def test_a_rejection_carries_its_reason(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_rejection(CLAIM)
    desk.work_off()
    assert desk.state(update) == "done"
    fields = desk.afas.sent[0].body["KnWorkflow"]["Element"]["Fields"]  # type: ignore[index]
    assert fields["Tx"] == "Dinsdag was hij ziek"
    assert desk.afas.effects == {f"reject {CLAIM}": 1}


def test_a_rejection_whose_answer_was_lost_is_not_repeated_after_a_resubmission_g2(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_rejection(CLAIM)
    desk.afas.faults = faults.first(faults.late())
    desk.deliverer().work_one_batch()
    assert desk.state(update) == "unclear"
    desk.afas.settle()
    desk.afas.resubmit(CLAIM)
    desk.work_off()
    assert desk.state(update) == "done"
    assert "sent in again" in desk.row(update)["reason"]
    assert desk.afas.effects == {f"reject {CLAIM}": 1}


def test_a_rejection_of_what_was_approved_meanwhile_is_void(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_rejection(CLAIM)
    desk.afas.approve(CLAIM, 5)
    desk.work_off()
    assert desk.state(update) == "void"


def test_an_approval_that_fell_away_after_a_lost_answer_is_not_given_twice_g2(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = faults.first(faults.late())
    desk.deliverer().work_one_batch()
    desk.afas.settle()
    desk.afas.fall_away(CLAIM)
    desk.work_off()
    assert desk.state(update) == "void"
    assert desk.afas.effects == {f"approve {CLAIM}": 1}


def test_an_edited_workflow_is_looked_up_anew(desk: Desk) -> None:
    for number in ("000000000001.01", "000000000002.01"):
        desk.afas.add_claim(number)
    deliverer = desk.deliverer()
    desk.owe_rejection("000000000001.01")
    deliverer.work_one_batch()
    desk.afas.guids = "B"
    desk.owe_rejection("000000000002.01")
    deliverer.work_one_batch()
    assert set(desk.afas.effects.values()) == {1}
    assert len(desk.afas.effects) == 2


def test_a_workflow_edited_between_look_and_write_is_tried_again(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_rejection(CLAIM)

    def edit() -> None:
        desk.afas.guids = "B"

    desk.afas.faults = faults.first(Fault(before=edit))
    desk.work_off()
    assert desk.state(update) == "done"
    assert desk.afas.effects == {f"reject {CLAIM}": 1}


def test_a_description_that_no_workflow_knows_rests_the_kind(desk: Desk) -> None:
    desk.words = EnvironmentTerms(reject="Bestaat niet")
    desk.patience = replace(QUICK, configuration_retries=(30,))
    desk.afas.add_claim(CLAIM)
    update = desk.owe_rejection(CLAIM)
    desk.deliverer().work_one_batch()
    assert desk.state(update) == "ready"
    assert "Bestaat niet" in en(ConsoleNow(desk.database, "main").resting_kinds()[0].reason)


def test_a_task_without_the_action_waits_until_the_item_stands_in_the_right_one(desk: Desk) -> None:
    row = desk.afas.add_claim(CLAIM)
    update = desk.owe_rejection(CLAIM)
    subject = int(str(row["SubjectId"]))
    desk.afas.tasks[subject] = "ADJUST"
    desk.deliverer().work_one_batch()
    assert desk.state(update) == "ready"
    assert "task 'adjust'" in desk.row(update)["reason"]
    desk.afas.tasks[subject] = "EXTERNAL"
    desk.work_off()
    assert desk.state(update) == "done"


def test_an_item_in_no_task_that_we_may_see_waits_for_the_right_to_see_it(desk: Desk) -> None:
    row = desk.afas.add_claim(CLAIM)
    update = desk.owe_rejection(CLAIM)
    task = desk.afas.tasks.pop(int(str(row["SubjectId"])))
    desk.deliverer().work_one_batch()
    assert desk.state(update) == "ready"
    desk.afas.tasks[int(str(row["SubjectId"]))] = task
    desk.work_off()
    assert desk.state(update) == "done"
