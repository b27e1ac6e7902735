"""The plain values that pass between delivering and the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.message import Message
from domain.outbox.update import Update, UpdateKind, UpdateState
from domain.outbox.verdicts import Verdict


class Mode(StrEnum):
    """What may be done in an environment."""

    LIVE = "live"
    DRY_RUN = "dry-run"
    """Everything but the write; the attempt shows the request."""
    PAUSED = "paused"


class AttemptKind(StrEnum):
    """What an attempt was."""

    LOOK = "look"
    SEND = "send"
    VERIFY = "verify"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One contact with AFAS about an update. ``request`` is masked; ``seconds`` is None when not measured.

    ``made``: the evidence that AFAS's answer held; it is kept with the update as soon as the attempt is.
    """

    update: int
    step: AttemptKind
    outcome: str
    detail: Message | None = None
    request: dict[str, object] | None = field(default=None, repr=False)
    trace: str | None = None
    log_reference: str | None = None
    seconds: float | None = None
    made: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """Updates of one kind that this worker holds. ``now`` is the database's time when they were taken."""

    kind: UpdateKind
    mode: Mode
    token: UUID
    now: datetime
    updates: tuple[Update, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one update, and the attempts that led to it."""

    update: Update
    verdict: Verdict
    attempts: tuple[Attempt, ...] = ()


class Begun(StrEnum):
    """The answer to "may I send this now?"."""

    GO = "go"
    """Written down as sending; the lock is ours."""
    HELD = "held"
    """Somebody who once began to send it is still alive."""
    MOVED = "moved"
    """What we know of its content by now is not what was decided about."""
    NEWS = "news"
    """There is news of its content that was not derived yet."""
    STOP = "stop"
    """It is not ours any more, or the environment went out of live mode."""


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """An attempt as it was written down: when (aware UTC), what came of it, AFAS's references, seconds."""

    at: datetime
    step: str
    outcome: str
    detail: Message | None
    request: Mapping[str, object] | None = field(repr=False)
    trace: str | None
    log_reference: str | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class UpdateView:
    """One update as operators see it. Times are aware UTC."""

    update: Update
    due_at: datetime
    reason: Message | None
    log_reference: str | None
    ended_at: datetime | None
    history: tuple[PastAttempt, ...] = ()

    @property
    def state(self) -> UpdateState:
        """How far it is."""
        return self.update.state
