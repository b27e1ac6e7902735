"""How long an update may wait to be sent before a person is told: pure. Ages and budgets in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from domain.message import Message
from domain.outbox.update import PAY_KINDS, UpdateKind, UpdateState

BUDGETS: Mapping[str, float] = {
    UpdateKind.APPROVE: 1800.0,
    UpdateKind.REJECT: 1800.0,
    UpdateKind.ATTACH_FILE: 3600.0,
    UpdateKind.SIGN_OFF: 3600.0,
    UpdateKind.CHANGE_MOBILE: 4 * 3600.0,
    UpdateKind.ASK_QUESTION: 4 * 3600.0,
}
"""What lies between deciding and sending on a usual day is seconds; on a busy Monday minutes."""

NEAR = timedelta(hours=24)
"""So long before the cut-off patience with what pay depends on is shorter."""
UNCLEAR = 1800.0
"""For so long an update whose fate is unknown is left to Loonbrug alone."""


@dataclass(frozen=True, slots=True)
class WaitingKind:
    """What is owed of a kind and not being sent. ``oldest``: since it was decided; ``update``: that one.

    ``reason``: why its kind rests, or why it waits; None when nobody tried yet. AFAS's words may name people.
    """

    kind: str
    updates: int
    oldest: float
    update: int
    reason: Message | None = field(default=None, repr=False)

    @property
    def payment(self) -> bool:
        """Whether somebody's pay depends on it."""
        return self.kind in PAY_KINDS


@dataclass(frozen=True, slots=True)
class Lateness:
    """From when on a decision about hours that AFAS does not show is late: seconds since it was made."""

    approve: float
    reject: float
    unclear: float

    def reached(self, kind: UpdateKind, state: UpdateState, seconds: float) -> bool:
        """Whether a decision in such a state that was made so long ago is."""
        if state is UpdateState.UNCLEAR:
            return seconds > self.unclear
        return seconds > (self.approve if kind is UpdateKind.APPROVE else self.reject)


@dataclass(frozen=True, slots=True)
class Budgets:
    """How long is too long. ``kinds``: those that differ; ``near``: of hours, near the cut-off."""

    kinds: Mapping[str, float] = field(default_factory=dict)
    near: float = 600.0

    def of(self, kind: str, *, near: bool) -> float:
        """The budget of a kind."""
        usual = self.kinds.get(kind, BUDGETS.get(kind, 1800.0))
        return min(usual, self.near) if near and kind in PAY_KINDS else usual

    def lateness(self, *, near: bool) -> Lateness:
        """From when on decisions about hours are late."""
        approve, reject = (self.of(kind, near=near) for kind in (UpdateKind.APPROVE, UpdateKind.REJECT))
        return Lateness(approve, reject, UNCLEAR)

    def exceeded(self, waiting: WaitingKind, *, near: bool) -> bool:
        """Whether the oldest of them has waited too long."""
        return waiting.oldest > self.of(waiting.kind, near=near)
