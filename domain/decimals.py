"""Exact numbers as texts."""

from __future__ import annotations

from decimal import Decimal


def plain(number: Decimal) -> str:
    """The same text for equal numbers, without trailing zeros and exponents.

    >>> plain(Decimal("8.0000")), plain(Decimal("0.50")), plain(Decimal("1E+2"))
    ('8', '0.5', '100')
    """
    return format(number.normalize(), "f")
