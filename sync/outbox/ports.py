"""What delivering needs of the store, as Protocols."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

from domain.message import Message
from domain.outbox.delivery import Attempt, Batch, Begun, Settled, UpdateView
from domain.outbox.update import Update, UpdateKind, UpdateState
from domain.outbox.verdicts import PauseEnvironment, PauseKind


class Sender(Protocol):
    """A database session of its own; while it lives, what it began counts as being sent."""

    def sending(self, update: Update, remember: dict[str, str]) -> AbstractContextManager[Begun]:
        """Hold the update's lock, and commit state, count and time of sending before the first byte."""


class Outbox(Protocol):
    """What we owe AFAS in one environment. Every write is fenced by the token of the claim."""

    def take(self, most: int, lease: float, rests: Sequence[float] = ()) -> Batch | None:
        """Claim updates that are due, all of one kind, at most one per subject; commits before it returns.

        ``rests``: seconds that one rests behind its lease after one, two, three claims without an outcome.
        """

    def holding(self, batch: Batch, rest: float) -> AbstractContextManager[None]:
        """When the store fails within the block, let go of what was not sent, due after ``rest`` seconds.

        A sick store is no fault of theirs: it does not count as an attempt without an outcome.
        """

    def extend(self, updates: Sequence[Update], lease: float) -> None:
        """Hold on to them for so many seconds from now."""

    def note(self, attempts: Sequence[Attempt]) -> None:
        """Write attempts down at once."""

    def settle(self, settled: Sequence[Settled]) -> None:
        """Write down what became of them and let go. What is no longer ours is left alone."""

    def hand_back(self, updates: Sequence[Update], *, alone: bool = False, after: float = 0.0) -> None:
        """Let go without an outcome, due in so many seconds. ``alone``: each by itself next time."""

    def sender(self, lease: float) -> AbstractContextManager[Sender]:
        """Open a session for sending; what it begins is held for so many seconds."""

    def file(self, file: UUID) -> bytes | None:
        """The bytes of a file that waits for AFAS."""

    def pause(self, kind: UpdateKind, pause: PauseEnvironment | PauseKind) -> None:
        """Rest the environment, or one kind of update in it."""


class Operators(Protocol):
    """What people may do to updates."""

    def show(self, update: int) -> UpdateView | None:
        """Everything about an update, its attempts in order."""

    def replay(self, update: int, operator: str, reason: Message) -> UpdateState:
        """Make a parked or unclear update due again, its history kept. Raises Refused for any other."""
