"""What is wrong with a field of a request, in messages: pydantic says it in English only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from domain.message import Message

FAULTS = frozenset(
    (
        "control_characters", "date_from_datetime_inexact", "date_from_datetime_parsing", "date_parsing",
        "date_type", "datetime_from_date_parsing", "datetime_parsing", "datetime_type", "dict_type",
        "enum", "extra_forbidden", "greater_than_equal", "int_from_float", "int_parsing",
        "int_parsing_size", "int_type", "less_than", "less_than_equal", "list_type", "literal_error",
        "missing", "model_attributes_type", "model_type", "no_week", "string_pattern_mismatch",
        "string_too_long", "string_too_short", "string_type", "string_unicode", "too_long", "too_short",
    )
)  # fmt: skip
"""What may be wrong with a field, as pydantic names it; our own kinds among them."""


def fault_of_field(fault: Mapping[str, Any]) -> Message:
    """What is wrong with a field, without its value."""
    if fault["type"] not in FAULTS:
        return Message("invalid.other")
    limits: dict[str, object] = {
        name: value for name, value in fault.get("ctx", {}).items() if isinstance(value, int | str)
    }
    if "expected" in limits:
        limits["expected"] = re.findall(r"'([^']*)'", str(limits["expected"]))
    return Message(f"invalid.{fault['type']}", limits)


def place_of(location: Sequence[str | int]) -> str:
    """``("body", "items", 0, "contact")`` becomes ``items.0.contact``."""
    parts = location[1:] if len(location) > 1 else location
    return ".".join(str(part) for part in parts)
