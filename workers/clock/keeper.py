"""What the clock does so that the store can be trusted: beats, anchors, settings noted, old rows removed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

log = structlog.get_logger("loonbrug.keeper")

BEAT_EVERY = 10.0
COUNTS_EVERY = 60.0


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept of one environment; the composition root joins it.

    ``note_settings``: in the audit trail, when they differ from those of the last start. ``beat``: one beat
    of the database, remembered outside. ``tell_tallies``: what was counted for the trail and is over.
    ``sweep``: remove a few old rows; how many went. ``anchor``: the trail's head for the log, if it is new.
    """

    note_settings: Callable[[], object]
    beat: Callable[[], object]
    tell_tallies: Callable[[], object]
    sweep: Callable[[], int]
    anchor: Callable[[], str | None]


class Keeper:
    """Does the keeping of one environment at its times."""

    def __init__(self, keeping: Keeping, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._keeping = keeping
        self._monotonic = monotonic
        self._beaten = float("-inf")
        self._counted = float("-inf")

    def begin(self) -> None:
        """Note the settings when they differ from those of the last start."""
        self._keeping.note_settings()

    def beat(self) -> None:
        """One beat every few seconds."""
        if self._monotonic() - self._beaten >= BEAT_EVERY:
            self._keeping.beat()
            self._beaten = self._monotonic()

    def tell_counts(self) -> None:
        """Once a minute: what was counted for the audit trail and is over."""
        if self._monotonic() - self._counted >= COUNTS_EVERY:
            self._keeping.tell_tallies()
            self._counted = self._monotonic()

    def tidy(self) -> int:
        """Remove a few old rows, tell the audit trail's head to the log. How many rows went."""
        gone = self._keeping.sweep()
        if told := self._keeping.anchor():
            log.info("audit anchor", anchor=told)
        return gone
