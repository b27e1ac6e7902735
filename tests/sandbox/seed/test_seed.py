"""The made-up agency: the same every time, with odd ones, and whole."""

import re
from typing import Any

import pytest

from sandbox.profit.clock import ProfitClock
from sandbox.profit.world import World
from sandbox.reading.tables import Tables
from sandbox.seed.seed import bulk_hours, fill
from tests.stages.sandbox.agency import WEDNESDAY, an_agency

TABLES = [
    "Employees",
    "Clients",
    "Contacts",
    "Placements",
    "Hours",
    "Claims",
    "Documents",
    "Tasks",
    "Invoices",
]


@pytest.fixture(scope="module")
def world() -> World:
    return an_agency(workers=25, weeks=3, current="booked")


def everything(world: World) -> dict[str, list[Any]]:
    return {name: world.tables.select(f"Loonbrug_{name}") for name in TABLES}


def test_the_same_seed_gives_the_same_agency():
    assert everything(an_agency(seed=7)) == everything(an_agency(seed=7))
    assert everything(an_agency(seed=7)) != everything(an_agency(seed=8))


def test_every_reference_leads_somewhere(world):
    employees = {row["EmployeeId"] for row in world.tables.select("Loonbrug_Employees")}
    contacts = {row["ContactId"]: row for row in world.tables.select("Loonbrug_Contacts")}
    placements = {row["PlacementId"]: row for row in world.tables.select("Loonbrug_Placements")}
    claims = {row["ClaimNumber"] for row in world.tables.select("Loonbrug_Claims")}
    for row in placements.values():
        assert row["EmployeeId"] in employees
        assert contacts[row["ClaimContact"]]["DebtorId"] == row["DebtorId"]
    for line in world.tables.select("Loonbrug_Hours"):
        assert line["PlacementId"] in placements
        assert line["ClaimNumber"] is None or line["ClaimNumber"] in claims


def test_the_hours_of_a_claim_add_up_to_its_total(world):
    for claim in world.tables.select("Loonbrug_Claims"):
        found = world.tables.select("Loonbrug_Hours", {"ClaimNumber": claim["ClaimNumber"]})
        assert sum(line["Quantity"] for line in found) == claim["TotalHours"] > 0


def test_past_weeks_are_paid_and_none_of_it_lies_in_the_future(world):
    claims = world.tables.select("Loonbrug_Claims", {"Kind": "N"})
    assert len(claims) == 3 * 26
    assert all(claim["Paid"] and claim["Processed"] and claim["Invoiced"] for claim in claims)
    assert max(claim["PaidOn"] for claim in claims) < world.now()
    for name in ("Hours", "Claims", "Employees", "Placements", "Invoices"):
        assert all(row["ChangedOn"] <= world.now() for row in world.tables.select(f"Loonbrug_{name}"))


def test_the_current_week_is_booked_up_to_today(world):
    days = {line["EntryDate"][:10] for line in world.tables.select("Loonbrug_Hours", {"ClaimNumber": None})}
    assert days == {"2026-11-16", "2026-11-17", "2026-11-18"}


def test_the_odd_ones_are_there(world):
    placements = world.tables.select("Loonbrug_Placements")
    workers = [row["EmployeeId"] for row in placements]
    assert any(workers.count(each) == 2 for each in workers)
    assert {row["CostCentreRule"] for row in placements} == {"0", "1", "2", "3", "4"}
    employees = world.tables.select("Loonbrug_Employees")
    assert any(row["MobilePrivate"] is None for row in employees)
    assert any(row["Prefix"] for row in employees)
    assert any(not row["LastName"].isascii() for row in employees)
    assert world.tables.select("Loonbrug_Contacts", {"Blocked": True})
    assert [row["ClaimNumber"][-3:] for row in world.tables.select("Loonbrug_Claims", {"Kind": "C"})] == [
        ".02"
    ]


def test_somebody_stands_in_every_step_of_onboarding(world):
    items = world.tables.select("Loonbrug_Onboarding")
    tasks = [row["TaskDescription"] for row in items if not row["WorkflowClosed"]]
    contract = "Arbeidsovereenkomst opstellen"
    assert sorted(tasks) == [contract, contract, "Gegevens aanleveren", "Ondertekenen in Pocket"]
    assert sum(row["WorkflowStatus"] == "Afgebroken" for row in items) == 1
    booked = {row["EmployeeId"] for row in world.tables.select("Loonbrug_Hours")}
    newcomers = {row["EmployeeId"] for row in items if row["SubmittedOn"] == world.now()}
    assert len(newcomers) == 6
    assert booked.isdisjoint(newcomers)


def test_numbers_and_addresses_belong_to_nobody(world):
    people = [
        *(row["MobilePrivate"] for row in world.tables.select("Loonbrug_Employees")),
        *(row["MobWork"] for row in world.tables.select("Loonbrug_Contacts")),
    ]
    for number in filter(None, people):
        assert re.fullmatch(r"(06|\+316)0000\d{4}", re.sub(r"[ -]", "", number))
    for row in world.tables.select("Loonbrug_Employees"):
        assert re.fullmatch(r"[a-z0-9.]+@example\.nl", row["PrivateEmail"])
    for row in world.tables.select("Loonbrug_Contacts"):
        assert row["MailWork"].endswith(".example.nl")


def test_a_submitted_week_waits_for_the_clients():
    world = an_agency(current="submitted")
    claims = world.tables.select("Loonbrug_Claims", {"WorkflowStatus": "Ter beoordeling", "Kind": "N"})
    assert len(claims) == 9
    assert not world.tables.select("Loonbrug_Hours", {"ClaimNumber": None})


def test_papers_wait_to_be_signed_when_asked():
    world = World(Tables(), ProfitClock(WEDNESDAY, frozen=True))
    fill(world, workers=3, weeks=0, to_sign=3)
    waiting = world.tables.select("Loonbrug_Documents", {"WorkflowStatus": "Ter ondertekening"})
    assert sorted(row["Kind"] for row in waiting) == ["document", "order-confirmation", "order-confirmation"]


def test_another_word_for_the_current_week_is_an_error():
    with pytest.raises(ValueError, match="'half'"):
        fill(World(Tables(), ProfitClock(WEDNESDAY, frozen=True)), current="half")


@pytest.mark.parametrize("many", [1, 7, 1003])
def test_lines_in_bulk_are_exactly_as_many_and_whole(many):
    world = World(Tables(), ProfitClock(WEDNESDAY, frozen=True))
    bulk_hours(world, many)
    assert world.tables.count("Loonbrug_Hours") == many
    for claim in world.tables.select("Loonbrug_Claims"):
        found = world.tables.select("Loonbrug_Hours", {"ClaimNumber": claim["ClaimNumber"]})
        assert sum(line["Quantity"] for line in found) == claim["TotalHours"] > 0


def test_an_empty_agency_of_one_worker_can_be_filled():
    world = an_agency(workers=1, weeks=0)
    assert world.tables.count("Loonbrug_Hours") == 0
    assert world.tables.count("Loonbrug_Placements") == 5
