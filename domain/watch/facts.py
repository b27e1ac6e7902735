"""How everything stands, in numbers, and what of it is wrong: pure. Nothing here names a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from domain.records.catalogue import CATALOGUE

TOKEN_STAGES = (1, 7, 14, 30)
"""Days before the end of a token at which it is told."""
KEY_STAGES = (1, 7, 14, 30)
"""Days before the end of an API key at which it is told."""

PAY_FLOWS = frozenset(kind.flow for kind in CATALOGUE if kind.pay)
"""Flows whose rows pay depends on."""


SLOW_FROM = 4
"""More writes than so many without an answer make the next one wait."""

STANDS_STILL = 120.0
"""Seconds without room for looks, writes or polls that are a standstill: as long as one call may last."""


def silent_after(interval: float) -> float:
    """Seconds after its last success at which a flow that is read every ``interval`` seconds is late."""
    return max(300.0, 4 * interval)


@dataclass(frozen=True, slots=True)
class FlowFacts:
    """One flow. ``silent`` in seconds: since its last success, or its first run was wanted; None: never.

    ``rows_ahead``: rows that AFAS dates later than now. ``absent``: AFAS has no such connector, nor need it.
    """

    flow: str
    paused: bool
    broken: bool
    silent: float | None
    parked_rows: int
    rows_ahead: int = 0
    absent: bool = False

    @property
    def expected(self) -> bool:
        """Whether it should succeed again and again."""
        return not (self.paused or self.absent)


@dataclass(frozen=True, slots=True)
class Room:
    """What AFAS may still have in hand of ours, and whether that leaves room.

    ``unanswered``: calls without an answer that may still occupy AFAS, ``writes`` of them. ``in_vain``: for
    how long some use of AFAS (looks, writes or polls) has found no room, in seconds; 0 when each does.
    """

    unanswered: int = 0
    writes: int = 0
    in_vain: float = 0.0

    @property
    def slow(self) -> bool:
        """Whether writes wait for each other, and longer after each that is lost."""
        return self.writes > SLOW_FROM

    @property
    def stands_still(self) -> bool:
        """Whether something has waited for room for too long."""
        return self.in_vain > STANDS_STILL


@dataclass(frozen=True, slots=True)
class Stuck:
    """Updates of a kind that are ``parked``, ``unclear`` or (longer than it takes) ``sending``.

    ``oldest``: seconds since the oldest was sent, or decided when it never was.
    """

    kind: str
    state: str
    updates: int
    oldest: float


@dataclass(frozen=True, slots=True)
class Facts:
    """How an environment stands now. Ages in seconds.

    ``paused_for``: None when it is not paused;
    ``paused_by_person``: somebody ordered it. ``failed_notices``: by channel, those given up within a day
    or tried in vain more than three times. ``key_days``: days left of each API key that expires and is used.
    """

    flows: Sequence[FlowFacts]
    stuck: Sequence[Stuck]
    paused_for: float | None
    paused_by_person: bool
    token_expires: date | None
    workers: int
    failed_notices: Mapping[str, int] = field(default_factory=dict)
    room: Room = field(default_factory=Room)
    key_days: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on something is wrong. Seconds; ``intervals``: seconds between two polls of each flow."""

    intervals: Mapping[str, float]
    unclear: float = 1800.0
    paused: float = 900.0

    def is_late(self, flow: FlowFacts) -> bool:
        """Whether a flow should have succeeded by now; never for one that need not."""
        if not flow.expected:
            return False
        return flow.silent is None or flow.silent > silent_after(self.intervals.get(flow.flow, 60.0))


def going_on(facts: Facts, limits: Limits) -> bool:
    """Whether everything is really going on: a worker lives, AFAS is not paused, every flow succeeds."""
    return bool(
        facts.workers
        and facts.paused_for is None
        and not facts.room.stands_still
        and not any(flow.broken or limits.is_late(flow) for flow in facts.flows if flow.expected)
    )
