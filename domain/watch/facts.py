"""How everything stands, in numbers, and what of it is wrong: pure. Nothing here names a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from domain.message import Message
from domain.records.catalogue import CATALOGUE
from domain.watch.alert import Alert, Severity

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
class Facts:
    """How an environment stands now. Ages in seconds.

    ``parked_pay``: parked updates that pay depends on. ``paused_for``: None when it is not paused;
    ``paused_by_person``: somebody ordered it. ``failed_notices``: by channel, those given up within a day
    or tried in vain more than three times. ``key_days``: days left of each API key that expires and is used.
    """

    flows: Sequence[FlowFacts]
    unclear: int
    oldest_unclear: float
    parked_pay: int
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


def going_on(facts: Facts, limits: Limits) -> bool:
    """Whether everything is really going on: a worker lives, AFAS is not paused, every flow succeeds."""
    return bool(
        facts.workers
        and facts.paused_for is None
        and not facts.room.stands_still
        and not any(flow.broken or _silent(flow, limits) for flow in facts.flows if flow.expected)
    )


def judge(facts: Facts, limits: Limits, today: date) -> list[Alert]:
    """What is wrong. One cause is told once: while AFAS or the workers are away, no flow is told silent."""
    return [
        *_updates(facts, limits),
        *_environment(facts, limits),
        *(alert for flow in facts.flows for alert in _flow(flow, facts, limits)),
        *_token(facts.token_expires, today),
        *_keys(facts.key_days),
        *_notices(facts.failed_notices),
    ]


def _updates(facts: Facts, limits: Limits) -> list[Alert]:
    found = []
    if facts.unclear and facts.oldest_unclear > limits.unclear:
        told = Message("told.unclear-updates", {"count": facts.unclear, "seconds": facts.oldest_unclear})
        found.append(Alert("unclear-update", told, Severity.CRITICAL, path="/ops/failures?state=unclear"))
    if facts.parked_pay:
        told = Message("told.decisions-parked", {"count": facts.parked_pay})
        found.append(Alert("payment-parked", told, Severity.CRITICAL, "updates", path="/ops/failures"))
    return found


def _environment(facts: Facts, limits: Limits) -> list[Alert]:
    found = []
    if facts.paused_for is not None and facts.paused_for > limits.paused:
        who = "person" if facts.paused_by_person else "afas"
        told = Message(f"told.paused-by-{who}", {"seconds": facts.paused_for})
        found.append(Alert("afas-paused", told, Severity.CRITICAL))
    if not facts.workers:
        found.append(Alert("no-worker", Message("told.no-worker"), Severity.CRITICAL))
    return [*found, *_room(facts.room)]


def _room(room: Room) -> list[Alert]:
    """Told anew when slow becomes a standstill."""
    calls: dict[str, object] = {"count": room.unanswered, "writes": room.writes}
    if room.stands_still:
        told = Message("told.no-room", calls | {"seconds": room.in_vain})
        return [Alert("afas-unanswered", told, Severity.CRITICAL, stage="standstill", path="/ops/failures")]
    if room.slow:
        told = Message("told.slow-writes", calls)
        return [Alert("afas-unanswered", told, stage="slow", path="/ops/failures")]
    return []


def _flow(flow: FlowFacts, facts: Facts, limits: Limits) -> list[Alert]:
    found, pay = [], flow.flow in PAY_FLOWS
    severity = Severity.CRITICAL if pay else Severity.WARNING
    if flow.parked_rows and pay:
        told = Message("told.rows-parked", {"count": flow.parked_rows, "flow": flow.flow})
        found.append(Alert("payment-parked", told, severity, flow.flow, path="/ops/failures"))
    if flow.rows_ahead:
        told = Message("told.rows-ahead", {"count": flow.rows_ahead, "flow": flow.flow})
        found.append(Alert("row-ahead", told, subject=flow.flow, path="/ops/runbooks/row-ahead"))
    if not flow.expected:
        return found
    if flow.broken:
        told = Message("told.flow-broken", {"flow": flow.flow})
        found.append(Alert("flow-broken", told, severity, flow.flow, path="/ops/flows"))
    elif facts.workers and facts.paused_for is None and _silent(flow, limits):
        told = Message("told.flow-silent", {"flow": flow.flow, "seconds": flow.silent or 0})
        found.append(Alert("flow-silent", told, severity, flow.flow, path="/ops/flows"))
    return found


def _silent(flow: FlowFacts, limits: Limits) -> bool:
    return flow.silent is None or flow.silent > silent_after(limits.intervals.get(flow.flow, 60.0))


def _token(expires: date | None, today: date) -> list[Alert]:
    """Told at 30, 14, 7 and 1 days, once each, and when it is over."""
    days = (expires - today).days if expires else None
    if days is None or days > TOKEN_STAGES[-1]:
        return []
    stage = "expired" if days < 0 else str(next(stage for stage in TOKEN_STAGES if days <= stage))
    told = Message("told.token-expired" if days < 0 else "told.token-expires", {"days": abs(days)})
    severity = Severity.CRITICAL if days <= 7 else Severity.WARNING
    return [Alert("token-expiring", told, severity, stage=stage, repeats=days < 0)]


def _keys(days_left: Mapping[str, int]) -> list[Alert]:
    """Told at 30, 14, 7 and 1 days, once each, and on the day itself again and again."""
    return [
        Alert(
            "key-expiring",
            Message("told.key-expires" if days > 0 else "told.key-expires-today", {"key": key, "days": days}),
            Severity.CRITICAL if days <= KEY_STAGES[0] else Severity.WARNING,
            key,
            stage=str(next(stage for stage in KEY_STAGES if days <= stage)),
            repeats=days <= 0,
            path="/ops/runbooks/key-expiring",
        )
        for key, days in days_left.items()
        if days <= KEY_STAGES[-1]
    ]


def _notices(failed: Mapping[str, int]) -> list[Alert]:
    return [
        Alert("notice-failed", _untold(channel, count), subject=channel)
        for channel, count in sorted(failed.items())
    ]


def _untold(channel: str, count: int) -> Message:
    return Message("told.notices-failed", {"count": count, "channel": channel})
