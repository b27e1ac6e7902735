"""What reconciling sees of our own side: updates that are owed, declarations, how far a flow is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.declarations.declaration import Declaration
from domain.declarations.standing import NewestDecision
from domain.message import Message
from domain.outbox.update import Update
from domain.reconcile.finding import FindingKind
from domain.records.hours import Claim


@dataclass(frozen=True, slots=True)
class Owed:
    """The newest update about something that was not voided, and how it stands. Times are aware UTC.

    ``declaration``: of a claim's update, what the portal shows of it.
    """

    update: Update
    reason: Message | None
    ended_at: datetime | None
    declaration: Declaration | None = None


@dataclass(frozen=True, slots=True)
class PortalSide:
    """The portal's and our own side of one declaration.

    ``decided``: the newest decision that was not voided; ``fell``: there is none, and an approval was voided.
    ``stuck``: why the update is no further. ``owed_for``: seconds since the decision.
    """

    declaration: Declaration
    kept: Claim | None
    decided: NewestDecision | None
    update: int | None
    stuck: Message | None
    owed_for: float = 0.0
    fell: bool = False


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something that is wrong within the store itself: a kind of finding, its subject and plain facts."""

    kind: FindingKind
    subject: str
    client: str | None = None
    week: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FlowStand:
    """How far a flow is. ``watermark``: AFAS's text. ``started``: the database's time now (aware UTC).

    ``caught_up``: since the last news so much time has passed, and so much was read again, that nothing can
    lie unread before the watermark.
    """

    started: datetime
    watermark: str | None
    settled: bool
    caught_up: bool
