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
class CheckResult:
    """One thing that was looked at. ``remedy`` is empty when nothing needs to be done."""

    subject: str
    health: Health
    found: str
    remedy: str = ""


def fine(subject: str, found: str) -> CheckResult:
    """Nothing needs to be done."""
    return CheckResult(subject, Health.FINE, found)


def warning(subject: str, found: str, remedy: str) -> CheckResult:
    """It works, and will not always."""
    return CheckResult(subject, Health.WARNING, found, remedy)


def wrong(subject: str, found: str, remedy: str) -> CheckResult:
    """It does not work."""
    return CheckResult(subject, Health.WRONG, found, remedy)
