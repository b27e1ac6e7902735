"""The people around Profit: a week goes by, somebody new starts, wages are paid."""

import pytest

from sandbox.contract import Row
from sandbox.errors import Refusal
from sandbox.people import act
from sandbox.profit.summary import summarise
from sandbox.profit.world import World
from tests.stages.sandbox.agency import LATER, a_claim, again, an_agency, approve, lines, placement, tasks

WEEK = (2026, 47)


@pytest.fixture
def world() -> World:
    return an_agency()


def waiting(world: World) -> list[Row]:
    return world.tables.select("Loonbrug_Claims", {"Year": 2026, "PeriodId": 47})


def test_a_booked_line_has_no_claim_number_until_the_week_is_handed_in(world):
    place = placement(world)["PlacementId"]
    number = act(world, "book", placement=place, day="2026-11-16")["result"]
    line = world.get("Loonbrug_Hours", number)
    assert (line["ClaimNumber"], line["Finished"], line["Quantity"]) == (None, False, 8.0)
    claim = act(world, "submit", placement=place)["result"]
    line = world.get("Loonbrug_Hours", number)
    assert (line["ClaimNumber"], line["Finished"]) == (claim, True)


def test_kilometres_do_not_count_as_hours(world):
    place = placement(world)["PlacementId"]
    act(world, "book", placement=place, day="2026-11-16", quantity=6)
    act(world, "book-kilometres", placement=place, day="2026-11-16")
    claim = act(world, "submit", placement=place)["result"]
    assert world.get("Loonbrug_Claims", claim)["TotalHours"] == 6
    assert len(lines(world, {"ClaimNumber": claim})) == 2


def test_an_empty_week_cannot_be_handed_in(world):
    with pytest.raises(Refusal, match="no lines to submit"):
        act(world, "submit", placement=placement(world)["PlacementId"])


def test_a_forgotten_day_joins_the_claim_that_still_waits(world):
    claim = a_claim(world)
    place = claim["PlacementId"]
    act(world, "book", placement=place, day="2026-11-21", quantity=3)
    assert act(world, "submit", placement=place)["result"] == claim["ClaimNumber"]
    assert again(world, claim)["TotalHours"] == claim["TotalHours"] + 3


def test_a_forgotten_day_after_the_approval_is_refused(world):
    claim = a_claim(world)
    approve(world, claim)
    act(world, "book", placement=claim["PlacementId"], day="2026-11-21")
    with pytest.raises(Refusal, match="already been approved"):
        act(world, "submit", placement=claim["PlacementId"])


def test_a_deleted_line_leaves_only_its_number(world):
    number = act(world, "book", placement=placement(world)["PlacementId"], day="2026-11-16")["result"]
    act(world, "delete-line", line=number)
    assert world.tables.get("Loonbrug_Hours", (number,)) is None
    assert world.get("Loonbrug_DeletedHours", number)


def test_booking_a_week_twice_books_it_once(world):
    first = act(world, "book-all")
    assert first["lines"] > 0
    assert act(world, "book-all")["lines"] == 0
    assert act(world, "book-day")["lines"] == 0


def test_a_week_goes_by_from_booking_to_wages(world):
    act(world, "book-all")
    claims = act(world, "submit-all")["claims"]
    assert len(claims) == len(waiting(world)) == 9
    for claim in waiting(world):
        cost_centre = (
            {"CcSr": "KP-1"}
            if world.get("Loonbrug_Placements", claim["PlacementId"])["CostCentreRule"] == "3"
            else {}
        )
        assert approve(world, claim, **cost_centre).status == 201
    done = act(world, "close-week")
    assert set(done["paid"]) == set(claims)
    summary = summarise(world, *WEEK)
    assert summary["hours"] == summary["hours_approved"] == summary["hours_paid"] > 0
    assert summary["declarations_by_status"] == {"Goedgekeurd": 9}
    assert all(claim["Invoiced"] and claim["PaidOn"] for claim in waiting(world))


def test_only_what_both_approved_and_was_processed_is_paid(world):
    act(world, "book-all")
    act(world, "submit-all")
    externally, both, *rest = [
        claim
        for claim in waiting(world)
        if world.get("Loonbrug_Placements", claim["PlacementId"])["CostCentreRule"] != "3"
    ]
    for claim in (externally, both):
        approve(world, claim)
    act(world, "approve-internally", claim=both["ClaimNumber"])
    assert act(world, "pay")["result"] == []
    assert act(world, "process")["result"] == [both["ClaimNumber"]]
    assert act(world, "pay")["result"] == [both["ClaimNumber"]]
    assert again(world, both)["PaidOn"] == world.now()
    assert not again(world, externally)["Paid"]
    assert not any(again(world, claim)["Paid"] for claim in rest)


def test_an_invoice_has_its_pdf_and_can_be_settled(world):
    claim = a_claim(world)
    approve(world, claim)
    number = act(world, "close-week")["invoiced"][0]
    row = world.get("Loonbrug_Invoices", number)
    assert row["Amount"] == row["Balance"] == round(claim["TotalHours"] * 38.5 * 1.21, 2)
    file = world.tables.select("Loonbrug_DocumentFiles", {"SubjectId": row["SubjectId"]})[0]
    assert world.files[(row["SubjectId"], file["FileId"])][2].startswith(b"%PDF-")
    act(world, "settle-invoice", number=number)
    assert world.get("Loonbrug_Invoices", number)["Balance"] == 0


def test_a_new_worker_goes_through_every_step(world):
    worker = act(world, "new-worker", first="Zoë", last="Hoogendoorn", prefix="van")["result"]
    item = world.tables.select("Loonbrug_Onboarding", {"EmployeeId": worker})[0]
    seen = [item["TaskDescription"]]
    steps = ["send-data", "hire", "send-contract", "sign-contract"]
    for number, do in enumerate(steps):
        world.clock.advance(LATER)
        act(world, do, employee=worker)
        item = world.get("Loonbrug_Onboarding", item["SubjectId"])
        seen.append(item["TaskDescription"])
        assert item["ChangedOn"] == world.now(), number
    contract = "Arbeidsovereenkomst opstellen"
    assert seen == ["Gegevens aanleveren", contract, contract, "Ondertekenen in Pocket", None]
    assert (item["WorkflowStatus"], item["WorkflowClosed"], item["AttachmentCount"]) == ("Afgerond", True, 2)
    names = [name for (subject, _), (name, _, _) in world.files.items() if subject == item["SubjectId"]]
    assert names == ["Arbeidsovereenkomst.pdf", "SignServiceLog.pdf"]
    row = world.get("Loonbrug_Employees", worker)
    assert row["PocketUser"]
    assert row["EmploymentStart"] == row["ContractStart"] == "2026-11-18T00:00:00"
    assert act(world, "book-week", placement=item["PlacementId"])["result"]


def test_a_stopped_onboarding_is_closed(world):
    worker = act(world, "new-worker")["result"]
    act(world, "stop-onboarding", employee=worker)
    item = world.tables.select("Loonbrug_Onboarding", {"EmployeeId": worker})[0]
    assert (item["WorkflowStatus"], item["WorkflowClosed"]) == ("Afgebroken", True)
    assert tasks(world, item["SubjectId"]) == []


def test_a_confirmation_waits_for_the_signature_contact_with_a_real_pdf(world):
    subject = act(world, "put-confirmation", placement=placement(world)["PlacementId"])["result"]
    row = world.get("Loonbrug_Documents", subject)
    assert (row["Kind"], row["WorkflowStatus"]) == ("order-confirmation", "Ter ondertekening")
    assert row["ContactId"] == placement(world)["SignatureContact"]
    (content,) = [file[2] for (item, _), file in world.files.items() if item == subject]
    assert content.startswith(b"%PDF-1.4")
    assert content.rstrip().endswith(b"%%EOF")


def test_a_customer_agreement_can_be_put_ready(world):
    agreement = world.tables.select("Loonbrug_Agreements")[0]["AgreementId"]
    row = world.get("Loonbrug_Documents", act(world, "put-agreement", agreement=agreement)["result"])
    assert (row["Kind"], row["AgreementId"]) == ("customer-agreement", agreement)


def test_the_back_office_can_correct_a_paid_claim(world):
    paid = world.tables.select("Loonbrug_Claims", {"Paid": True})[0]
    version = act(world, "correct-claim", claim=paid["ClaimNumber"])["result"]
    assert version == paid["ClaimNumber"][:-2] + "02"
    assert world.get("Loonbrug_Claims", version)["Kind"] == "C"


def test_what_nobody_can_do_is_said(world):
    with pytest.raises(LookupError, match="nobody can do 'dance'"):
        act(world, "dance")
    with pytest.raises(TypeError):
        act(world, "pay", everybody=True)


def test_an_act_that_fails_changes_nothing(world):
    before = summarise(world)
    with pytest.raises(KeyError):
        act(world, "book", placement="geen", day="2026-11-16")
    with pytest.raises(Refusal):
        act(world, "sign-contract", employee=placement(world)["EmployeeId"])
    assert summarise(world) == before


def test_a_row_changes_behind_everybodys_back_and_no_changed_on_moves(world):
    claim = a_claim(world)
    line = lines(world, claim)[0]
    world.clock.advance(LATER)
    act(world, "change-row", connector="Loonbrug_Hours", key=line["LineId"], Quantity=3)
    assert world.get("Loonbrug_Hours", line["LineId"]) == line | {"Quantity": 3.0}
    act(world, "copy-row", connector="Loonbrug_Hours", key=line["LineId"], LineId=999_001)
    act(world, "delete-row", connector="Loonbrug_Hours", key=[line["LineId"]])
    assert world.get("Loonbrug_Hours", 999_001)["ChangedOn"] == line["ChangedOn"]
    assert line["LineId"] not in {each["LineId"] for each in lines(world, claim)}
    assert again(world, claim) == claim
    with pytest.raises(LookupError, match="no row"):
        act(world, "change-row", connector="Loonbrug_Hours", key=line["LineId"], Quantity=3)
