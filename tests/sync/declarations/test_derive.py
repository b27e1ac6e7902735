"""What follows from the mirror: declarations made whole, decisions kept visible, onboarding states."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.store.database import Database
from connectors.store.declarations.derivations import Derivations
from domain.declarations.onboarding_words import TaskWords
from domain.pull.run import RunKind
from sync.declarations.derive import Deriver
from tests.stages.pull.fake_afas_reads import FakeAfas
from tests.stages.pull.pulling import at
from tests.stages.records.rows import GOOD, row
from tests.sync.declarations.office import CLAIM, TODAY, Office


@pytest.fixture
def office(database: Database) -> Office:
    return Office(FakeAfas(), database)


@pytest.fixture
def offered(office: Office) -> Office:
    """A claim of eight hours that is offered for approval."""
    office.know("contacts", "placements", "claims")
    office.shows("hours", row("hours", ClaimNumber=CLAIM))
    office.pull("hours")
    office.derive()
    return office


def test_hours_that_were_not_submitted_are_an_open_declaration(office):
    office.know("placements", "hours")
    declared = office.declared("PL000001@2026-W47")
    assert (declared["status"], declared["hours"], declared["missing"]) == ("open", 8, ["not-submitted"])
    assert (declared["period_start"], declared["period_end"]) == (date(2026, 11, 16), date(2026, 11, 22))


def test_submitted_hours_leave_the_open_declaration(office):
    office.know("placements", "contacts", "hours")
    office.change("hours", ClaimNumber=CLAIM, ChangedOn=at("15:00:00"))
    assert office.column("select number from declaration") == []
    office.know("claims")
    assert office.column("select number from declaration") == [CLAIM]


@pytest.mark.parametrize(
    ("flows", "missing"),
    [
        (["claims"], ["placement-unknown", "contact-unknown", "hours-do-not-add-up"]),
        (["claims", "placements"], ["contact-unknown", "hours-do-not-add-up"]),
        (["claims", "placements", "contacts"], ["hours-do-not-add-up"]),
    ],
)
def test_a_declaration_is_not_offered_before_it_is_whole(office, flows, missing):
    office.know(*flows)
    assert (office.declared()["status"], office.declared()["missing"]) == ("open", missing)


@pytest.mark.parametrize("last", ["claims", "placements", "contacts", "hours"])
def test_whatever_comes_last_completes_it(office, last):
    office.shows("hours", row("hours", ClaimNumber=CLAIM))
    for flow in ("claims", "placements", "contacts"):
        office.shows(flow, GOOD[flow])
    order = [each for each in ("claims", "placements", "contacts", "hours") if each != last]
    for flow in [*order, last]:
        office.pull(flow)
        office.derive()
    assert office.declared()["status"] == "to-approve"
    assert office.told()[-1] == ("to-approve", "offered: 8 hours")


def test_kilometres_do_not_count_towards_the_hours(offered):
    offered.afas.tables["Loonbrug_Hours"].append(
        row("hours", LineId=502, ClaimNumber=CLAIM, Unit="km", Quantity=40, ChangedOn=at("15:00:00"))
    )
    offered.pull("hours")
    offered.derive()
    assert (offered.declared()["status"], offered.declared()["lines"]) == ("to-approve", 2)


def test_deriving_again_changes_nothing(offered):
    before = offered.column("select xmin from declaration")
    offered.execute("insert into stale (environment, kind, key) values ('main', 'declaration', %s)", CLAIM)
    assert offered.derive() == 1
    assert offered.derive() == 0
    assert offered.column("select xmin from declaration") == before


def test_a_decision_of_the_portal_shows_until_afas_shows_it(offered):
    update = offered.decide("approve", offered.declared()["version"])
    assert (offered.declared()["status"], offered.declared()["in_afas"]) == ("approved", False)
    offered.execute("update outbox set state = 'done', ended_at = now() where id = %s", update)
    offered.derive()
    assert offered.declared()["status"] == "approved"
    offered.change(
        "claims", ApprovedExternally=True, WorkflowStatus="Goedgekeurd extern", ChangedOn=at("15:00:00")
    )
    assert (offered.declared()["status"], offered.declared()["in_afas"]) == ("approved", True)
    assert offered.told()[-1] == ("seen-in-afas", "approved in AFAS")


def test_g9_deciding_and_deriving_at_the_same_time_do_not_wait_for_each_other(offered):
    """The decision holds the declaration and wants to mark it stale; the deriver comes in between."""
    version = offered.declared()["version"]
    offered.execute("insert into stale (environment, kind, key) values ('main', 'declaration', %s)", CLAIM)
    with offered.database.transaction() as deciding:
        deciding.execute("select from declaration where number = %s for update", (CLAIM,))
        assert offered.derive() == 0
        deciding.execute(
            "insert into outbox (environment, kind, subject, version, payload, mark)"
            " values ('main', 'approve', %s, %s, '{}', 'mark')",
            (f"claim:{CLAIM}", version),
        )
    assert offered.derive() == 1
    assert offered.declared()["status"] == "approved"


def test_g4_an_approval_that_is_just_being_claimed_is_left_to_its_sender(offered):
    offered.decide("approve", offered.declared()["version"])
    with offered.database.transaction() as sending:
        sending.execute("update outbox set state = 'sending'")
        change_hours(offered)
    assert offered.updates() == [("sending", None)]
    assert offered.declared()["status"] == "to-approve"


def test_a_rejection_of_the_portal_shows_too(offered):
    offered.decide("reject", offered.declared()["version"], "unclear")
    assert (offered.declared()["status"], offered.declared()["in_afas"]) == ("rejected", False)


def test_an_update_that_was_voided_offers_the_declaration_again(offered):
    update = offered.decide("approve", offered.declared()["version"])
    offered.execute("update outbox set state = 'void', ended_at = now() where id = %s", update)
    offered.derive()
    assert offered.declared()["status"] == "to-approve"


def change_hours(office: Office) -> None:
    """The line becomes ten hours, and so does the claim."""
    office.row_of("hours", 501).update(Quantity=10, ChangedOn=at("15:00:00"))
    office.row_of("claims", CLAIM).update(TotalHours=10, ChangedOn=at("15:00:00"))
    office.pull("hours")
    office.pull("claims")
    office.derive()


@pytest.mark.parametrize("state", ["ready", "parked"])
def test_g4_changed_content_voids_a_waiting_approval_and_asks_again(offered, state):
    version = offered.declared()["version"]
    offered.decide("approve", version, state)
    change_hours(offered)
    assert offered.updates() == [("void", "the content changed: 8.00 -> 10.00 hours")]
    assert offered.declared()["status"] == "to-approve"
    assert offered.declared()["version"] != version
    assert ("changed", "8 -> 10 hours") in offered.told()
    assert offered.told()[-1][0] == "to-approve"


@pytest.mark.parametrize("state", ["sending", "unclear"])
def test_g4_an_approval_on_its_way_is_left_to_its_sender_but_covers_nothing_new(offered, state):
    offered.decide("approve", offered.declared()["version"], state)
    change_hours(offered)
    assert offered.updates() == [(state, None)]
    assert offered.declared()["status"] == "to-approve"


def test_g10_a_parked_approval_that_may_have_happened_is_left_to_a_person(offered):
    offered.decide("approve", offered.declared()["version"], "parked")
    offered.execute("update outbox set doubt = true")
    change_hours(offered)
    assert offered.updates() == [("parked", None)]


def test_an_approval_that_fell_away_in_afas_is_asked_again(offered):
    offered.change(
        "claims", ApprovedExternally=True, WorkflowStatus="Goedgekeurd extern", ChangedOn=at("15:00:00")
    )
    offered.change(
        "claims", ApprovedExternally=False, WorkflowStatus="Ter beoordeling", ChangedOn=at("16:00:00")
    )
    assert offered.told()[-2:] == [
        ("approved", "in AFAS"),
        ("to-approve", "reopened: the approval fell away"),
    ]


def test_an_approval_seen_in_afas_does_not_hold_once_it_fell_away(offered):
    update = offered.decide("approve", offered.declared()["version"])
    offered.execute("update outbox set state = 'done', ended_at = now() where id = %s", update)
    offered.change(
        "claims", ApprovedExternally=True, WorkflowStatus="Goedgekeurd extern", ChangedOn=at("15:00:00")
    )
    offered.change(
        "claims", ApprovedExternally=False, WorkflowStatus="Ter beoordeling", ChangedOn=at("16:00:00")
    )
    assert offered.declared()["status"] == "to-approve"


def test_the_week_goes_by(offered):
    week: list[tuple[str, dict[str, object]]] = [
        ("rejected", {"WorkflowStatus": "Afgekeurd"}),
        ("to-approve", {"WorkflowStatus": "Ter beoordeling"}),
        ("approved", {"WorkflowStatus": "Goedgekeurd extern", "ApprovedExternally": True}),
        ("processed", {"Processed": True}),
        ("paid", {"Paid": True, "PaidOn": at("00:00:00", "2026-11-27")}),
    ]
    for hour, (status, changes) in enumerate(week, start=15):
        offered.change("claims", **changes, ChangedOn=at(f"{hour}:00:00"))
        assert offered.declared()["status"] == status
    assert [event for event, _ in offered.told()] == [
        "to-approve", "rejected", "to-approve", "approved", "processed", "paid",
    ]  # fmt: skip


def test_a_withdrawn_claim_is_a_withdrawn_declaration_and_voids_what_waits(offered):
    offered.decide("approve", offered.declared()["version"])
    offered.shows("claims", row("claims", ClaimNumber="000000000006.01"))
    offered.pull("claims")
    offered.shows("claims", row("claims", ClaimNumber="000000000006.01"))
    offered.pull("claims", RunKind.FULL, forced=True)
    offered.derive()
    assert offered.declared()["status"] == "withdrawn"
    assert offered.updates() == [("void", "the claim was withdrawn")]


def state_of(office: Office) -> str:
    office.derive()
    return str(office.column("select state from onboarding")[0])


def test_a_new_worker_goes_through_the_states(office):
    office.know("onboarding")
    assert state_of(office) == "awaiting-data"
    office.change("onboarding", TaskDescription="Beoordelen", ChangedOn=at("15:00:00"))
    assert state_of(office) == "data-complete"
    office.shows("employees", row("employees", ContractStart=None))
    office.pull("employees")
    assert state_of(office) == "hired"
    office.change("onboarding", TaskDescription="Contract ondertekenen", ChangedOn=at("16:00:00"))
    assert state_of(office) == "contract-sent"
    office.change("employees", ContractStart=at("00:00:00"), ContractChangedOn=at("16:30:00"))
    office.change("onboarding", WorkflowClosed=True, TaskDescription=None, ChangedOn=at("17:00:00"))
    assert state_of(office) == "contract-signed"
    office.know("hours")
    assert state_of(office) == "booking-hours"
    office.change("employees", Blocked=True, ChangedOn=at("18:00:00"))
    assert state_of(office) == "stopped"
    evidence = office.column("select evidence from onboarding")[0]
    assert (evidence["first_booking"], evidence["blocked"]) == ("2026-11-16", "True")


def test_a_worker_whose_employment_ended_by_the_passing_of_time_is_stopped(office):
    office.shows("employees", row("employees", EmploymentEnd=at("00:00:00", "2020-01-01")))
    office.pull("employees")
    office.derive()
    office.execute("update onboarding set state = 'hired'")  # as it was derived the day before
    assert office.pull("employees", RunKind.FULL).changed == 0
    assert state_of(office) == "stopped"


def test_a_key_that_cannot_be_derived_is_put_off_and_holds_up_no_other(offered):
    offered.execute(
        "insert into stale (environment, kind, key)"
        " values ('main', 'declaration', 'PL1@not-a-week'), ('main', 'declaration', %s)",
        CLAIM,
    )
    offered.execute("delete from declaration")
    offered.derive()
    assert offered.declared()["status"] == "to-approve"
    assert offered.execute("select key, since > now() as later from stale") == [
        {"key": "PL1@not-a-week", "later": True}
    ]


def test_lines_that_afas_rounded_are_offered(office):
    office.know("contacts", "placements")
    office.shows("claims", row("claims", TotalHours=9))
    thirds = [row("hours", LineId=line, ClaimNumber=CLAIM, Quantity=0.3333) for line in (2, 3, 4)]
    office.shows("hours", row("hours", LineId=1, ClaimNumber=CLAIM), *thirds)
    for flow in ("claims", "hours"):
        assert office.pull(flow).parked == 0
    office.derive()
    assert (office.declared()["status"], office.declared()["missing"]) == ("to-approve", [])


def test_quantities_of_many_decimals_are_kept_as_afas_shows_them(office):
    office.know("contacts", "placements")
    office.shows("claims", row("claims", TotalHours=8.66667))
    office.shows("hours", *(row("hours", LineId=at, ClaimNumber=CLAIM, Quantity=4.333335) for at in (1, 2)))
    for flow in ("claims", "hours", "claims", "hours"):
        counts = office.pull(flow)
    assert (counts.parked, counts.changed) == (0, 0)
    office.derive()
    assert office.declared()["status"] == "to-approve"
    assert office.column("select quantity::text from hour_line") == ["4.333335"] * 2
    assert office.column("select hours::text from declaration") == ["8.66667"]


def test_other_words_count_for_everybody_after_a_full_run_of_onboarding(office):
    office.know("employees", "onboarding")
    assert office.column("select state from onboarding") == ["awaiting-data"]
    office.pull("onboarding", RunKind.FULL)
    words = TaskWords(awaiting_data=("iets anders",), sign=("aanvullen",))
    assert Deriver(Derivations(office.database, "main"), words=words).derive_all(TODAY) == 1
    assert office.column("select state from onboarding") == ["contract-sent"]
