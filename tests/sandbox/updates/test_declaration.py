"""PtDeclaration: what approving does, and when Profit refuses."""

import pytest

from sandbox.people import act
from sandbox.profit.world import World
from sandbox.updates import dispatch
from tests.stages.sandbox.agency import (
    LATER,
    a_claim,
    again,
    an_agency,
    approve,
    lines,
    message,
    placement,
    put,
    tasks,
)


@pytest.fixture
def world() -> World:
    return an_agency()


def test_an_approval_shows_on_the_claim_with_contact_and_moment(world):
    claim = a_claim(world)
    answer = approve(world, claim)
    assert answer.status == 201
    now = again(world, claim)
    assert now["ApprovedExternally"] is True
    assert now["ApprovedExternallyBy"] == placement(world)["ClaimContact"]
    assert now["ApprovedExternallyOn"] == world.now()
    assert now["ChangedOn"] == world.now() != claim["ChangedOn"]
    assert now["WorkflowStatus"] == "Goedgekeurd extern"


def test_the_answer_carries_the_keys_as_text(world):
    claim = a_claim(world)
    answer = approve(world, claim)
    keys = {"ApprovWorkflow": "1", "DcCo": claim["ClaimNumber"], "SbId": str(claim["SubjectId"])}
    assert answer.body == {"results": {"PtDeclaration": keys}}


def test_the_lines_follow_the_claim_and_so_does_their_changed_on(world):
    claim = a_claim(world)
    approve(world, claim)
    assert all(line["ExternallyApproved"] for line in lines(world, claim))
    assert {line["ChangedOn"] for line in lines(world, claim)} == {world.now()}


def test_with_the_switch_off_the_lines_keep_their_changed_on(world):
    world.switch(lines_follow_claim=False)
    claim = a_claim(world)
    before = [line["ChangedOn"] for line in lines(world, claim)]
    approve(world, claim)
    assert all(line["ExternallyApproved"] for line in lines(world, claim))
    assert [line["ChangedOn"] for line in lines(world, claim)] == before


def test_the_official_example_with_text_for_everything_is_taken(world):
    claim = a_claim(world)
    contact = str(placement(world)["ClaimContact"])
    answer = approve(world, claim, ExUs=contact, ApprovWorkflow="1", RfCs="Referentie via xml")
    assert answer.status == 201
    assert again(world, claim)["CustomerReference"] == "Referentie via xml"
    assert {line["CustomerReference"] for line in lines(world, claim)} == {"Referentie via xml"}


def test_a_second_approval_is_refused_and_changes_nothing(world):
    claim = a_claim(world)
    approve(world, claim)
    before = again(world, claim)
    world.clock.advance(LATER)
    text = message(approve(world, claim, "en"))
    assert text == f"Claim {claim['ClaimNumber']} has already been approved externally."
    assert again(world, claim) == before
    assert world.effects()["approvals"] == {f"{claim['ClaimNumber']}#1": 1}
    assert world.duplicates() == 0


def test_a_rejected_claim_cannot_be_approved(world):
    claim = a_claim(world)
    act(world, "reject-in-outsite", claim=claim["ClaimNumber"])
    assert "staat niet in de taak 'Beoordelen extern'" in message(approve(world, claim))


def test_a_claim_that_fails_the_minimum_wage_cannot_be_approved(world):
    act(world, "fail-minimum-wage", placement=placement(world)["PlacementId"])
    claim = a_claim(world)
    assert claim["WorkflowStatus"] == "Voldoet niet aan minimumlooncontrole"
    assert approve(world, claim).status == 500


def test_a_client_that_must_fill_in_the_cost_centre_cannot_approve_without(world):
    claim = a_claim(world, rule="3")
    text = message(approve(world, claim))
    assert text == "Er is geen waarde ingevuld bij het verplichte veld 'Kostenplaats' (CcSr)"
    assert again(world, claim) == claim
    assert approve(world, claim, CcSr="TACA").status == 201
    assert again(world, claim)["CostCentre"] == "TACA"
    assert {line["CostCentreClient"] for line in lines(world, claim)} == {"TACA"}


def test_a_worker_s_cost_centre_may_be_changed_by_the_client_only_under_rule_1(world):
    claim = a_claim(world)
    place = claim["PlacementId"]
    act(world, "change-placement", placement=place, CostCentreRule="1")
    assert approve(world, claim, CcSr="NIEUW").status == 201
    act(world, "change-placement", placement=place, CostCentreRule="2")
    text = message(put(world, "PtDeclaration", {"DcCo": claim["ClaimNumber"], "CcSr": "ANDERS"}))
    assert text == "'Kostenplaats' mag niet worden gewijzigd voor deze plaatsing."


def test_an_unknown_claim_and_an_unknown_contact_do_not_exist(world):
    claim = a_claim(world)
    unknown = {"DcCo": "000000999999.01", "ExUs": 22801, "ApprovWorkflow": True}
    text = message(put(world, "PtDeclaration", unknown, "en-us"))
    assert text == "The entered value for 'Claim number' does not exist."
    text = message(approve(world, claim, ExUs=1))
    assert text == "De ingevulde waarde bij 'Goedgekeurd extern door' bestaat niet."


def test_an_approval_without_a_contact_lacks_a_mandatory_field(world):
    claim = a_claim(world)
    text = message(approve(world, claim, "en", ExUs=""))
    assert text == "There is no value entered in mandatory field 'Approved externally by' (ExUs)"


def test_a_blocked_contact_and_another_client_s_contact_may_not_approve(world):
    claim = a_claim(world)
    contact = placement(world)["ClaimContact"]
    act(world, "block-contact", contact=contact)
    assert message(approve(world, claim)) == f"Contact {contact} is geblokkeerd."
    others = [
        row
        for row in world.tables.select("Loonbrug_Contacts", {"Blocked": False})
        if row["DebtorId"] != claim["DebtorId"]
    ]
    assert "mag declaratie" in message(approve(world, claim, ExUs=others[0]["ContactId"]))


def test_only_the_placement_s_contact_may_approve_when_switched_so(world):
    claim = a_claim(world)
    where = {"DebtorId": claim["DebtorId"], "Blocked": False}
    contacts = [row["ContactId"] for row in world.tables.select("Loonbrug_Contacts", where)]
    colleague = next(each for each in contacts if each != placement(world)["ClaimContact"])
    world.switch(approver="placement")
    assert approve(world, claim, ExUs=colleague).status == 500
    world.switch(approver="client")
    assert approve(world, claim, ExUs=colleague).status == 201


def test_without_approv_workflow_nothing_is_approved(world):
    claim = a_claim(world)
    contact = placement(world)["ClaimContact"]
    body = {"DcCo": claim["ClaimNumber"], "ExUs": contact, "RfCs": "PO 7", "ApprovWorkflow": "0"}
    assert put(world, "PtDeclaration", body).status == 201
    assert again(world, claim)["CustomerReference"] == "PO 7"
    assert again(world, claim)["ApprovedExternally"] is False


def test_a_claim_that_somebody_has_open_is_locked(world):
    claim = a_claim(world)
    act(world, "lock", record=f"claim:{claim['ClaimNumber']}", user="PIETERSEN")
    assert message(approve(world, claim)) == "Deze regel is geblokkeerd door gebruiker PIETERSEN."
    act(world, "unlock", record=f"claim:{claim['ClaimNumber']}")
    assert approve(world, claim).status == 201


def test_a_claim_can_be_made_of_a_placement_s_week(world):
    place = placement(world)["PlacementId"]
    act(world, "book-week", placement=place)
    body = {"PtDeclaration": {"Element": {"Fields": {"Year": "2026", "PeId": "47", "PlCo": place}}}}
    answer = dispatch(world, "POST", ["PtDeclaration"], body, "nl")
    assert answer.status == 201
    assert answer.body is not None
    number = answer.body["results"]["PtDeclaration"]["DcCo"]
    claim = world.get("Loonbrug_Claims", number)
    assert claim["TotalHours"] == sum(line["Quantity"] for line in lines(world, claim)) > 0
    assert tasks(world, claim["SubjectId"])


def test_of_two_claims_in_one_body_both_are_approved_or_none(world):
    first = a_claim(world)
    elements = [
        {"Fields": {"DcCo": number, "ExUs": placement(world)["ClaimContact"], "ApprovWorkflow": True}}
        for number in (first["ClaimNumber"], "000000999999.01")
    ]
    before = world.effects()
    answer = dispatch(world, "PUT", ["PtDeclaration"], {"PtDeclaration": {"Element": elements}}, "nl")
    assert answer.status == 500
    assert again(world, first) == first
    assert world.effects() == before
    assert world.items[first["SubjectId"]].task == "external"
