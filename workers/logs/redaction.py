"""Personal data and secrets, struck out of anything before it is written to a log (G13)."""

from __future__ import annotations

import re
from collections.abc import Callable

_TOKEN = re.compile(
    r"<token>.*?</token>|\b(?:AfasToken|Bearer|Basic)\s+\S+|\blb_[A-Za-z0-9_-]{8,}|\b[0-9A-Fa-f]{48,}\b"
    r"|\b[A-Za-z0-9+/]{60,}={0,2}",
    re.IGNORECASE | re.DOTALL,
)
_PASSWORD_IN_URL = re.compile(r"(?<=://)[^/\s@]+(?=@)")
_QUERY = re.compile(r"(?<=\?)[^\s'\"]+")
_EMAIL = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+\.[^\s@<>\"'(),;:]+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_PHONE = re.compile(r"(?<![\w.+-])(?:\+\d{1,3}|00\d{2}|0)[ -]?(?:\(0\))?(?:[ -]?\d){8,10}(?![\w.:-])")
_NINE_DIGITS = re.compile(r"(?<![\w.:-])\d{8,9}(?![\w.:-])")
_DETAIL = re.compile(r"(?<=DETAIL:)[^\n]*|(?<=CONTEXT:)[^\n]*|(?<=input_value=)[^\n]*")
"""What PostgreSQL and pydantic tell about a value that they refused."""
_LONGEST = 4000


def redact(text: str) -> str:
    """The text with tokens, passwords, query strings, e-mail, IBAN, phone and citizen numbers struck out.

    A row number that happens to satisfy the eleven-test of citizen numbers (BSN) is struck out too: one in
    eleven numbers of nine digits does. Ids go into logs under their own keys, not in free text.
    """
    text = text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
    for pattern, shown in _RULES:
        text = pattern.sub(shown, text)
    return text


def is_citizen_number(digits: str) -> bool:
    """Whether eight or nine digits satisfy the eleven-test of the Dutch BSN.

    >>> is_citizen_number("111222333"), is_citizen_number("111222334")
    (True, False)
    """
    padded = digits.zfill(9)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * int(digit) for weight, digit in zip(weights, padded, strict=True))
    return total % 11 == 0 and int(padded) > 0


def _without_citizen_number(found: re.Match[str]) -> str:
    return "[bsn]" if is_citizen_number(found[0]) else found[0]


_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_DETAIL, "[value]"),
    (_TOKEN, "[token]"),
    (_PASSWORD_IN_URL, "[login]"),
    (_QUERY, "[query]"),
    (_EMAIL, "[e-mail]"),
    (_IBAN, "[iban]"),
    (_PHONE, "[phone]"),
    (_NINE_DIGITS, _without_citizen_number),
)
