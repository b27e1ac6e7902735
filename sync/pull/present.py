"""AFAS's present, by AFAS's own answers and by our clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from domain.pull.afas_clock import Present


class TellsTime(Protocol):
    """AFAS, as far as it tells the time."""

    def told_time(self) -> datetime | None:
        """AFAS's own time now (aware UTC), by its last answer; None when none told it. No call."""


def present_of(afas: TellsTime) -> Callable[[], Present]:
    """A function that says where AFAS's present stands each time it is asked."""
    return lambda: Present.of(datetime.now(UTC), afas.told_time())


def by_our_clock() -> Present:
    """Where it stands by our own clock alone."""
    return Present.of(datetime.now(UTC), None)
