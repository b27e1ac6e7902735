"""AFAS's own time, as its answers tell it in their ``Date`` (RFC 9110: whoever has a clock tells it)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


class ToldTime:
    """Thread-safe: one value is put in the place of another. ``clock`` counts on between two answers."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: tuple[datetime, float] | None = None

    def hear(self, date: str | None) -> None:
        """Note the ``Date`` of an answer that arrives now; what is no date is passed over."""
        try:
            told = parsedate_to_datetime(date) if date else None
        except ValueError:
            return
        if told is not None and told.tzinfo is not None:
            self._told = (told.astimezone(UTC), self._clock())

    def now(self) -> datetime | None:
        """AFAS's time now (aware UTC, a second or so behind), or None when no answer ever told it."""
        if self._told is None:
            return None
        told, heard = self._told
        return told + timedelta(seconds=self._clock() - heard)
