"""Mobile numbers in one spelling, as AFAS's signing service can dial them."""

from __future__ import annotations

import re

from domain.errors import Incomplete

_COUNTRIES_SEEN_WITH_TRUNK_ZERO = ("31", "32", "33", "44", "49")
_SEPARATORS = re.compile(r"[\s().\-/]")
_E164 = re.compile(r"\+[1-9][0-9]{7,14}")


def mobile_number(text: str) -> str:
    """The number in E.164.

    A leading ``0`` becomes ``+31``; no ``0`` may stand behind the country code (AFAS: signing service).
    Raises Incomplete (field ``mobile``) for anything else.

    >>> mobile_number("06 - 12 34 56 78"), mobile_number("+31 (0)6 12345678")
    ('+31612345678', '+31612345678')
    """
    digits = _SEPARATORS.sub("", text)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("0"):
        digits = "+31" + digits[1:]
    for country in _COUNTRIES_SEEN_WITH_TRUNK_ZERO:
        digits = re.sub(rf"^\+{country}0", f"+{country}", digits)
    if not _E164.fullmatch(digits, re.NOFLAG) or not digits.isascii():
        raise Incomplete("mobile", "write it as +31612345678 or 0612345678")
    if digits.startswith("+31") and not re.fullmatch(r"\+316[1-9][0-9]{7}", digits):
        raise Incomplete("mobile", "a Dutch mobile number has nine digits behind +31 and begins with 6")
    return digits
