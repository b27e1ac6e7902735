"""Two numbers that must be the same."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Sum:
    """Two numbers, each out of another place, that must be the same, but for ``rounding``.

    ``name`` is one of the words' group ``week-sum``.
    """

    name: str
    left: Decimal
    right: Decimal
    rounding: Decimal = Decimal(0)

    @property
    def agrees(self) -> bool:
        """They are the same."""
        return abs(self.left - self.right) <= self.rounding
