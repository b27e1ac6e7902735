"""Delivering documents, mobile numbers and questions: one effect each, found again by look."""

from __future__ import annotations

import base64

from domain.errors import OutcomeUnknown
from domain.outbox.update import UpdateKind
from tests.stages.outbox import faults
from tests.stages.outbox.desk import Desk

CLAIM = "000000000005.01"


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
    assert "FileStream': '***'" in str(desk.attempts(file)[1]["request"])


def test_a_parked_file_holds_back_its_sign_off_and_nothing_else(desk: Desk) -> None:
    desk.afas.add_document(9912)
    desk.afas.add_document(9913)
    file, sign = desk.owe_file(9912), desk.owe_sign_off(9912)
    other = desk.owe_sign_off(9913)
    desk.afas.faults = faults.first(faults.refused())
    desk.work_until(lambda: desk.state(other) == "done")
    assert (desk.state(file), desk.state(sign)) == ("parked", "ready")


def test_a_file_whose_answer_was_lost_is_found_by_its_name(desk: Desk) -> None:
    desk.afas.add_document(9912)
    file = desk.owe_file(9912)
    desk.afas.faults = faults.first(faults.late(looks=2))
    desk.work_off()
    assert desk.state(file) == "done"
    assert len(desk.afas.files) == 2  # what was signed, and the signed one


def test_a_lapsed_document_takes_no_file(desk: Desk) -> None:
    desk.afas.add_document(9912)["WorkflowStatus"] = "Vervallen"
    file = desk.owe_file(9912)
    desk.work_off()
    assert desk.state(file) == "void"


def test_a_sign_off_that_was_sent_round_again_is_not_taken_twice_g2(desk: Desk) -> None:
    desk.afas.add_document(9912)
    sign = desk.owe_sign_off(9912)
    desk.afas.faults = faults.first(faults.late())
    desk.deliverer().work_one_batch()
    desk.afas.settle()
    desk.afas.tick()
    desk.afas.documents[9912]["WorkflowStatus"] = "Ter ondertekening"
    desk.afas.enter(9912, "SIGN")
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
    desk.afas.faults = faults.first(faults.late(looks=2))
    desk.work_off()
    desk.afas.settle()
    assert (desk.state(first), desk.state(second)) == ("done", "done")
    assert desk.afas.contacts[22834]["MobWork"] == "+31699999999"


def test_a_number_changed_in_afas_after_a_lost_answer_stays(desk: Desk) -> None:
    desk.afas.add_contact(22834, "06-11111111")
    update = mobile_of_contact(desk, "+31612345678")
    desk.afas.faults = faults.first(faults.never())
    desk.deliverer().work_one_batch()
    desk.afas.contacts[22834] |= {"MobWork": "06-55555555", "ChangedOn": desk.afas.tick()}
    desk.work_off()
    assert desk.state(update) == "void"
    assert desk.afas.contacts[22834]["MobWork"] == "06-55555555"


def test_a_question_is_asked_once_and_found_by_its_mark(desk: Desk) -> None:
    update = desk.owe_question("Wanneer komt\nde factuur?")
    desk.afas.faults = faults.first(faults.late(looks=2))
    desk.work_off()
    assert desk.state(update) == "done"
    fields = desk.afas.sent[0].body["KnSubject"]["Element"]["Fields"]  # type: ignore[index]
    assert fields["Ds"] == f"Wanneer komt de factuur? ({desk.row(update)['mark']})"
    assert list(desk.afas.effects.values()) == [1]


def work_for(desk: Desk, batches: int) -> None:
    """So many rounds, each after everything has come due: far more than AFAS's own limit and all resends."""
    deliverer = desk.deliverer()
    for _ in range(batches):
        desk.execute("update outbox set due_at = now(), waited = waited + 60, rested = rested + 60")
        deliverer.work_one_batch()


def test_a_question_of_a_type_that_no_connector_shows_is_sent_once_and_says_what_to_add(desk: Desk) -> None:
    desk.afas.hidden_types = {19}
    update = desk.owe_question()
    work_for(desk, 12)
    assert list(desk.afas.effects.values()) == [1]
    row = desk.row(update)
    assert (row["state"], row["evidence"]) == ("unclear", {"item": "50000"})
    assert "Loonbrug_Documents shows no item of type 19" in row["reason"]
    desk.afas.hidden_types = set()
    work_for(desk, 1)
    assert desk.state(update) == "done"


def test_a_lost_question_is_not_sent_again_where_no_question_is_ever_shown(desk: Desk) -> None:
    desk.afas.hidden_types = {19}
    desk.afas.faults = lambda call, number: faults.lost()
    update = desk.owe_question()
    work_for(desk, 12)
    assert list(desk.afas.effects.values()) == [1]
    assert "make one such item by hand" in desk.row(update)["reason"]
    desk.afas.hidden_types = set()
    work_for(desk, 1)
    assert desk.state(update) == "done"


def test_a_question_that_never_arrived_is_sent_again_once_its_type_is_shown(desk: Desk) -> None:
    desk.afas.faults = faults.first(faults.never())
    update = desk.owe_question()
    work_for(desk, 12)
    assert (desk.state(update), len(desk.afas.sent)) == ("unclear", 1)
    desk.afas.add_question("Met de hand gemaakt")
    work_for(desk, 12)
    assert (desk.state(update), list(desk.afas.effects.values())) == ("done", [1])


def test_a_question_whose_title_was_edited_in_afas_is_known_by_its_number(desk: Desk) -> None:
    update = desk.owe_question()
    desk.afas.looks_fail = lambda connector, number: OutcomeUnknown("cut off") if number > 1 else None
    work_for(desk, 1)
    desk.afas.looks_fail = lambda connector, number: None
    desk.afas.documents[50_000]["Subject"] = "Opgepakt door Piet"
    work_for(desk, 12)
    assert (desk.state(update), list(desk.afas.effects.values())) == ("done", [1])


def test_a_question_that_afas_made_and_that_is_gone_goes_to_a_person_and_is_not_asked_again(
    desk: Desk,
) -> None:
    desk.afas.add_question("Een eerdere vraag")
    update = desk.owe_question()
    desk.afas.looks_fail = lambda connector, number: OutcomeUnknown("cut off") if number > 1 else None
    work_for(desk, 1)
    desk.afas.looks_fail = lambda connector, number: None
    del desk.afas.documents[50_001]
    work_for(desk, 12)
    assert (desk.state(update), len(desk.afas.sent)) == ("parked", 1)
    assert "dossier item 50001" in desk.row(update)["reason"]


def test_a_refused_question_that_could_not_be_seen_stays_in_doubt(desk: Desk) -> None:
    desk.afas.hidden_types = {19}
    desk.afas.faults = faults.first(faults.refused_after())
    update = desk.owe_question()
    work_for(desk, 1)
    row = desk.row(update)
    assert (row["state"], row["doubt"]) == ("unclear", True)


def test_a_signed_file_is_not_sent_again_where_no_file_of_the_item_is_shown(desk: Desk) -> None:
    desk.afas.add_document(9912)
    desk.afas.hides_files = True
    update = desk.owe_file(9912)
    work_for(desk, 12)
    assert (desk.state(update), list(desk.afas.effects.values())) == ("unclear", [1])
    assert "shows no file at all" in desk.row(update)["reason"]
    desk.afas.hides_files = False
    work_for(desk, 1)
    assert desk.state(update) == "done"


def test_a_number_that_we_may_not_see_is_not_sent(desk: Desk) -> None:
    desk.afas.add_contact(22833, "06-22222222")
    desk.afas.add_contact(22834, "(replaced)")
    update = mobile_of_contact(desk, "+31612345678")
    work_for(desk, 3)
    assert (desk.state(update), len(desk.afas.sent)) == ("ready", 0)
    assert "MobWork" in desk.row(update)["reason"]
    desk.afas.contacts[22834]["MobWork"] = "06-11111111"
    work_for(desk, 3)
    assert desk.state(update) == "done"
