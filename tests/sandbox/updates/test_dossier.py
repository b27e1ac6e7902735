"""Dossier items by connector: new ones, files, reactions, and workflow actions."""

import base64
from typing import Any

import pytest

from sandbox.people import act
from sandbox.profit.summary import summarise
from sandbox.profit.world import World
from sandbox.updates import UpdateAnswer, dispatch
from tests.stages.sandbox.agency import a_claim, again, an_agency, lines, message, step, tasks

PDF = base64.b64encode(b"%PDF-1.4 getekend").decode()


@pytest.fixture
def world() -> World:
    return an_agency()


def post(world: World, path: list[str], outer: str, element: Any) -> UpdateAnswer:
    return dispatch(world, "POST", path, {outer: {"Element": element}}, "nl")


def attach(world: World, subject: int, name: str = "Getekend [LB-7].pdf", content: str = PDF) -> UpdateAnswer:
    files = [{"KnSubjectAttachment": {"Element": {"Fields": {"FileName": name, "FileStream": content}}}}]
    return post(
        world, ["KnSubject", "KnSubjectAttachment"], "KnSubject", {"@SbId": subject, "Objects": files}
    )


def test_a_file_added_to_an_item_can_be_listed_and_fetched(world):
    subject = act(world, "put-document")["result"]
    answer = attach(world, subject)
    assert (answer.status, answer.body) == (201, {"results": {"KnSubject": {"SbId": str(subject)}}})
    file = world.tables.select("Loonbrug_DocumentFiles", {"SubjectId": subject})[-1]
    assert file["FileName"] == "Getekend [LB-7].pdf"
    assert world.files[(subject, file["FileId"])] == (
        file["FileName"],
        "application/pdf",
        b"%PDF-1.4 getekend",
    )


def test_the_same_file_twice_counts_as_a_double(world):
    subject = act(world, "put-document")["result"]
    attach(world, subject)
    assert world.duplicates() == 0
    attach(world, subject)
    assert world.effects()["attachments"] == {f"{subject}:Getekend [LB-7].pdf": 2}
    assert world.duplicates() == 1


@pytest.mark.parametrize("content", ["geen base64!", "", "abc"])
def test_a_file_without_proper_content_is_refused_and_leaves_nothing(world, content):
    subject = act(world, "put-document")["result"]
    before = dict(world.files)
    assert attach(world, subject, content=content).status == 500
    assert world.files == before
    assert len(world.tables.select("Loonbrug_DocumentFiles", {"SubjectId": subject})) == 1


def test_a_file_for_an_unknown_item_is_refused(world):
    assert message(attach(world, 1)) == "De ingevulde waarde bij 'Dossieritem' bestaat niet."


def test_signing_off_moves_the_document_to_signed(world):
    subject = act(world, "put-document")["result"]
    answer = step(world, subject, "Ondertekend door klant", "Getekend in het portaal")
    assert (answer.status, answer.body) == (201, None)
    row = world.get("Loonbrug_Documents", subject)
    assert (row["WorkflowStatus"], row["WorkflowClosed"]) == ("Getekend", False)
    act(world, "file-document", subject=subject)
    row = world.get("Loonbrug_Documents", subject)
    assert (row["WorkflowStatus"], row["WorkflowClosed"]) == ("Afgehandeld", True)
    assert tasks(world, subject) == []
    assert summarise(world)["documents_signed"] == 1


def test_signing_off_twice_is_refused_since_the_item_left_the_task(world):
    subject = act(world, "put-document")["result"]
    task = tasks(world, subject)[0]
    action = world.tables.select("Loonbrug_Actions", {"ActionDescription": "Ondertekend door klant"})[0]
    names = {"WfNm": task["WorkflowName"], "TkNm": task["TaskName"], "AcNm": action["ActionName"]}
    body = {"Fields": {"SbId": subject} | names}
    assert post(world, ["KnSubjectWorkflowReaction"], "KnWorkflow", body).status == 201
    again_ = post(world, ["KnSubjectWorkflowReaction"], "KnWorkflow", body)
    assert message(again_) == "Het dossieritem staat niet in de taak 'Ondertekenen door klant'."
    assert world.duplicates() == 0


def test_a_rejection_with_a_reason_marks_the_lines_and_keeps_the_comment(world):
    claim = a_claim(world)
    assert (
        step(world, claim["SubjectId"], "Afkeuren declaratie nacalculatie", "Maandag was vrij").status == 201
    )
    assert again(world, claim)["WorkflowStatus"] == "Afgekeurd"
    assert all(line["Rejected"] for line in lines(world, claim))
    assert world.history[claim["SubjectId"]][-1].comment == "Maandag was vrij"
    assert [text for (_, _, text) in world.reactions.values()] == ["Maandag was vrij"]
    assert {task["TaskDescription"] for task in tasks(world, claim["SubjectId"])} == {"Aanpassen"}


def test_approving_by_workflow_action_names_no_contact(world):
    claim = a_claim(world)
    assert step(world, claim["SubjectId"], "Goedkeuren extern declaratie nacalculatie").status == 201
    assert again(world, claim)["ApprovedExternally"] is True
    assert again(world, claim)["ApprovedExternallyBy"] is None


def test_a_user_who_does_not_execute_the_task_is_refused(world):
    world.switch(connector_is_executor=False)
    claim = a_claim(world)
    assert world.switches.connector_user not in {task["User"] for task in tasks(world, claim["SubjectId"])}
    refused = step(world, claim["SubjectId"], "Goedkeuren extern declaratie nacalculatie")
    assert message(refused) == "U bent geen uitvoerder van deze taak."


def test_guids_of_before_an_edit_of_the_workflow_do_not_exist(world):
    claim = a_claim(world)
    task = tasks(world, claim["SubjectId"])[0]
    act(world, "edit-workflow", workflow="claim")
    names = {"WfNm": task["WorkflowName"], "TkNm": task["TaskName"], "AcNm": "0" * 32}
    answer = post(
        world, ["KnSubjectWorkflowReaction"], "KnWorkflow", {"Fields": {"SbId": claim["SubjectId"]} | names}
    )
    assert message(answer) == "De ingevulde waarde bij 'Workflow' bestaat niet."
    assert step(world, claim["SubjectId"], "Goedkeuren extern declaratie nacalculatie").status == 201


def test_an_action_of_another_task_does_not_exist(world):
    claim = a_claim(world)
    answer = step(world, claim["SubjectId"], "Goedkeuren intern declaratie nacalculatie")
    assert message(answer) == "De ingevulde waarde bij 'Actie' bestaat niet."


def test_half_the_guids_lack_a_mandatory_field(world):
    claim = a_claim(world)
    names = {"SbId": claim["SubjectId"], "WfNm": tasks(world, claim["SubjectId"])[0]["WorkflowName"]}
    answer = post(world, ["KnSubjectWorkflowReaction"], "KnWorkflow", {"Fields": names})
    assert "verplichte veld 'Taak' (TkNm)" in message(answer)


def test_without_guids_it_is_a_plain_reaction(world):
    claim = a_claim(world)
    body = {"Fields": {"SbId": claim["SubjectId"], "Tx": "Klopt dit?"}}
    assert post(world, ["KnSubjectWorkflowReaction"], "KnWorkflow", body).status == 201
    assert again(world, claim) == claim
    assert summarise(world)["reactions"] == 1


def test_a_reaction_with_a_file_answers_without_a_body(world):
    subject = act(world, "put-document")["result"]
    file = {"KnReactionAttachment": {"Element": {"Fields": {"FileName": "a.png", "FileStream": PDF}}}}
    body = {"Fields": {"SbId": subject, "SbTx": "Zie bijlage", "VaRe": "EI"}, "Objects": file}
    answer = post(world, ["KnSubjectReaction"], "KnReaction", body)
    assert (answer.status, answer.body) == (201, None)
    assert len(world.tables.select("Loonbrug_DocumentFiles", {"SubjectId": subject})) == 1


def test_a_question_becomes_an_item_of_the_client_that_can_be_found_by_its_subject(world):
    contact = world.tables.select("Loonbrug_Contacts", {"Blocked": False})[0]
    link = {"SfTp": 4, "SfId": contact["DebtorId"], "CdId": contact["ContactId"]}
    fields = {"StId": 19, "Ds": "Vraag over factuur [LB-12]", "SbTx": "Waarom?"}
    element = {"Fields": fields, "Objects": [{"KnSubjectLink": {"Element": {"Fields": link}}}]}
    answer = post(world, ["KnSubject"], "KnSubject", element)
    assert answer.status == 201
    assert answer.body is not None
    row = world.get("Loonbrug_Documents", int(answer.body["results"]["KnSubject"]["SbId"]))
    assert (row["DebtorId"], row["ContactId"]) == (contact["DebtorId"], contact["ContactId"])
    assert row["Subject"] == "Vraag over factuur [LB-12]"


def test_a_destination_that_the_type_does_not_allow_is_refused(world):
    worker = world.tables.select("Loonbrug_Employees")[0]["EmployeeId"]
    link = {"KnSubjectLink": {"Element": {"Fields": {"SfTp": "2", "SfId": worker}}}}
    element = {"Fields": {"StId": 19, "Ds": "Vraag"}, "Objects": link}
    answer = post(world, ["KnSubject"], "KnSubject", element)
    assert message(answer) == "Deze bestemming is niet geldig voor dit type dossieritem"


def test_afas_s_own_types_and_unknown_types_cannot_be_added(world):
    assert "kunnen niet via" in message(
        post(world, ["KnSubject"], "KnSubject", {"Fields": {"StId": -104, "Ds": "x"}})
    )
    assert "bestaat niet" in message(
        post(world, ["KnSubject"], "KnSubject", {"Fields": {"StId": 999, "Ds": "x"}})
    )


def test_a_new_document_with_two_files_starts_its_workflow(world):
    files = [{"Fields": {"FileName": f"{number}.pdf", "FileStream": PDF}} for number in (1, 2)]
    client = world.tables.select("Loonbrug_Clients")[0]["DebtorId"]
    link = {"Element": {"Fields": {"SfTp": "4", "SfId": client}}}
    objects = {"KnSubjectLink": link, "KnSubjectAttachment": {"Element": files}}
    answer = post(
        world, ["KnSubject"], "KnSubject", {"Fields": {"StId": "42", "Ds": "Twee"}, "Objects": objects}
    )
    assert answer.body is not None
    subject = int(answer.body["results"]["KnSubject"]["SbId"])
    assert world.get("Loonbrug_Documents", subject)["WorkflowStatus"] == "Ter ondertekening"
    assert len(world.tables.select("Loonbrug_DocumentFiles", {"SubjectId": subject})) == 2
    assert tasks(world, subject)


def test_a_step_may_bring_a_file_along_that_belongs_to_its_reaction(world):
    claim = a_claim(world)
    reject = "Afkeuren declaratie nacalculatie"
    assert step(world, claim["SubjectId"], reject, "Zie foto", FiNa="foto.jpg", FiDa=PDF).status == 201
    assert [name for (subject, _), (name, _, _) in world.files.items() if subject == claim["SubjectId"]] == [
        "foto.jpg"
    ]
