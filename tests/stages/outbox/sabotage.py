"""A store whose user dies at a chosen moment, or at random ones."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.outbox.sending import SenderSession
from domain.outbox.delivery import Attempt, Batch, Begun, Settled
from domain.outbox.update import Update, UpdateKind
from domain.outbox.verdicts import PauseEnvironment, PauseKind


class Crash(BaseException):
    """The process is gone; nothing behind this line happens."""


class Steps:
    """Counts the moments between two steps, and dies at the one that ``dies`` names."""

    def __init__(self, dies: Callable[[int], bool]) -> None:
        self.passed = 0
        self._dies = dies
        self._lock = threading.Lock()

    def step(self) -> None:
        """One more moment went by."""
        with self._lock:
            self.passed += 1
            dies = self._dies(self.passed)
        if dies:
            raise Crash


def at(moment: int) -> Steps:
    """Dies once, at that moment."""
    return Steps(lambda passed: passed == moment)


def at_random(chance: float, seed: int) -> Steps:
    """Dies now and then."""
    dice = random.Random(seed)
    return Steps(lambda passed: dice.random() < chance)


class CrashingOutbox(PostgresOutbox):
    """Its user may die before and after every call."""

    steps: Steps

    def take(self, most: int, lease: float, rests: Sequence[float] = ()) -> Batch | None:
        self.steps.step()
        batch = super().take(most, lease, rests)
        if batch:
            self.steps.step()
        return batch

    def note(self, attempts: Sequence[Attempt]) -> None:
        self._around(super().note, attempts)

    def settle(self, settled: Sequence[Settled]) -> None:
        self._around(super().settle, settled)

    def hand_back(self, updates: Sequence[Update], *, alone: bool = False, after: float = 0.0) -> None:
        self._around(super().hand_back, updates, alone=alone, after=after)

    def pause(self, kind: UpdateKind, pause: PauseEnvironment | PauseKind) -> None:
        self._around(super().pause, kind, pause)

    @contextmanager
    def sender(self, lease: float) -> Iterator[SenderSession]:
        with super().sender(lease) as session:
            yield _CrashingSender(session, self.steps)  # type: ignore[misc]

    def _around(self, call: Callable[..., None], *arguments: Any, **named: Any) -> None:
        self.steps.step()
        call(*arguments, **named)
        self.steps.step()


class _CrashingSender:
    """Dies around the commit of "sending", and before the lock is let go."""

    def __init__(self, session: SenderSession, steps: Steps) -> None:
        self._session = session
        self._steps = steps

    @contextmanager
    def sending(self, update: Update, remember: dict[str, str]) -> Iterator[Begun]:
        self._steps.step()
        with self._session.sending(update, remember) as begun:
            self._steps.step()
            yield begun
            self._steps.step()


def crashing(steps: Steps) -> type[CrashingOutbox]:
    """An outbox class whose users share these steps."""
    return type("CrashingOutboxHere", (CrashingOutbox,), {"steps": steps})
