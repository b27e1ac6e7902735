"""Mobile numbers as people write them, in the one spelling that AFAS's signing service can dial."""

from __future__ import annotations

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from domain.errors import Incomplete
from domain.records.phone import mobile_number, same_number

ZERO_IS_THEIRS = {"BJ", "CG", "CI", "GA"}
"""Countries whose mobile numbers begin with a 0 of their own."""


@pytest.mark.parametrize(
    "text",
    [
        "0612345678",
        "06-12345678",
        "06 12 34 56 78",
        "(06) 12345678",
        "+31612345678",
        "+31 06 12345678",
        "+(31) 6 12345678",
        "0031612345678",
        "0031 (0) 6 12345678",
        "+31 (0)6-1234.5678",
        "tel:+31-6-1234-5678",
        "TEL: 06 12345678",
        "tel:0612345678;phone-context=+31",
        "06\u201112345678",  # dashes that do not break, are long, are signs
        "06 \u2013 1234 \u2014 5678",
        "06\u221212345678",
        "06\u00b71234\u00b75678",
        "06\u00a012345678",  # spaces that cannot be seen as such
        "06\u202f12345678",
        "06\t12345678\n",
        "06\u00ad12345678",  # marks that cannot be seen at all
        "\ufeff0612345678",
        "+31\u200e6\u200f1234\u200b5678",
        "\u202a+31612345678\u202c",
        "\uff10\uff1612345678",  # wide digits and a wide plus
        "\uff0b31612345678",
    ],
)
def test_dutch_spellings_are_one_number(text):
    assert mobile_number(text) == "+31612345678"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+32 470 12 34 56", "+32470123456"),
        ("+49 0151 12345678", "+4915112345678"),
        ("+40 (0)722 123 456", "+40722123456"),
        ("0048 601 234 567", "+48601234567"),
        ("+48 0601 234 567", "+48601234567"),
        ("+1 212 555 1234", "+12125551234"),
    ],
)
def test_numbers_from_abroad_stay_abroad(text, number):
    assert mobile_number(text) == number


def mobiles() -> list[tuple[str, str, str, str]]:
    """An example of every country: its name, country code, national number and E.164."""
    found = []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS - ZERO_IS_THEIRS):
        number = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
        if number:
            national = phonenumbers.national_significant_number(number)
            whole = phonenumbers.format_number(number, PhoneNumberFormat.E164)
            found.append((region, str(number.country_code), national, whole))
    return found


def test_a_zero_of_custom_behind_any_country_code_never_stays():
    assert len(mobiles()) > 200
    for region, code, national, whole in mobiles():
        assert mobile_number(f"+{code} (0){national}") == whole, region
        assert mobile_number(f"00{code} (0) {national}") == whole, region
        try:
            assert mobile_number(f"+{code} 0{national}") == whole, region
        except Incomplete:
            assert region in ("AC", "IT", "VA"), region  # with a 0 it is a landline there


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "incomplete.mobile"),
        ("+", "incomplete.mobile"),
        ("06", "incomplete.mobile"),
        ("abc", "incomplete.mobile"),
        ("612345678", "incomplete.mobile"),
        ("31612345678", "incomplete.mobile"),
        ("\u0660\u0666\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668", "incomplete.mobile"),
        ("+" + "1" * 16, "incomplete.no-such-number"),
        ("+" + "1" * 3000, "incomplete.mobile"),
        ("0612345678/0687654321", "incomplete.mobile"),
        ("0612345678 of 0687654321", "incomplete.mobile"),
        ("+3161234567", "incomplete.no-such-number"),
        ("+999 123456789", "incomplete.mobile"),
        ("020-1234567", "incomplete.not-mobile"),
        ("0800-1234", "incomplete.not-mobile"),
        ("0900 1234567", "incomplete.not-mobile"),
        ("0612345678 x4", "incomplete.extension"),
        ("+31 6 12345678 ext. 5", "incomplete.extension"),
        ("0612345678 toestel 4", "incomplete.extension"),
        ("+225 07 07 12 34 56", "incomplete.trunk-zero"),
    ],
)
def test_anything_else_is_refused_with_its_reason(text, why):
    with pytest.raises(Incomplete) as refusal:
        mobile_number(text)
    assert refusal.value.field == "mobile"
    assert refusal.value.problem.id == why


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("06-12345678", "+31612345678", True),
        ("06-99999999", "+31699999999", True),  # whether it exists does not matter here
        ("06-12345678", "+31612345679", False),
        (" geen ", "geen", True),
        ("", "+31612345678", False),
    ],
)
def test_two_spellings_are_compared_as_numbers(one, other, same):
    assert same_number(one, other) is same
