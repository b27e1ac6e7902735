"""What watching needs of the store, as Protocols."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from domain.watch.facts import Facts


class Watching(Protocol):
    """How one environment stands."""

    def facts(self, flows: Sequence[str]) -> Facts:
        """In numbers, now."""

    def token_ends(self, day: date | None) -> None:
        """Remember the day on which the token or secret for AFAS expires; None: none is known."""
