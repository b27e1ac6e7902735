"""Every GetConnector: a good row becomes a record, a bad one is refused, with a reason without secrets."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from domain.errors import UnmappableRow
from domain.records.clients import CostCentreRule
from domain.records.hours import ClaimKind, ClaimStatus
from mappings.bsn import MASK, masked, shows_bsn
from mappings.flows import FLOWS
from mappings.pull.fields import NO_RIGHTS
from mappings.pull.flow import MOST_CELLS
from mappings.raw import kept
from tests.stages.records.rows import GOOD, row

CONTRACT = json.loads((Path(__file__).parents[3] / "sandbox" / "contract.json").read_text("utf-8"))
CONNECTORS = {each["name"]: each for each in CONTRACT["getConnectors"]}
BSN = "111222333"


def refusal(flow: str, **changes: object) -> str:
    with pytest.raises(UnmappableRow) as refused:
        FLOWS[flow].mapping.to_record(row(flow, **changes))
    return str(refused.value)


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS.keys())
def test_a_flow_asks_for_what_the_contract_promises(flow):
    connector = CONNECTORS[flow.connector]
    assert flow.key == tuple(connector["key"])
    assert set(flow.changed) <= {each["id"] for each in connector["fields"]}
    assert set(flow.columns) <= {each["id"] for each in connector["fields"]}


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS.keys())
def test_a_column_is_checked_as_the_type_that_was_agreed(flow):
    agreed = {each["id"]: each["dataType"] for each in CONNECTORS[flow.connector]["fields"]}
    assert flow.mapping.types == {column: agreed[column] for column in flow.columns}


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS.keys())
def test_a_page_stays_below_the_cells_that_afas_bears(flow):
    assert flow.take * len(flow.columns) < MOST_CELLS
    assert flow.take <= 5_000


@pytest.mark.parametrize("name", FLOWS)
def test_a_good_row_of_every_flow_becomes_its_record(name):
    assert type(FLOWS[name].mapping.to_record(GOOD[name])) is FLOWS[name].mapping.record


@pytest.mark.parametrize("name", FLOWS)
def test_a_column_that_a_row_lacks_is_named(name):
    flow = FLOWS[name]
    column = flow.key[0]
    lacking = {key: value for key, value in GOOD[name].items() if key != column}
    with pytest.raises(UnmappableRow, match=column):
        flow.mapping.to_record(lacking)


@pytest.mark.parametrize("name", FLOWS)
def test_the_nullable_columns_of_the_contract_may_be_null(name):
    flow = FLOWS[name]
    nullable = {each["id"]: None for each in CONNECTORS[flow.connector]["fields"] if each.get("nullable")}
    assert flow.mapping.to_record(GOOD[name] | nullable)


@pytest.mark.parametrize("name", FLOWS)
def test_the_other_columns_may_not_be_null(name):
    flow = FLOWS[name]
    several = {"ChangedOn", "PersonChangedOn", "LineChangedOn"} if len(flow.changed) > 1 else set()
    for column in CONNECTORS[flow.connector]["fields"]:
        if not column.get("nullable") and column["id"] not in several:
            assert column["id"] in refusal(name, **{column["id"]: None})


@pytest.mark.parametrize("name", FLOWS)
def test_a_column_without_rights_is_named(name):
    flow = FLOWS[name]
    for column in CONNECTORS[flow.connector]["fields"]:
        if column["id"] not in flow.changed or len(flow.changed) == 1:
            assert refusal(name, **{column["id"]: NO_RIGHTS}) == f"no rights on column {column['id']}"


@pytest.mark.parametrize("name", FLOWS)
def test_a_text_that_is_too_long_or_has_another_type_is_refused(name):
    for column in CONNECTORS[FLOWS[name].connector]["fields"]:
        if column["dataType"] == "string":
            assert column["id"] in refusal(name, **{column["id"]: "x" * 1_000_000})
            assert column["id"] in refusal(name, **{column["id"]: {"an": "object"}})
            assert column["id"] in refusal(name, **{column["id"]: "nul\x00"})


@pytest.mark.parametrize("value", [1e308, -1e308, float("nan"), float("inf"), "-.5", "8", True, 10**11])
def test_a_quantity_that_no_worker_can_have_booked_is_refused(value):
    reason = refusal("hours", Quantity=value)
    assert reason.startswith("column Quantity: ")
    assert str(value) not in reason


def test_float_noise_is_not_held_against_a_quantity():
    assert FLOWS["hours"].mapping.to_record(row("hours", Quantity=7.6000000000000005)).quantity == Decimal(
        "7.6"
    )
    assert FLOWS["hours"].mapping.to_record(row("hours", Quantity=-0.5)).quantity == Decimal("-0.5")


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-30T00:00:00Z",
        "20261116",
        "",
        "morgen",
        20261116,
        "2026-11-16T25:00:00Z",
        "9999-13-31T00:00:00Z x",
        "2026-11-16T08:00:00Z",
    ],
)
def test_an_impossible_date_is_refused(value):
    assert refusal("hours", EntryDate=value).startswith("column EntryDate: ")


NO_DATES = [
    "9999-12-31T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31",
    "2999-12-31T00:00:00Z",
    "2199-12-31T00:00:00Z",
    "2099-12-31T00:00:00Z",
    "1900-01-01T00:00:00Z",
    "1899-12-30T00:00:00Z",
    "1753-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "0000-00-00T00:00:00Z",
]


@pytest.mark.parametrize("value", NO_DATES)
@pytest.mark.parametrize("name", FLOWS)
def test_a_day_that_means_no_day_parks_no_row_whatever_its_column(name, value):
    flow = FLOWS[name]
    for column in CONNECTORS[flow.connector]["fields"]:
        if column["dataType"] != "date" or column["id"] not in flow.columns:
            continue
        record = flow.mapping.to_record(row(name, **{column["id"]: value}))
        for field, source in flow.mapping.sources.items():
            if source == column["id"]:
                kept = getattr(record, field)
                assert kept is None if column.get("nullable") else kept.year in (1900, 9000), field


@pytest.mark.parametrize("value", NO_DATES)
def test_a_changed_on_that_means_none_holds_back_no_later_change(value):
    assert FLOWS["claims"].mapping.to_record(row("claims", ChangedOn=value)).changed_at.year == 1900
    deleted = FLOWS["deleted-hours"].mapping.to_record(row("deleted-hours", DeletedOn=value))
    assert deleted.deleted_at.year == 9000
    employee = FLOWS["employees"].mapping.to_record(row("employees", ChangedOn=value))
    assert employee.changed_at.year == 2026  # the person's and the contract's tell


@pytest.mark.parametrize("value", ["", " ", None])
def test_an_optional_day_that_is_blank_is_none(value):
    assert FLOWS["employees"].mapping.to_record(row("employees", EmploymentEnd=value)).employment_end is None
    assert FLOWS["claims"].mapping.to_record(row("claims", PaidOn=value)).paid_at is None


@pytest.mark.parametrize(("day", "year"), [("2098-12-31", 2098), ("1901-01-01", 1901)])
def test_a_day_that_can_be_meant_stays(day, year):
    record = FLOWS["employees"].mapping.to_record(row("employees", EmploymentEnd=f"{day}T00:00:00Z"))
    assert record.employment_end.year == year


@pytest.mark.parametrize(
    "number", ["000000000005", "5", "000000000005.1", "0000000005.01.02", " .01", "x.ab"]
)
def test_a_claim_number_without_version_is_refused(number):
    assert refusal("claims", ClaimNumber=number) == "column ClaimNumber: not written as agreed"
    assert refusal("hours", ClaimNumber=number) == "column ClaimNumber: not written as agreed"


def test_an_unknown_status_kind_or_rule_is_refused():
    assert refusal("claims", WorkflowStatus="Onderweg") == "column WorkflowStatus: a code that we do not know"
    assert refusal("claims", Kind="X") == "column Kind: a code that we do not know"
    assert refusal("documents", Kind="letter") == "column Kind: a code that we do not know"
    assert refusal("placements", CostCentreRule="9") == "column CostCentreRule: a code that we do not know"


def test_a_claim_says_what_it_means():
    claim = FLOWS["claims"].mapping.to_record(row("claims", Kind="C", WorkflowStatus="Goedgekeurd extern"))
    assert (claim.kind, claim.workflow_status) == (ClaimKind.CORRECTION, ClaimStatus.APPROVED_EXTERNALLY)
    assert claim.period_start == date(2026, 11, 16)
    assert claim.changed_at == datetime(2026, 11, 20, 13, 3, 27, tzinfo=UTC)


def test_an_empty_text_is_none_and_so_is_contact_zero():
    placement = FLOWS["placements"].mapping.to_record(row("placements", JobDescription=" ", ClaimContact=0))
    assert (placement.job_description, placement.claim_contact) == (None, None)
    assert placement.cost_centre_rule is CostCentreRule.NOT_APPLICABLE


def test_an_employee_changed_when_any_of_the_three_did():
    employee = FLOWS["employees"].mapping.to_record(GOOD["employees"])
    assert employee.changed_at == datetime(2026, 11, 20, 13, 3, 27, tzinfo=UTC)
    nothing = dict.fromkeys(FLOWS["employees"].changed)
    assert "ChangedOn" in refusal("employees", **nothing)


def record(flow: str, **changes: object):
    return FLOWS[flow].mapping.to_record(row(flow, **changes))


WRITTEN = [
    ("employees", "FirstName", "first_name"),
    ("employees", "LastName", "last_name"),
    ("employees", "PrivateEmail", "private_email"),
    ("contacts", "Name", "name"),
    ("contacts", "JobTitle", "job_title"),
    ("hours", "Description", "description"),
    ("documents", "Subject", "title"),
    ("document-files", "FileName", "name"),
    ("onboarding", "TaskDescription", "task"),
]


@pytest.mark.parametrize(("flow", "column", "field"), WRITTEN)
def test_a_bsn_in_what_people_write_is_covered_and_the_row_kept(flow, column, field):
    assert getattr(record(flow, **{column: f"x {BSN}"}), field) == f"x {MASK}"
    assert BSN not in json.dumps(kept(FLOWS[flow], row(flow, **{column: f"x {BSN}"})))


DIGITS = [
    ("employees", "EmployeeId", "employee"),
    ("employees", "PersonId", "person"),
    ("employees", "MobilePrivate", "mobile_private"),
    ("employees", "MobileWork", "mobile_work"),
    ("contacts", "MobWork", "mobile"),
    ("contacts", "MobPrivate", "mobile_private"),
    ("clients", "DebtorId", "client"),
    ("clients", "Phone", "phone"),
    ("clients", "ChamberOfCommerce", "chamber_of_commerce"),
    ("claims", "CustomerReference", "reference"),
    ("claims", "CostCentre", "cost_centre"),
    ("hours", "CustomerReference", "reference"),
    ("invoices", "InvoiceNumber", "invoice"),
]


@pytest.mark.parametrize(("flow", "column", "field"), DIGITS)
def test_nine_digits_are_a_phone_in_a_phone_column_and_a_code_in_that_of_a_code(flow, column, field):
    assert getattr(record(flow, **{column: BSN}), field) == BSN
    stored = kept(FLOWS[flow], row(flow, **{column: BSN}))
    assert getattr(FLOWS[flow].mapping.to_record(stored), field) == BSN  # a retry reads what the pull read


def test_a_phone_column_that_says_it_shows_a_bsn_is_covered():
    assert record("contacts", MobWork=f"BSN {BSN}").mobile == f"BSN {MASK}"


@pytest.mark.parametrize(
    "text",
    [
        *(
            BSN,
            "111 222 333",
            "1112.22.333",
            "bsn:111222333.",
            "111\u00a0222\u00a0333",
            "111\u2011222\u2011333",
        ),
        *(
            "1\u200b11222333",
            "111-222-333",
            "111 - 222 - 333",
            "\uff11\uff11\uff11\uff12\uff12\uff12\uff13\uff13\uff13",
            "x111222333x",
        ),
    ],
)
def test_a_bsn_is_seen_and_covered_however_it_is_written(text):
    assert shows_bsn(text)
    assert MASK in masked(text)
    assert not any(each.isdecimal() for each in masked(text))


@pytest.mark.parametrize(
    "text",
    [
        *("111222334", "0612345678", "000000000", "1112223331", "12345", "+31 612345678", "+48111222333"),
        *("+48 111222333", "0048 111222333", "12-11-2026 1", "2026-11-16 1", "NL91ABNA0417164300"),
    ],
)
def test_other_numbers_are_no_bsn(text):
    assert not shows_bsn(text)
    assert masked(text) == text


def test_what_is_kept_of_a_bad_row_holds_our_columns_only_and_no_megabyte():
    stored = kept(FLOWS["hours"], row("hours", Description="x" * 1_000_000, Salary=4_000, Unit="\x00"))
    assert "Salary" not in stored
    assert len(json.dumps(stored)) < 3_000
    with pytest.raises(UnmappableRow, match="Description"):
        FLOWS["hours"].mapping.to_record(stored | {"Unit": "uur"})


def test_one_bad_row_of_a_page_leaves_the_others_alone():
    rows = [row("hours", LineId=1), row("hours", LineId=2, Quantity="-.5"), row("hours", LineId=3)]
    mapped = FLOWS["hours"].mapping.to_records(rows)
    assert [getattr(each, "line", None) for each in mapped] == [1, None, 3]
    assert isinstance(mapped[1], UnmappableRow)


def test_a_new_column_is_ignored():
    assert FLOWS["hours"].mapping.to_record(row("hours", Colour="red")).line == 501


def test_columns_may_have_other_names_in_an_environment():
    flow = FLOWS["hours"].named({"LineId": "Regelnummer", "ChangedOn": "Gewijzigd_op"})
    theirs = {("Regelnummer" if name == "LineId" else name): value for name, value in GOOD["hours"].items()}
    theirs["Gewijzigd_op"] = theirs.pop("ChangedOn")
    assert flow.mapping.to_record(theirs).line == 501
    assert (flow.key, flow.changed) == (("Regelnummer",), ("Gewijzigd_op",))
    assert flow.key_of(theirs) == "501"
