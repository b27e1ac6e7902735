"""A *burgerservicenummer* (BSN) in a text: seen, and covered. Loonbrug stores none.

Nine digits that pass the eleven-test are believed to be one, and of any nine digits one in eleven passes. So
what is covered is the number alone, never the row; and only in texts that people write. In codes and phone
numbers nine digits are what they seem, unless the text itself calls them a BSN.
"""

from __future__ import annotations

import re

from stdnum.nl import bsn

MASK = "▇▇▇▇▇▇▇▇▇"
"""What stands in a text where a BSN stood."""

_SEPARATOR = r"[\s.\-\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212/]{0,3}"
_NINE_DIGITS = re.compile(rf"(?<![\d+])\d(?:{_SEPARATOR}\d){{8}}(?!\d)")
_DAY = re.compile(
    r"(?<!\d)(?:\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d\d|(?:19|20)\d\d[-./ ]\d\d[-./ ]\d\d)(?!\d)"
)
_COUNTRY_CODE = re.compile(r"(?:\+|\b00)[1-9]\d{0,2}[\s.\-(/]{1,2}\Z")
_NAMED = re.compile(r"bsn|burgerservice|sofi|citizen service", re.IGNORECASE)


def shows_bsn(text: str) -> bool:
    """True when nine digits in the text pass the eleven-test of a BSN.

    >>> shows_bsn("BSN 111222333"), shows_bsn("1112.22.333"), shows_bsn("111222334")
    (True, True, False)
    """
    return any(_believed(found) for found in _NINE_DIGITS.finditer(text))


def masked(text: str) -> str:
    """The text with every BSN in it covered.

    >>> masked("Jan 111222333"), masked("belt +48 111222333")
    ('Jan ▇▇▇▇▇▇▇▇▇', 'belt +48 111222333')
    """
    return _NINE_DIGITS.sub(lambda found: MASK if _believed(found) else found.group(), text)


def masked_where_named(text: str) -> str:
    """The text of a column for codes or phone numbers: covered only where it says that it is a BSN.

    >>> masked_where_named("111222333"), masked_where_named("BSN 111222333")
    ('111222333', 'BSN ▇▇▇▇▇▇▇▇▇')
    """
    return masked(text) if _NAMED.search(text) else text


def _believed(found: re.Match[str]) -> bool:
    """The eleven-test; a day with digits beside it and a number behind a country code are something else."""
    if not _passes(found.group()) or _DAY.search(found.group()):
        return False
    return not _COUNTRY_CODE.search(found.string, max(0, found.start() - 8), found.start())


def _passes(text: str) -> bool:
    """Digits of any script count, whatever stands between them."""
    return bsn.is_valid("".join(str(int(each)) for each in text if each.isdecimal()))
