"""Delivering: look, send, look again. G2: one effect; G3: done means seen; G4: never over other hours."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from connectors.store.operating import OutboxDesk
from domain.delivery import Mode
from domain.errors import OutcomeUnknown, Rejected, TryLater
from domain.update import UpdateKind
from mappings.approvals import ApprovalRoute
from sync.kinds import Words
from tests.sync import fake_afas_writes as faults
from tests.sync.desk import QUICK, Desk
from tests.sync.fake_afas_writes import Fault

CLAIM = "000000000005.01"


def first_fault(fault: Fault) -> object:
    """The first write goes wrong like this, the others go right."""
    return lambda call, number: fault if number == 1 else Fault()


def test_an_approval_is_sent_once_and_done_when_seen_g3(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM, cost_centre="TACA")
    assert desk.deliverer().work_one_batch() == 1
    row = desk.row(update)
    assert (row["state"], row["sends"], row["attempts"], row["doubt"]) == ("done", 1, 1, False)
    assert row["evidence"]["approved_by"] == "22834"
    fields = {"DcCo": CLAIM, "ExUs": 22834, "ApprovWorkflow": True, "CcSr": "TACA"}
    assert desk.afas.sent[0].body == {"PtDeclaration": {"Element": {"Fields": fields}}}
    assert desk.afas.effects == {f"approve {CLAIM}": 1}


def test_every_step_is_kept_masked(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM, reference="Jan belde")
    desk.work_off()
    steps = [(row["step"], row["outcome"]) for row in desk.attempts(update)]
    assert steps == [("send", "201"), ("verify", "done")]
    request = desk.attempts(update)[0]["request"]
    assert "Jan" not in str(request)
    assert request["body"]["PtDeclaration"]["Element"]["Fields"]["DcCo"] == CLAIM
    assert desk.attempts(update)[0]["trace"] == "trace-1"


def test_what_is_approved_already_is_done_without_sending(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas._approve(CLAIM, 777)
    desk.work_off()
    assert desk.state(update) == "done"
    assert desk.row(update)["reason"] == "AFAS shows it approved externally by contact 777"
    assert not desk.afas.sent


def test_changed_content_voids_the_approval_and_offers_it_again_g4(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.change_line(CLAIM, 6.0)
    desk.work_off()
    assert desk.state(update) == "void"
    assert not desk.afas.sent
    with desk.database.connection() as connection:
        stale = connection.execute("select key from stale where kind = 'declaration'").fetchall()
    assert stale == [{"key": CLAIM}]


def test_content_that_changes_between_look_and_write_is_seen_and_shown_to_a_person_g4(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = lambda call, number: Fault(before=lambda: desk.afas.change_line(CLAIM, 1.0))
    desk.deliverer().work_one_batch()
    assert desk.state(update) == "parked"
    assert "other hours" in desk.row(update)["reason"]


@pytest.mark.parametrize("what", ["rejected", "withdrawn"])
def test_ground_that_fell_away_meanwhile_voids_it(desk: Desk, what: str) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    if what == "rejected":
        desk.afas.claims[CLAIM]["WorkflowStatus"] = "Afgekeurd"
    else:
        del desk.afas.claims[CLAIM]
    desk.work_off()
    assert desk.state(update) == "void"
    assert not desk.afas.sent


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.lost(), id="answer lost"),
        pytest.param(faults.late(0.15), id="applied late"),
        pytest.param(faults.late(0.3), id="applied very late"),
        pytest.param(faults.never(), id="never arrived"),
        pytest.param(faults.empty_yes(), id="201 for nothing"),
        pytest.param(faults.refused_after(), id="500 after applying"),
    ],
)
def test_one_effect_whatever_becomes_of_the_first_write_g2(desk: Desk, fault: Fault) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = first_fault(fault)  # type: ignore[assignment]
    desk.work_off()
    desk.afas.settle()
    assert desk.state(update) == "done"
    assert desk.afas.effects == {f"approve {CLAIM}": 1}


def test_a_yes_that_never_shows_is_never_done_and_ends_with_a_person_g3(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.patience = replace(QUICK, server_limit=0.03, margin=0.02, most_sends=2)
    desk.afas.faults = lambda call, number: faults.empty_yes()
    desk.work_off()
    assert desk.state(update) == "parked"
    assert desk.row(update)["reason"] == "sent 2 times, and AFAS never showed it"
    assert desk.row(update)["doubt"]


def test_a_refusal_is_parked_with_afass_words_and_reference(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = first_fault(faults.refused())  # type: ignore[assignment]
    desk.deliverer().work_one_batch()
    row = desk.row(update)
    assert (row["state"], row["reason"], row["log_reference"]) == ("parked", "Dat mag niet.", "REF2")
    assert not row["doubt"]


def test_a_lock_by_a_user_is_waited_for(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = lambda call, number: faults.locked() if number < 4 else Fault()
    desk.work_off()
    assert desk.state(update) == "done"
    assert desk.afas.effects == {f"approve {CLAIM}": 1}


def test_maintenance_pauses_the_environment_parks_nothing_and_counts_no_attempt(desk: Desk) -> None:
    updates = []
    for number in ("000000000001.01", "000000000002.01", "000000000003.01"):
        desk.afas.add_claim(number)
        updates.append(desk.owe_approval(number))
    desk.execute("update outbox set due_at = now()")
    desk.afas.faults = first_fault(faults.away(30))  # type: ignore[assignment]
    assert desk.deliverer().work_one_batch() == 1
    assert desk.deliverer().work_one_batch() == 0
    assert [desk.state(update) for update in updates] == ["ready"] * 3
    assert [desk.row(update)["attempts"] for update in updates] == [0, 0, 0]
    assert len(desk.afas.sent) == 1
    OutboxDesk(desk.database, "main").resume()
    desk.execute("update outbox set due_at = now()")
    desk.work_off()
    assert [desk.state(update) for update in updates] == ["done"] * 3


def test_a_dead_token_pauses_the_environment_and_parks_nothing(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = first_fault(faults.dead_token())  # type: ignore[assignment]
    desk.work_off()
    assert desk.state(update) == "done"
    assert desk.afas.effects == {f"approve {CLAIM}": 1}


def test_a_closed_connector_rests_its_kind_visibly_and_lets_the_others_go_on(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    approval = desk.owe_approval(CLAIM)
    question = desk.owe_question()
    desk.patience = replace(QUICK, configuration_retry=30)
    desk.afas.faults = lambda call, number: faults.closed() if call.path == "PtDeclaration" else Fault()
    deliverer = desk.deliverer()
    while deliverer.work_one_batch():
        pass
    assert (desk.state(approval), desk.state(question)) == ("ready", "done")
    resting = OutboxDesk(desk.database, "main").resting()
    assert [(rest.kind, rest.reason) for rest in resting] == [
        (UpdateKind.APPROVE, "niet ondersteund voor deze app")
    ]


def test_a_look_that_fails_sends_nothing_and_tries_again(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.looks_fail = lambda connector, number: TryLater("no connection") if number == 1 else None
    desk.deliverer().work_one_batch()
    assert (desk.state(update), len(desk.afas.sent)) == ("ready", 0)
    desk.work_off()
    assert desk.afas.effects == {f"approve {CLAIM}": 1}


def test_a_verification_that_fails_leaves_it_unclear_never_done_g3(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.looks_fail = lambda connector, number: TryLater("no connection") if number == 2 else None
    desk.deliverer().work_one_batch()
    assert desk.state(update) == "unclear"
    desk.work_off()
    assert desk.state(update) == "done"
    assert len(desk.afas.sent) == 1


def test_one_odd_value_in_a_batched_look_does_not_hold_up_the_others(desk: Desk) -> None:
    for number in range(1, 9):
        desk.afas.add_claim(f"{number:012}.01")
        desk.owe_approval(f"{number:012}.01")
    desk.afas.looks_fail = lambda connector, number: Rejected("vreemd") if number == 1 else None
    desk.work_off()
    assert sum(desk.afas.effects.values()) == 8


def test_an_illegible_claim_is_parked_before_anything_is_sent(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.claims[CLAIM]["TotalHours"] = "1e308"
    desk.work_off()
    assert desk.state(update) == "parked"
    assert not desk.afas.sent


# ------------------------------------------------------------------ route B, rejections


def test_route_b_approves_by_the_workflow_action(desk: Desk) -> None:
    desk.words = Words(route=ApprovalRoute.WORKFLOW)
    row = desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.work_off()
    assert desk.state(update) == "done"
    fields = desk.afas.sent[0].body["KnWorkflow"]["Element"]["Fields"]  # type: ignore[index]
    assert (fields["SbId"], fields["TkNm"]) == (row["SubjectId"], "EXTERNALA")


def test_route_b_leaves_an_approval_with_a_cost_centre_to_route_a(desk: Desk) -> None:
    desk.words = Words(route=ApprovalRoute.WORKFLOW)
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
    desk.afas.faults = first_fault(faults.late(0.05))  # type: ignore[assignment]
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
    desk.afas._approve(CLAIM, 5)
    desk.work_off()
    assert desk.state(update) == "void"


def test_an_approval_that_fell_away_after_a_lost_answer_is_not_given_twice_g2(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = first_fault(faults.late(0.05))  # type: ignore[assignment]
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

    desk.afas.faults = first_fault(Fault(before=edit))  # type: ignore[assignment]
    desk.work_off()
    assert desk.state(update) == "done"
    assert desk.afas.effects == {f"reject {CLAIM}": 1}


def test_a_description_that_no_workflow_knows_rests_the_kind(desk: Desk) -> None:
    desk.words = Words(reject="Bestaat niet")
    desk.patience = replace(QUICK, configuration_retry=30)
    desk.afas.add_claim(CLAIM)
    update = desk.owe_rejection(CLAIM)
    desk.deliverer().work_one_batch()
    assert desk.state(update) == "ready"
    assert "Bestaat niet" in OutboxDesk(desk.database, "main").resting()[0].reason


def test_a_task_without_the_action_parks_that_one(desk: Desk) -> None:
    row = desk.afas.add_claim(CLAIM)
    update = desk.owe_rejection(CLAIM)
    desk.afas.tasks[int(str(row["SubjectId"]))] = "ADJUST"
    desk.work_off()
    assert desk.state(update) == "parked"
    assert "task 'adjust'" in desk.row(update)["reason"]


# ------------------------------------------------------------------ documents, numbers, questions


def test_a_signed_document_goes_before_its_sign_off(desk: Desk) -> None:
    desk.afas.add_document(9912)
    file, sign = desk.owe_file(9912, b"%PDF-1.7 getekend"), desk.owe_sign_off(9912)
    desk.work_off()
    assert (desk.state(file), desk.state(sign)) == ("done", "done")
    assert [call.path for call in desk.afas.sent] == [
        "KnSubject/KnSubjectAttachment",
        "KnSubjectWorkflowReaction",
    ]
    element = desk.afas.sent[0].body["KnSubject"]["Element"]  # type: ignore[index]
    stream = element["Objects"][0]["KnSubjectAttachment"]["Element"]["Fields"]["FileStream"]
    assert base64.b64decode(stream) == b"%PDF-1.7 getekend"
    assert "FileStream': '***'" in str(desk.attempts(file)[0]["request"])


def test_a_parked_file_holds_back_its_sign_off_and_nothing_else(desk: Desk) -> None:
    desk.afas.add_document(9912)
    desk.afas.add_document(9913)
    file, sign = desk.owe_file(9912), desk.owe_sign_off(9912)
    other = desk.owe_sign_off(9913)
    desk.afas.faults = first_fault(faults.refused())  # type: ignore[assignment]
    desk.work_until(lambda: desk.state(other) == "done")
    assert (desk.state(file), desk.state(sign)) == ("parked", "ready")


def test_a_file_whose_answer_was_lost_is_found_by_its_name(desk: Desk) -> None:
    desk.afas.add_document(9912)
    file = desk.owe_file(9912)
    desk.afas.faults = first_fault(faults.late(0.3))  # type: ignore[assignment]
    desk.work_off()
    assert desk.state(file) == "done"
    assert len(desk.afas.files) == 1


def test_a_lapsed_document_takes_no_file(desk: Desk) -> None:
    desk.afas.add_document(9912)["WorkflowStatus"] = "Vervallen"
    file = desk.owe_file(9912)
    desk.work_off()
    assert desk.state(file) == "void"


def test_a_sign_off_that_was_sent_round_again_is_not_taken_twice_g2(desk: Desk) -> None:
    desk.afas.add_document(9912)
    sign = desk.owe_sign_off(9912)
    desk.afas.faults = first_fault(faults.late(0.05))  # type: ignore[assignment]
    desk.deliverer().work_one_batch()
    desk.afas.settle()
    desk.afas.tick()
    desk.afas.documents[9912]["WorkflowStatus"] = "Ter ondertekening"
    desk.afas._enter(9912, "SIGN")
    desk.work_off()
    assert desk.state(sign) == "done"
    assert desk.afas.effects == {"sign 9912": 1}


def mobile_of_contact(desk: Desk, mobile: str) -> int:
    payload: dict[str, object] = {"who": "contact", "contact": 22834, "organisation": "100"}
    payload |= {"person": "22834", "mobile": mobile}
    return desk.owe(UpdateKind.CHANGE_MOBILE, "contact:22834", payload)


def test_mobile_numbers_of_contacts_and_workers_are_written(desk: Desk) -> None:
    desk.afas.add_contact(22834, "06-11111111")
    desk.afas.add_employee("E7", "1000551", "06-22222222")
    contact = mobile_of_contact(desk, "+31612345678")
    payload: dict[str, object] = {"who": "worker", "employee": "E7", "person": "1000551"}
    worker = desk.owe(UpdateKind.CHANGE_MOBILE, "person:1000551", payload | {"mobile": "+31687654321"})
    desk.work_off()
    assert (desk.state(contact), desk.state(worker)) == ("done", "done")
    assert desk.afas.contacts[22834]["MobWork"] == "+31612345678"
    assert desk.afas.employees["E7"]["MobilePrivate"] == "+31687654321"


def test_the_same_number_in_another_spelling_is_nothing_to_send(desk: Desk) -> None:
    desk.afas.add_contact(22834, "06 - 12 34 56 78")
    contact = mobile_of_contact(desk, "+31612345678")
    desk.work_off()
    assert desk.state(contact) == "done"
    assert not desk.afas.sent


def test_a_newer_number_is_not_overwritten_by_a_late_older_one(desk: Desk) -> None:
    desk.afas.add_contact(22834, "06-11111111")
    first, second = mobile_of_contact(desk, "+31612345678"), mobile_of_contact(desk, "+31699999999")
    desk.afas.faults = first_fault(faults.late(0.3))  # type: ignore[assignment]
    desk.work_off()
    desk.afas.settle()
    assert (desk.state(first), desk.state(second)) == ("done", "done")
    assert desk.afas.contacts[22834]["MobWork"] == "+31699999999"


def test_a_number_changed_in_afas_after_a_lost_answer_stays(desk: Desk) -> None:
    desk.afas.add_contact(22834, "06-11111111")
    update = mobile_of_contact(desk, "+31612345678")
    desk.afas.faults = first_fault(faults.never())  # type: ignore[assignment]
    desk.deliverer().work_one_batch()
    desk.afas.contacts[22834] |= {"MobWork": "06-55555555", "ChangedOn": desk.afas.tick()}
    desk.work_off()
    assert desk.state(update) == "void"
    assert desk.afas.contacts[22834]["MobWork"] == "06-55555555"


def test_a_question_is_asked_once_and_found_by_its_mark(desk: Desk) -> None:
    update = desk.owe_question("Wanneer komt\nde factuur?")
    desk.afas.faults = first_fault(faults.late(0.3))  # type: ignore[assignment]
    desk.work_off()
    assert desk.state(update) == "done"
    fields = desk.afas.sent[0].body["KnSubject"]["Element"]["Fields"]  # type: ignore[index]
    assert fields["Ds"] == f"Wanneer komt de factuur? ({desk.row(update)['mark']})"
    assert list(desk.afas.effects.values()) == [1]


# ------------------------------------------------------------------ modes, pauses, bulk


def test_a_dry_run_shows_the_request_and_writes_nothing(desk: Desk) -> None:
    operators = OutboxDesk(desk.database, "main")
    operators.set_mode(Mode.DRY_RUN)
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.deliverer().work_one_batch()
    assert (desk.state(update), desk.row(update)["sends"]) == ("ready", 0)
    assert not desk.afas.sent
    shown = desk.attempts(update)[-1]
    assert (shown["outcome"], shown["request"]["path"]) == ("dry-run", "PtDeclaration")
    assert desk.deliverer().work_one_batch() == 0
    operators.set_mode(Mode.LIVE)
    desk.work_off()
    assert desk.state(update) == "done"


def test_a_paused_environment_delivers_nothing(desk: Desk) -> None:
    OutboxDesk(desk.database, "main").set_mode(Mode.PAUSED)
    desk.afas.add_claim(CLAIM)
    desk.owe_approval(CLAIM)
    assert desk.deliverer().work_one_batch() == 0
    assert desk.afas.total_calls == 0


def test_the_kill_switch_of_a_kind_leaves_the_others(desk: Desk) -> None:
    operators = OutboxDesk(desk.database, "main")
    operators.rest_kind(UpdateKind.APPROVE, "we look into it")
    desk.afas.add_claim(CLAIM)
    approval, question = desk.owe_approval(CLAIM), desk.owe_question()
    desk.work_until(lambda: desk.state(question) == "done")
    assert desk.deliverer().work_one_batch() == 0
    assert desk.state(approval) == "ready"
    operators.wake_kind(UpdateKind.APPROVE)
    desk.work_off()


def test_pausing_in_the_middle_of_a_batch_stops_before_the_next_write(desk: Desk) -> None:
    for number in range(1, 21):
        desk.afas.add_claim(f"{number:012}.01")
        desk.owe_approval(f"{number:012}.01")
    operators = OutboxDesk(desk.database, "main")
    pause = Fault(before=lambda: operators.set_mode(Mode.PAUSED))
    desk.afas.faults = lambda call, number: pause if number == 2 else Fault()
    desk.deliverer().work_one_batch()
    assert len(desk.afas.sent) == 2
    with desk.database.connection() as connection:
        assert not connection.execute("select from outbox where token is not null").fetchall()
    operators.set_mode(Mode.LIVE)
    desk.work_off()
    assert set(desk.afas.effects.values()) == {1}
    assert len(desk.afas.effects) == 20


def test_the_kill_switch_of_a_kind_works_in_the_middle_of_a_batch(desk: Desk) -> None:
    for number in range(1, 21):
        desk.afas.add_claim(f"{number:012}.01")
        desk.owe_approval(f"{number:012}.01")
    operators = OutboxDesk(desk.database, "main")
    stop = Fault(before=lambda: operators.rest_kind(UpdateKind.APPROVE, "stop"))
    desk.afas.faults = lambda call, number: stop if number == 2 else Fault()
    desk.deliverer().work_one_batch()
    assert len(desk.afas.sent) == 2


def test_stopping_hands_back_what_was_not_sent(desk: Desk) -> None:
    for number in range(1, 21):
        desk.afas.add_claim(f"{number:012}.01")
        desk.owe_approval(f"{number:012}.01")
    deliverer = desk.deliverer(stopping=lambda: len(desk.afas.sent) >= 2)
    assert deliverer.work_one_batch() == 5
    with desk.database.connection() as connection:
        rows = connection.execute("select state, count(*) from outbox group by state").fetchall()
        held = connection.execute("select from outbox where token is not null").fetchall()
    assert {row["state"]: row["count"] for row in rows} == {"done": 2, "ready": 18}
    assert not held


def test_bulk_approvals_cost_little_more_than_one_call_each(desk: Desk) -> None:
    for number in range(1, 401):
        desk.afas.add_claim(f"{number:012}.01")
        desk.owe_approval(f"{number:012}.01")
    deliverer = desk.deliverer()
    while deliverer.work_one_batch() == 50:
        pass
    assert desk.afas.calls["PUT PtDeclaration"] >= 200
    assert desk.afas.total_calls / desk.afas.calls["PUT PtDeclaration"] <= 1.12


def test_an_unclear_update_is_shown_with_its_age_g10(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = first_fault(Fault(apply=False, error=lambda: OutcomeUnknown("cut")))  # type: ignore[assignment]
    desk.deliverer().work_one_batch()
    operators = OutboxDesk(desk.database, "main")
    [pending] = operators.pending()
    assert (pending.kind, pending.state, pending.count) == ("approve", "unclear", 1)
    [failure] = operators.failures()
    assert (failure.update.id, failure.reason) == (update, "cut; AFAS does not show it yet")
