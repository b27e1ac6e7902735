"""What a client sees and approves: whole or named what is missing, and adding up where AFAS rounds."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.declarations.declaration import (
    Declaration,
    DeclarationStatus,
    add_up,
    content_version,
    declare,
    declare_open,
    hours_of,
    is_submitted,
)
from domain.records.clients import CostCentreRule
from domain.records.hours import ClaimStatus, HourLine
from mappings.records.claims import CLAIMS
from mappings.records.hours import to_hour_line
from tests.stages.records.records import (
    MONDAY,
    NOON,
    NUMBER,
    VERSION,
    a_claim,
    a_contact,
    a_line,
    a_placement,
)
from tests.stages.records.rows import row

LATER = NOON + timedelta(days=1)


def declared(*, withdrawn: bool = False, **changes: Any) -> Declaration:
    whole: dict[str, Any] = {
        "claim": a_claim(),
        "lines": [a_line()],
        "placement": a_placement(),
        "contact": a_contact(),
    }
    return declare(**(whole | changes), withdrawn=withdrawn)


def lines(*quantities: float, **columns: object) -> list[HourLine]:
    return [
        to_hour_line(row("hours", LineId=number, Quantity=each, **columns))
        for number, each in enumerate(quantities, 1)
    ]


@pytest.mark.parametrize(
    ("quantities", "total"),
    [
        ((8, 0.3333, 0.3333, 0.3333), "9"),
        ((8, 0.33333, 0.33333, 0.33333), "9"),
        ((0.3333333333,) * 3, "1"),
        ((0.33,) * 3, "1"),
        ((0.3333,) * 30, "10"),
        ((0.6667,) * 3, "2"),
        ((-0.3333,) * 3, "-1"),
        ((8, -0.3333, -0.3333, -0.3333), "7"),
        ((8, 7.5, 7.75), "23.25"),
        ((), "0"),
    ],
)
def test_what_rounding_explains_adds_up(quantities, total):
    assert add_up(lines(*quantities), Decimal(total))


@pytest.mark.parametrize(
    ("quantities", "total"),
    [
        ((8, 0.3333, 0.3333), "9"),
        ((8, 0.3333, 0.3333, 0.3333), "9.001"),
        ((8, 0.3333, 0.3333, 0.3333), "8.9997"),
        ((8,), "8.01"),
        ((8,) * 50, "400.01"),
        ((7.5, 7.5), "15.01"),
        ((7.75,), "7.76"),
        ((), "0.0001"),
    ],
)
def test_what_it_does_not_explain_does_not(quantities, total):
    assert not add_up(lines(*quantities), Decimal(total))


def test_kilometres_explain_nothing():
    assert not add_up(lines(8) + lines(0.33, Unit="km"), Decimal("8.005"))


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(1, 12)), min_size=1), st.integers(2, 8))
def test_hours_that_afas_rounds_line_by_line_always_add_up(parts, decimals):
    true = [Decimal(part) / Decimal(of) for part, of in parts]
    rounded = [round(each, decimals) for each in true]
    total = round(sum(true, Decimal(0)), 10)
    whole = sum(len(str(each.normalize()).partition(".")[2]) < 2 for each in rounded)
    explained = add_up(lines(*map(float, rounded)), total)
    assert explained or whole, "a line that shows fewer than two decimals is taken as exact"


def test_equal_numbers_name_the_same_content():
    claim = CLAIMS.to_record(row("claims", TotalHours=8))
    versions = {content_version(claim, lines(each)) for each in (8, 8.0, 8.00)}
    versions |= {content_version(CLAIMS.to_record(row("claims", TotalHours=8.0)), lines(8))}
    assert len(versions) == 1
    assert content_version(claim, lines(8.00001)) not in versions


def test_an_open_declaration_does_not_depend_on_the_order_of_its_lines():
    some = lines(4, 2, 2)
    assert declare_open("x", some, None) == declare_open("x", some[::-1], None)


def test_a_whole_claim_is_offered_with_who_decides_and_what_changed_last():
    later = NOON + timedelta(hours=1)
    shown = declared(lines=[a_line(changed_at=later)])
    assert (shown.status, shown.missing, shown.contact) == (DeclarationStatus.TO_APPROVE, (), 22834)
    assert (shown.number, shown.week, shown.hours, shown.lines) == (NUMBER, "2026-W47", Decimal(8), 1)
    assert shown.changed_at == later


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"placement": None}, ("placement-unknown",)),
        ({"contact": None}, ("contact-unknown",)),
        ({"contact": a_contact(blocked=True)}, ("contact-blocked",)),
        ({"lines": []}, ("hours-do-not-add-up",)),
        (
            {"claim": a_claim(workflow_status=ClaimStatus.BELOW_MINIMUM_WAGE)},
            ("below-minimum-wage",),
        ),
        (
            {"placement": None, "contact": None, "lines": []},
            ("placement-unknown", "contact-unknown", "hours-do-not-add-up"),
        ),
    ],
)
def test_what_is_missing_is_named_and_keeps_a_claim_from_being_offered(changes, missing):
    shown = declared(**changes)
    assert (shown.status, shown.missing) == (DeclarationStatus.OPEN, missing)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"workflow_status": ClaimStatus.REJECTED}, "rejected"),
        ({"approved_externally": True}, "approved"),
        ({"workflow_status": ClaimStatus.APPROVED_EXTERNALLY}, "approved"),
        ({"workflow_status": ClaimStatus.APPROVED}, "approved"),
        ({"approved_externally": True, "processed": True}, "processed"),
        ({"workflow_status": ClaimStatus.REJECTED, "processed": True}, "processed"),
        ({"approved_externally": True, "processed": True, "paid": True}, "paid"),
        ({"paid": True}, "paid"),
    ],
)
def test_how_far_afas_is_with_a_claim_counts_more_than_what_is_missing(changes, status):
    assert declared(claim=a_claim(**changes)).status == status
    assert declared(claim=a_claim(**changes), placement=None, contact=None, lines=[]).status == status


def test_what_was_withdrawn_is_withdrawn_however_far_it_was():
    assert declared(claim=a_claim(paid=True), withdrawn=True).status is DeclarationStatus.WITHDRAWN


@pytest.mark.parametrize("rule", CostCentreRule)
def test_the_client_must_give_a_cost_centre_where_the_placement_says_so(rule):
    shown = declared(placement=a_placement(cost_centre_rule=rule))
    assert shown.cost_centre_required is (rule is CostCentreRule.CLIENT)
    assert declared(placement=None).cost_centre_required is False


@pytest.mark.parametrize(
    "changes",
    [{"quantity": Decimal("7.5")}, {"date": MONDAY + timedelta(days=1)}, {"item": "F002"}, {"unit": "km"},
     {"hour_type": "150"}, {"start_time": "09:00:00"}, {"end_time": None}, {"break_time": None}],
)  # fmt: skip
def test_whatever_the_client_looks_at_is_part_of_what_is_approved(changes):
    assert content_version(a_claim(), [a_line(**changes)]) != VERSION


@pytest.mark.parametrize(
    "changes", [{"cost_centre": "X"}, {"reference": "X"}, {"changed_at": LATER}, {"paid": True}]
)
def test_what_the_approval_itself_sets_is_not(changes):
    assert content_version(a_claim(**changes), [a_line()]) == VERSION


def test_the_order_in_which_lines_come_makes_no_other_content():
    one, two = a_line(), a_line(line=502)
    assert content_version(a_claim(), [one, two]) == content_version(a_claim(), [two, one])
    assert content_version(a_claim(), [one, two]) != content_version(a_claim(), [one])


def test_hours_that_were_not_submitted_are_shown_by_the_week_of_their_first_day():
    first, last = date(2026, 12, 31), date(2027, 1, 3)
    shown = declare_open(
        "PL@2026-W53", [a_line(line=2, date=last), a_line(line=1, date=first)], a_placement()
    )
    assert (shown.week, shown.period_start, shown.period_end) == ("2026-W53", date(2026, 12, 28), last)
    assert (shown.status, shown.missing, shown.contact) == (DeclarationStatus.OPEN, ("not-submitted",), 22834)
    assert (shown.hours, shown.lines) == (Decimal(16), 2)


def test_only_what_was_handed_in_has_the_number_of_a_claim():
    assert not is_submitted(declare_open("PL@2026-W47", [a_line()], a_placement()).number)
    assert is_submitted(declared().number)


def test_only_hours_are_counted_as_hours():
    lines = [a_line(), a_line(line=502, quantity=Decimal("1.25")), a_line(line=503, unit="km")]
    assert hours_of(lines) == Decimal("9.25")
    assert hours_of([a_line(unit="UUR")]) == Decimal(8)
    assert hours_of([]) == 0
