"""Whether the lines of a claim add up to its total, where AFAS rounds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.declarations.declaration import add_up, content_version, declare_open
from domain.records.hours import HourLine
from mappings.records.claims import CLAIMS
from mappings.records.hours import to_hour_line
from tests.stages.rows import row


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
