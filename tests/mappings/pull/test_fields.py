"""Numbers as AFAS may send them: up to ten decimals, and the same spelling for the same number."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import SchemaValidator, ValidationError

from domain.errors import UnmappableRow
from mappings.pull.fields import number, text_without
from mappings.pull.rows import RowMapping
from mappings.records.hours import to_hour_line
from tests.stages.records.rows import row

HOURS = SchemaValidator(number(4))


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (8, "8.0000"),
        (8.0, "8.0000"),
        (-0.5, "-0.5000"),
        (-0.0, "0.0000"),
        (0, "0.0000"),
        (0.33333, "0.33333"),
        (1e-05, "0.00001"),
        (1e-10, "0.0000000001"),
        (0.1 + 0.2, "0.3000"),
        (7.250000000000001, "7.2500"),
        (1e-11, "0.0000"),
        (123456.78901, "123456.78901"),
        (100, "100.0000"),
    ],
)
def test_a_number_is_what_afas_prints_to_ten_decimals(sent, meant):
    taken = HOURS.validate_python(sent)
    assert (taken, f"{taken:f}") == (Decimal(meant), meant)


@given(st.decimals(-100_000, 100_000, places=10, allow_nan=False, allow_infinity=False))
def test_equal_numbers_are_spelled_alike(value):
    taken = HOURS.validate_python(float(value))
    assert abs(taken - value) <= Decimal("1e-9")
    assert str(HOURS.validate_python(float(taken))) == str(taken)


@pytest.mark.parametrize("sent", [float("inf"), float("nan"), 1e11, "8", True, None, [8], -1e300, 10**400])
def test_what_is_no_number_of_hours_is_refused(sent):
    with pytest.raises(ValidationError):
        HOURS.validate_python(sent)


def test_a_quantity_of_five_decimals_parks_no_row():
    assert to_hour_line(row("hours", Quantity=7.66667)).quantity == Decimal("7.66667")


def test_a_row_with_what_we_may_not_keep_says_so_and_never_what_it_was():
    mapping = RowMapping(_Told, {"text": ("Text", text_without(20, "ziek"))})
    assert mapping.to_record({"Text": "Vakantie"}) == _Told("Vakantie")
    with pytest.raises(UnmappableRow) as refusal:
        mapping.to_record({"Text": "Langdurig ZIEK"})
    assert refusal.value.forbidden
    assert str(refusal.value) == "column Text: something that we may not keep"
    with pytest.raises(UnmappableRow) as refusal:
        mapping.to_record({"Text": "x" * 21})
    assert not refusal.value.forbidden


@dataclass(frozen=True, slots=True)
class _Told:
    text: str
