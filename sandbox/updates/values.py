"""One value of a message, checked against its field and brought into one form.

Booleans come as true, "true" and "1", numbers as numbers and as text, all in official examples; "" and null
clear.
"""

import base64
import binascii
import math
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from sandbox.updates.descriptions import Field
from sandbox.updates.refusals import not_existing, too_long, wrong_type

_YES_NO = {"true": True, "1": True, "false": False, "0": False}


def checked(field: Field, value: Any) -> Any:
    """The value as str | int | float | bool | bytes (files), or None when it clears the field.

    Dates come back as 'YYYY-MM-DD', date-times as 'YYYY-MM-DDTHH:MM:SS', times as 'HH:MM:SS'.
    Raises Refusal for a wrong type, too many characters, or a code that is not on the list.
    """
    if value is None or value == "":
        return None
    if isinstance(value, list | dict):
        raise wrong_type(field)
    try:
        found = _READERS[field.type](value)
    except (ValueError, OverflowError) as error:
        raise wrong_type(field) from error
    return _within(field, found)


def _within(field: Field, value: Any) -> Any:
    if field.values and str(value).lower() not in {code.lower() for code in field.values}:
        raise not_existing(field)
    if field.length and len(str(value)) > field.length:
        raise too_long(field, field.length)
    return round(value, field.decimals) if field.type == "decimal" else value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _integer(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError(value)
    number = int(value)
    if abs(number) > 2**63 - 1:
        raise ValueError(value)
    return number


def _decimal(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError(value)  # noqa: TRY004  (the caller turns every ValueError into AFAS's words)
    number = float(value)
    if not math.isfinite(number) or abs(number) >= 1e13:
        raise ValueError(value)
    return number


def _boolean(value: Any) -> bool:
    try:
        return _YES_NO[str(value).lower()]
    except KeyError as error:
        raise ValueError(value) from error


def _date(value: Any) -> str:
    return date.fromisoformat(str(value)[:10]).isoformat() if _moment(value) else ""


def _moment(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(value)  # noqa: TRY004  (as above)
    return datetime.fromisoformat(value).replace(tzinfo=None, microsecond=0).isoformat()


def _time(value: Any) -> str:
    text = str(value)
    return _moment(text)[11:] if "T" in text else time.fromisoformat(text).isoformat(timespec="seconds")


def _file(value: Any) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except binascii.Error as error:
        raise ValueError from error


_READERS: dict[str, Callable[[Any], Any]] = {
    "string": _text,
    "memo": _text,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "date-time": _moment,
    "time": _time,
    "file": _file,
}
