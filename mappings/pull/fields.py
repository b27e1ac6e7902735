"""The kinds of columns that AFAS sends, each as a check that ends in our own value.

The checks are pydantic-core schemas: a page of rows is checked and turned into records in one call. A refusal
says what is wrong, never the value: it may be personal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import TypeVar

from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from mappings.afas_time import is_before_all_dates, means_no_date, to_date, to_utc
from mappings.bsn import MASK, masked, masked_where_named

T = TypeVar("T")
_FINEST = Decimal("1e-10")
NO_RIGHTS = "(replaced)"
"""What AFAS shows in a column that we may not see or that does not exist (AFAS: app-connector-auditor)."""
EARLIEST, LATEST = date(1900, 1, 1), date(9000, 12, 31)
"""What stands for "since ever" and "for ever" in a date that must be there. One can reckon around both."""
NEVER, FOR_EVER = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 12, 31, tzinfo=UTC)
"""The same for times. ``NEVER`` is what a changed-on becomes: then any change overwrites the row (G7)."""

_TEXT, _WHOLE, _FLAG, _TIME, _NUMBER = (
    {"afas_type": kind} for kind in ("string", "int", "boolean", "date", "decimal")
)
"""AFAS's data type of a column, as its metainfo tells it (AFAS: OpenAPI); times are dates there as well."""
_TEXT_OF_DIGITS = _TEXT | {"holds_digits": True}

UNKNOWN_CODE = "unknown-code"
FORBIDDEN = "forbidden"


def refused(reason: str) -> PydanticCustomError:
    """A refusal of one column by the name of its fault (``row-fault.``); the mapping adds the column's."""
    return PydanticCustomError("refused", reason)


def text(length: int, *, pattern: str | None = None) -> CoreSchema:
    """Text of 1 to ``length`` characters that must be there."""
    return core_schema.no_info_after_validator_function(
        _required, _string(length, pattern), metadata=_TEXT_OF_DIGITS
    )


def optional_text(length: int, *, pattern: str | None = None) -> CoreSchema:
    """Text, or None for null and for nothing but blanks: AFAS clears a field with "" (AFAS)."""
    check = core_schema.no_info_after_validator_function(_optional, _string(length, pattern))
    return core_schema.nullable_schema(check, metadata=_TEXT_OF_DIGITS)


def person_text(length: int) -> CoreSchema:
    """Text about or by a person that must be there. A BSN (*burgerservicenummer*) in it is covered."""
    return core_schema.no_info_after_validator_function(
        _covered_required, _string(length, None), metadata=_TEXT
    )


def optional_person_text(length: int) -> CoreSchema:
    """Text about or by a person, or None. A BSN in it is covered."""
    check = core_schema.no_info_after_validator_function(_covered, _string(length, None))
    return core_schema.nullable_schema(check, metadata=_TEXT)


def phone(length: int = 50) -> CoreSchema:
    """A phone number, or None. Nine bare digits are a phone: one in eleven of Poland's looks like a BSN."""
    return optional_text(length)


def text_without(length: int, pattern: str) -> CoreSchema:
    """Text that must be there; where the pattern is found in it, the whole row is not to be kept."""
    found = re.compile(pattern, re.IGNORECASE)

    def permitted(value: str) -> str:
        if found.search(value):
            raise refused(FORBIDDEN)
        return value

    return core_schema.no_info_after_validator_function(permitted, text(length), metadata=_TEXT)


def holds_digits(check: CoreSchema) -> bool:
    """Whether a column holds codes or phone numbers, in which nine digits are no BSN."""
    return bool(check.get("metadata", {}).get("holds_digits"))


def afas_type(check: CoreSchema) -> str:
    """The data type that AFAS's metainfo tells of a column with this check."""
    kind: str = check["metadata"]["afas_type"]
    return kind


def whole(low: int = -(2**31), high: int = 2**31 - 1) -> CoreSchema:
    """A whole number within what we can store; a number with a fraction, a text or a boolean is refused."""
    return core_schema.int_schema(strict=True, ge=low, le=high, metadata=_WHOLE)


def identity() -> CoreSchema:
    """A number that AFAS hands out: positive."""
    return whole(1, 2**63 - 1)


def optional_whole() -> CoreSchema:
    """A whole number, or None."""
    return core_schema.nullable_schema(whole(), metadata=_WHOLE)


def optional_identity() -> CoreSchema:
    """A number that AFAS hands out, or None; 0 stands for none."""
    none_for_zero = core_schema.no_info_after_validator_function(_none_for_zero, whole(0, 2**63 - 1))
    return core_schema.nullable_schema(none_for_zero, metadata=_WHOLE)


def flag() -> CoreSchema:
    """A boolean."""
    return core_schema.bool_schema(strict=True, metadata=_FLAG)


def day() -> CoreSchema:
    """A date that must be there; ``EARLIEST`` or ``LATEST`` where AFAS means none. No impossible dates."""
    return core_schema.no_info_plain_validator_function(_day, metadata=_TIME)


def optional_day() -> CoreSchema:
    """A date, or None: also where AFAS writes 9999-12-31 for "no end", or the like."""
    return core_schema.no_info_plain_validator_function(_none_or(_day), metadata=_TIME)


def moment(*, never: datetime = NEVER) -> CoreSchema:
    """A time: aware UTC out of Amsterdam's wall clock; ``never`` where AFAS means none."""
    return core_schema.no_info_plain_validator_function(lambda value: _moment(value, never), metadata=_TIME)


def optional_moment() -> CoreSchema:
    """A time, or None: also where AFAS writes 9999-12-31 or the like."""
    return core_schema.no_info_plain_validator_function(
        _none_or(lambda value: _moment(value, NEVER)), metadata=_TIME
    )


def number(decimals: int) -> CoreSchema:
    """A decimal, to ten decimals (AFAS: OpenAPI, multipleOf 1e-10); what lies beyond is float noise.

    It is written with ``decimals``, with more only where it has more: equal numbers are spelled alike. It has
    at most 15 digits without those (AFAS: numeric(15, n)). JSON numbers only.
    """
    return core_schema.no_info_plain_validator_function(_number_of(decimals), metadata=_NUMBER)


def optional_number(decimals: int) -> CoreSchema:
    """A decimal, or None."""
    return core_schema.nullable_schema(number(decimals), metadata=_NUMBER)


def code(meanings: Mapping[str, Enum]) -> CoreSchema:
    """One of AFAS's codes, as what it means to us. A code that we do not know is refused."""

    def meant(value: object) -> Enum:
        meaning = meanings.get(value) if isinstance(value, str) else None
        if meaning is None:
            raise refused(UNKNOWN_CODE if value != NO_RIGHTS else NO_RIGHTS)
        return meaning

    return core_schema.no_info_plain_validator_function(meant, metadata=_TEXT)


def _string(length: int, pattern: str | None) -> CoreSchema:
    return core_schema.str_schema(strict=True, max_length=length, pattern=pattern)


def _optional(value: str) -> str | None:
    if MASK in value:  # a row that was kept by a version that covered phone numbers
        raise refused(MASK)
    kept = _readable(value)
    return None if kept is None else masked_where_named(kept)


def _readable(value: str) -> str | None:
    if value == NO_RIGHTS:
        raise refused(NO_RIGHTS)
    if "\x00" in value:
        raise refused("no-character")
    return value if value.strip() else None


def _required(value: str) -> str:
    cleaned = _optional(value)
    if cleaned is None:
        raise refused("empty")
    return cleaned


def _covered(value: str) -> str | None:
    kept = _readable(value)
    return None if kept is None else masked(kept)


def _covered_required(value: str) -> str:
    kept = _covered(value)
    if kept is None:
        raise refused("empty")
    return kept


def _none_for_zero(value: int) -> int | None:
    return value or None


def _none_or(check: Callable[[object], T]) -> Callable[[object], T | None]:
    def checked(value: object) -> T | None:
        if value is None or (isinstance(value, str) and (not value.strip() or means_no_date(value))):
            return None
        return check(value)

    return checked


def _day(value: object) -> date:
    if isinstance(value, str) and means_no_date(value):
        return EARLIEST if is_before_all_dates(value) else LATEST
    return _time_by(to_date, value)


def _moment(value: object, never: datetime) -> datetime:
    if isinstance(value, str) and means_no_date(value):
        return never
    return _time_by(to_utc, value)


def _time_by(parse: Callable[[str], T], value: object) -> T:
    if not isinstance(value, str):
        raise refused("empty" if value is None else "no-time")
    try:
        return parse(value)
    except ValueError:
        raise refused(NO_RIGHTS if value == NO_RIGHTS else "impossible-date") from None


def _number_of(decimals: int) -> Callable[[object], Decimal]:
    step = Decimal(1).scaleb(-decimals)
    most = Decimal(10) ** (15 - decimals)

    @lru_cache(maxsize=16_384)
    def exact(value: float) -> Decimal:
        given = Decimal(repr(value))
        if not given.is_finite() or abs(given) >= most:
            raise refused("out-of-range")
        taken = given.quantize(_FINEST) + 0  # no minus before a zero
        short = taken.quantize(step)
        return short if short == taken else taken.normalize()

    def checked(value: object) -> Decimal:
        if type(value) is not float and type(value) is not int:
            raise refused(_not_a_number(value))
        return exact(value)

    return checked


def _not_a_number(value: object) -> str:
    if value is None:
        return "empty"
    return NO_RIGHTS if value == NO_RIGHTS else "no-number"
