"""What is watched of updates that wait to be sent: each kind has a budget, shorter before the cut-off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from domain.cutoff.when import Cutoff
from domain.message import Message
from domain.watch.alert import Alert, Severity
from domain.watch.waiting import NEAR, Budgets, WaitingKind

Near = Callable[[datetime], Sequence[Cutoff]]
"""The cut-offs to look at, at a moment (aware UTC): the next, and one that closed within a day."""


class WaitsTooLong:
    """``sync.watch.ports.AlertSource``. ``waiting``: what waits now, by kind; ``now``: aware UTC."""

    def __init__(
        self,
        waiting: Callable[[], Sequence[WaitingKind]],
        budgets: Budgets,
        near: Near,
        now: Callable[[], datetime],
    ) -> None:
        self._waiting = waiting
        self._budgets = budgets
        self._near = near
        self._now = now

    def __call__(self) -> list[Alert]:
        """One alert for each kind whose oldest update waits too long."""
        now = self._now()
        near = closes_soon(now, self._near(now))
        return [_alert(each) for each in self._waiting() if self._budgets.exceeded(each, near=near)]


def closes_soon(now: datetime, cutoffs: Sequence[Cutoff]) -> bool:
    """Whether one of these cut-offs is within a day."""
    return any(timedelta(0) <= cutoff.at - now <= NEAR for cutoff in cutoffs)


def _alert(waiting: WaitingKind) -> Alert:
    severity = Severity.CRITICAL if waiting.payment else Severity.WARNING
    values = {"count": waiting.updates, "kind": waiting.kind, "seconds": waiting.oldest}
    told = Message("told.updates-waiting", values | {"update": waiting.update})
    return Alert("update-waiting", told, severity, waiting.kind)
