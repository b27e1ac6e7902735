"""Mobile numbers as people write them, in the one spelling that AFAS's signing service can dial."""

from __future__ import annotations

import pytest

from domain.errors import Incomplete
from domain.phone import mobile_number


@pytest.mark.parametrize(
    "text",
    [
        "0612345678",
        "06-12345678",
        "06 12 34 56 78",
        "+31612345678",
        "+31 06 12345678",
        "0031612345678",
        "+31 (0)6-1234.5678",
    ],
)
def test_dutch_spellings_are_one_number(text):
    assert mobile_number(text) == "+31612345678"


@pytest.mark.parametrize(
    ("text", "number"), [("+32 470 12 34 56", "+32470123456"), ("+49 0151 12345678", "+4915112345678")]
)
def test_numbers_from_abroad_stay_abroad(text, number):
    assert mobile_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "+", "06", "abc", "612345678", "020-1234567", "+3161234567", "+" + "1" * 16, "٠٦١٢٣٤٥٦٧٨"]
)
def test_anything_else_is_refused(text):
    with pytest.raises(Incomplete) as refusal:
        mobile_number(text)
    assert refusal.value.field == "mobile"
