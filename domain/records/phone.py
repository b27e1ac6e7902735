"""Mobile numbers in one spelling, as AFAS's signing service can dial them.

Whether a number exists, and is a mobile one, is Google's libphonenumber's to know (``phonenumbers``). On top
come AFAS's rules for the SMS of signing: ``+`` with the country code and no ``0`` behind it; a number that
begins with ``0`` is Dutch (AFAS: Crm_SignSr_Contct.htm).
"""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from domain.errors import Incomplete
from domain.message import Message

_SCHEME = re.compile(r"(?:tel|sms|callto):(?://)?", re.IGNORECASE)
_EXTENSION = re.compile(r"\b(?:toestel|tst)\b\.?\s*", re.IGNORECASE)
_TRUNK_ZERO = re.compile(r"\A((?:\+|00)[\d\s().-]*?)\(\s*0\s*\)")
_DOTS = str.maketrans(dict.fromkeys("·•‧∙", "."))
_MOST_DIGITS = 18
"""15 of E.164, 00 before them, and a trunk zero among them; more is more than one number."""
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def mobile_number(text: str) -> str:
    """The number in E.164.

    Raises Incomplete (field ``mobile``) for what is no number, has an extension, or cannot get an SMS.

    >>> mobile_number("06 - 12 34 56 78"), mobile_number("+40 (0)722 123 456")
    ('+31612345678', '+40722123456')
    """
    number = _parsed(text)
    if number is None:
        raise Incomplete("mobile", Message("incomplete.mobile"))
    if number.extension:
        raise Incomplete("mobile", Message("incomplete.extension"))
    if not phonenumbers.is_valid_number(number):
        raise Incomplete("mobile", Message("incomplete.no-such-number"))
    if phonenumbers.number_type(number) not in _MOBILE:
        raise Incomplete("mobile", Message("incomplete.not-mobile"))
    if number.italian_leading_zero:
        raise Incomplete("mobile", Message("incomplete.trunk-zero"))
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def same_number(one: str, other: str) -> bool:
    """Whether two spellings are one number; what is no number is compared as it is.

    >>> same_number("06-12345678", "+31612345678"), same_number("geen", "+31612345678")
    (True, False)
    """
    return _comparable(one) == _comparable(other)


def _comparable(text: str) -> str:
    number = _parsed(text)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else text.strip()


def _parsed(text: str) -> PhoneNumber | None:
    """None for what is no number. It begins with ``+`` or ``0``: nine bare digits could be any country's."""
    cleaned = _cleaned(text)
    digits = sum(each.isdigit() for each in cleaned)
    if not cleaned.isascii() or not cleaned.startswith(("+", "0", "(0", "(+")) or digits > _MOST_DIGITS:
        return None
    try:
        return _without_zero(phonenumbers.parse(_TRUNK_ZERO.sub(r"\1", cleaned), "NL"))
    except NumberParseException:
        return None


def _without_zero(number: PhoneNumber) -> PhoneNumber:
    """The zero of another country's custom is taken off where there is no such number with it."""
    national = phonenumbers.national_significant_number(number)
    if not national.startswith("0") or phonenumbers.is_valid_number(number):
        return number
    bare = phonenumbers.parse(f"+{number.country_code}{national[1:]}")
    return bare if phonenumbers.is_valid_number(bare) and not number.extension else number


def _cleaned(text: str) -> str:
    """Without what cannot be seen; dashes, spaces, digits and signs of other kinds as the plain ones."""
    kept = []
    for sign in unicodedata.normalize("NFKC", text).translate(_DOTS):
        category = unicodedata.category(sign)
        if category == "Pd" or sign == "\N{MINUS SIGN}":
            kept.append("-")
        elif category not in ("Cf", "Mn"):
            kept.append(" " if category in ("Zs", "Cc") else sign)
    plain = _SCHEME.sub("", "".join(kept).strip(), count=1).strip()
    return _EXTENSION.sub("ext ", plain)
