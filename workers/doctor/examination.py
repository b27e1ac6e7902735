"""What ``doctor`` says: one finding per thing looked at, with what the administrator must do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How a thing is."""

    FINE = "fine"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``remedy`` is empty when nothing needs to be done."""

    subject: str
    health: Health
    found: str
    remedy: str = ""


def fine(subject: str, found: str) -> Finding:
    """Nothing needs to be done."""
    return Finding(subject, Health.FINE, found)


def warning(subject: str, found: str, remedy: str) -> Finding:
    """It works, and will not always."""
    return Finding(subject, Health.WARNING, found, remedy)


def wrong(subject: str, found: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(subject, Health.WRONG, found, remedy)
