"""PtRealization and PtDeclarationCorrection: hour lines by connector."""

from typing import Any

import pytest

from sandbox.people import act
from sandbox.profit.world import World
from sandbox.updates import UpdateAnswer, dispatch
from tests.stages.sandbox.agency import a_claim, again, an_agency, approve, lines, message, placement, put


@pytest.fixture
def world() -> World:
    return an_agency()


def post(world: World, element: Any) -> UpdateAnswer:
    return dispatch(world, "POST", ["PtRealization"], {"PtRealization": {"Element": element}}, "nl")


def correct(world: World, verb: str, number: str, line: dict[str, Any], *part: str) -> UpdateAnswer:
    fields = {"DaTi": "2026-11-09", "VaIt": "Wst", "ItCd": "F001-01"} | line
    objects = [{"PtRealization": {"Element": {"Fields": fields}}}]
    body = {"PtDeclarationCorrection": {"Element": {"Fields": {"DcCo": number}, "Objects": objects}}}
    return dispatch(world, verb, ["PtDeclarationCorrection", *part], body, "nl")


def a_line(world: World, **fields: Any) -> dict[str, Any]:
    row = placement(world)
    line = {"DaTi": "2026-11-18", "VaIt": "1", "ItCd": "F001-01", "Qu": "4.00", "GetPcIdAndPrId": True}
    return {"Fields": line | {"EmId": row["EmployeeId"], "DbId": row["DebtorId"]} | fields}


def test_a_line_finds_its_placement_by_worker_client_and_date(world):
    answer = post(world, a_line(world, XpRe="portal-1", StTi="10:00:00", EnTi="2026-11-18T14:00:00"))
    assert answer.status == 201
    assert answer.body is not None
    keys = answer.body["results"]["PtRealization"]
    assert (keys["XpRe"], set(keys)) == ("portal-1", {"XpRe", "Id", "Sessieguid"})
    row = world.get("Loonbrug_Hours", int(keys["Id"]))
    assert (row["PlacementId"], row["Quantity"]) == (placement(world)["PlacementId"], 4.0)
    assert (row["StartTime"], row["EndTime"], row["ClaimNumber"]) == ("10:00:00", "14:00:00", None)


def test_lines_make_their_claim_when_asked(world):
    answer = post(
        world,
        [a_line(world, CreateDeclarations=True), a_line(world, DaTi="2026-11-19", CreateDeclarations="1")],
    )
    assert answer.body is not None
    ids = [int(each["Id"]) for each in answer.body["results"]["PtRealization"]]
    numbers = {world.get("Loonbrug_Hours", each)["ClaimNumber"] for each in ids}
    assert len(numbers) == 1
    assert world.get("Loonbrug_Claims", numbers.pop())["TotalHours"] == 8


def test_one_bad_line_of_two_means_no_line_at_all(world):
    before = world.tables.count("Loonbrug_Hours")
    assert "'Medewerker' bestaat niet" in message(post(world, [a_line(world), a_line(world, EmId="NIEMAND")]))
    assert world.tables.count("Loonbrug_Hours") == before


def test_a_day_without_a_placement_is_refused(world):
    assert "'Plaatsing' bestaat niet" in message(post(world, a_line(world, DaTi="2019-01-01")))


def test_a_line_is_addressed_by_number_and_date(world):
    line = lines(world, a_claim(world))[0]
    assert put(world, "PtRealization", {"Id": line["LineId"], "DaTi": "2026-11-20", "Qu": 1}).status == 500
    day = line["EntryDate"][:10]
    assert (
        put(world, "PtRealization", {"Id": str(line["LineId"]), "DaTi": day, "Qu": "7", "Ds": "x"}).status
        == 201
    )
    assert world.get("Loonbrug_Hours", line["LineId"])["Quantity"] == 7


def test_a_changed_quantity_takes_the_approval_away(world):
    claim = a_claim(world)
    approve(world, claim)
    line = lines(world, claim)[0]
    put(world, "PtRealization", {"Id": line["LineId"], "DaTi": line["EntryDate"][:10], "Qu": 5})
    assert again(world, claim)["ApprovedExternally"] is False
    assert again(world, claim)["WorkflowStatus"] == "Ter beoordeling"


def test_a_changed_description_leaves_the_approval(world):
    claim = a_claim(world)
    approve(world, claim)
    line = lines(world, claim)[0]
    put(world, "PtRealization", {"Id": line["LineId"], "DaTi": line["EntryDate"][:10], "Ds": "anders"})
    assert again(world, claim)["ApprovedExternally"] is True


def test_a_line_of_a_claim_is_judged_by_its_claim(world):
    line = lines(world, a_claim(world))[0]
    day = line["EntryDate"][:10]
    assert "via de declaratie" in message(
        put(world, "PtRealization", {"Id": line["LineId"], "DaTi": day, "ExAp": True})
    )


def test_a_line_outside_a_claim_can_be_rejected(world):
    number = act(world, "book", placement=placement(world)["PlacementId"], day="2026-11-18")["result"]
    put(world, "PtRealization", {"Id": number, "DaTi": "2026-11-18", "DiAp": True, "DiRe": "Nee"})
    assert world.get("Loonbrug_Hours", number)["Rejected"] is True


def test_a_paid_claim_s_line_takes_a_correction(world):
    paid = world.tables.select("Loonbrug_Claims", {"Paid": True})[0]
    line = lines(world, paid)[0]
    refused = put(world, "PtRealization", {"Id": line["LineId"], "DaTi": line["EntryDate"][:10], "Qu": 1})
    assert "Maak een correctiedeclaratie" in message(refused)
    answer = correct(world, "POST", paid["ClaimNumber"], {"Id": line["LineId"], "QuUn": "7"})
    assert (answer.status, answer.body) == (201, None)
    version = world.get("Loonbrug_Claims", paid["ClaimNumber"][:-2] + "02")
    assert (version["Kind"], version["TotalHours"], version["WorkflowStatus"]) == ("C", 7, "Ter beoordeling")
    assert again(world, paid) == paid


def test_a_correction_version_can_be_changed_and_extended(world):
    paid = world.tables.select("Loonbrug_Claims", {"Paid": True})[0]
    correct(world, "POST", paid["ClaimNumber"], {"Id": lines(world, paid)[0]["LineId"], "QuUn": "7"})
    version = world.get("Loonbrug_Claims", paid["ClaimNumber"][:-2] + "02")
    number = lines(world, version)[0]["LineId"]
    assert correct(world, "PUT", version["ClaimNumber"], {"Id": number, "QuUn": 6}).status == 201
    added = correct(world, "POST", version["ClaimNumber"], {"DaTi": "2026-11-10", "QuUn": 2}, "PtRealization")
    assert added.status == 201
    assert again(world, version)["TotalHours"] == 8


def test_a_claim_that_was_not_processed_takes_no_correction(world):
    claim = a_claim(world)
    refused = correct(
        world, "POST", claim["ClaimNumber"], {"Id": lines(world, claim)[0]["LineId"], "QuUn": 1}
    )
    assert "kan geen correctiedeclaratie" in message(refused)


def test_a_line_of_another_claim_does_not_exist_in_this_one(world):
    paid, other = world.tables.select("Loonbrug_Claims", {"Paid": True})[:2]
    refused = correct(world, "POST", paid["ClaimNumber"], {"Id": lines(world, other)[0]["LineId"], "QuUn": 1})
    assert "'Regelnummer' bestaat niet" in message(refused)
    assert world.tables.get("Loonbrug_Claims", (paid["ClaimNumber"][:-2] + "02",)) is None
