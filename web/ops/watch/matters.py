"""What needs a person, the most urgent first: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from connectors.store.running.overview import FlowOverview
from connectors.store.watch.now import Stuck
from domain.outbox.update import PAY_KINDS
from domain.watch.facts import PAY_FLOWS, Facts, FlowFacts, Limits, Room, silent_after
from domain.watch.waiting import WaitingKind

_LIMITS = Limits(intervals={})
"""For how long an unclear update or a pause of AFAS is left to Loonbrug alone, as the alerts say too."""


_AHEAD = "/ops/runbooks/row-ahead"


class Urgency(IntEnum):
    """How urgent; less is more so."""

    PAY = 0
    """The coming pay run waits for it, and it does not go away by itself."""
    STOPPED = 1
    """Something stands still."""
    SOON = 2
    """Today."""
    LATER = 3
    """It can wait, or it goes away by itself."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing for a person: the words ``matter.<key>`` with ``values``, and the page to do it on.

    ``flow`` and ``kind`` are values that have names of their own. ``seconds``: how long already, when known.
    ``week``: the week of a report.
    """

    urgency: Urgency
    key: str
    place: str
    count: int = 0
    flow: str = ""
    kind: str = ""
    seconds: float | None = None
    days: int = 0
    week: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """All that is judged. ``findings``: open differences, by whether pay depends on them.

    ``reports``: week -> what ails the report of its cut-off, as the key of its words. ``resting``: kinds of
    update that rest. ``waiting``: what waits too long to be sent. ``held``: a restore holds back all that is
    owed to AFAS.
    """

    facts: Facts
    stuck: Sequence[Stuck]
    expires: date | None
    today: date
    mode: str
    intervals: Mapping[str, float]
    findings: Mapping[bool, int] = field(default_factory=dict)
    reports: Mapping[str, str] = field(default_factory=dict)
    resting: Sequence[str] = ()
    held: bool = False
    waiting: Sequence[WaitingKind] = ()


def matters(now: Standing) -> list[Matter]:
    """Everything that needs a person; none when all is well. What stops everything precedes its victims."""
    found = [
        *(Matter(Urgency.PAY, report, "/ops/cutoff", week=week) for week, report in now.reports.items()),
        *(_stuck(stuck) for stuck in now.stuck),
        *(_waits(each) for each in now.waiting),
        *(_differs(pay, count) for pay, count in now.findings.items() if count),
        *(matter for flow in now.facts.flows for matter in _flow(flow, now)),
        *(_rests(kind) for kind in now.resting),
        *_token(now),
        *_untold(now),
    ]
    found.sort(key=lambda matter: -(matter.seconds or 0))
    return sorted([*_going_on(now), *found], key=lambda matter: matter.urgency)


def late_flows(flows: Sequence[FlowOverview], intervals: Mapping[str, float]) -> frozenset[str]:
    """Of these flows, those whose last success is too long ago."""
    return frozenset(
        flow.flow
        for flow in flows
        if (flow.seconds_since_success or 0) > silent_after(intervals.get(flow.flow, 60.0))
    )


def _going_on(now: Standing) -> list[Matter]:
    facts, found = now.facts, []
    if not facts.workers:
        found.append(Matter(Urgency.PAY, "no-worker", "/ops/runbooks/no-worker"))
    if now.held:
        found.append(Matter(Urgency.PAY, "held", "/ops/findings"))
    if facts.paused_for is not None:
        found.append(_paused(facts.paused_for, by_person=facts.paused_by_person))
    if facts.room.stands_still or facts.room.slow:
        found.append(_room(facts.room))
    if now.mode == "dry-run":
        found.append(Matter(Urgency.PAY, "dry-run", "/ops/flows"))
    return found


def _paused(seconds: float, *, by_person: bool) -> Matter:
    """A pause of AFAS's own ends by itself when AFAS answers again; one of a person does not."""
    if by_person:
        return Matter(Urgency.PAY, "paused-by-person", "/ops/flows", seconds=seconds)
    urgency = Urgency.PAY if seconds > _LIMITS.paused else Urgency.STOPPED
    return Matter(urgency, "paused-by-afas", "/ops/runbooks/afas-paused", seconds=seconds)


def _room(room: Room) -> Matter:
    """While there is room at all, it goes away by itself: AFAS gives up in the end."""
    place = "/ops/runbooks/afas-unanswered"
    if room.stands_still:
        return Matter(Urgency.PAY, "no-room", place, count=room.unanswered, seconds=room.in_vain)
    return Matter(Urgency.SOON, "unanswered", place, count=room.writes)


def _stuck(stuck: Stuck) -> Matter:
    place = f"/ops/failures?state={stuck.state}&kind={stuck.kind}"
    urgency, key = Urgency.PAY if stuck.kind in PAY_KINDS else Urgency.SOON, f"update-{stuck.state}"
    if stuck.state == "unclear" and stuck.oldest <= _LIMITS.unclear:
        urgency, key = Urgency.LATER, "update-looking"
    return Matter(urgency, key, place, count=stuck.updates, kind=stuck.kind, seconds=stuck.oldest)


def _waits(waiting: WaitingKind) -> Matter:
    urgency = Urgency.PAY if waiting.payment else Urgency.SOON
    place = f"/ops/failures/updates/{waiting.update}"
    return Matter(
        urgency, "update-waiting", place, count=waiting.updates, kind=waiting.kind, seconds=waiting.oldest
    )


def _rests(kind: str) -> Matter:
    return Matter(Urgency.PAY if kind in PAY_KINDS else Urgency.SOON, "kind-rests", "/ops/flows", kind=kind)


def _differs(pay: bool, count: int) -> Matter:  # noqa: FBT001 - the key of the mapping
    return Matter(Urgency.PAY if pay else Urgency.SOON, "findings", "/ops/findings", count=count)


def _flow(flow: FlowFacts, now: Standing) -> list[Matter]:
    pay, found = flow.flow in PAY_FLOWS, []
    place = f"/ops/flows/{flow.flow}"
    if flow.parked_rows:
        urgency = Urgency.PAY if pay else Urgency.LATER
        rows = f"/ops/failures?flow={flow.flow}"
        found.append(Matter(urgency, "rows-parked", rows, count=flow.parked_rows, flow=flow.flow))
    if flow.rows_ahead:
        told = Matter(Urgency.LATER, "rows-ahead", _AHEAD, count=flow.rows_ahead, flow=flow.flow)
        found.append(told)
    if flow.broken:
        urgency = Urgency.PAY if pay else Urgency.STOPPED
        found.append(Matter(urgency, "flow-broken", place, flow=flow.flow, seconds=flow.silent))
    elif flow.paused:
        urgency = Urgency.PAY if pay else Urgency.LATER
        found.append(Matter(urgency, "flow-paused", place, flow=flow.flow, seconds=flow.silent))
    elif _late(flow, now):
        urgency = Urgency.PAY if pay else Urgency.SOON
        found.append(Matter(urgency, "flow-late", place, flow=flow.flow, seconds=flow.silent))
    return found


def _late(flow: FlowFacts, now: Standing) -> bool:
    """Whether it should have succeeded by now; while nothing goes on at all, that is told instead."""
    if flow.absent or now.facts.paused_for is not None or not now.facts.workers:
        return False
    return flow.silent is None or flow.silent > silent_after(now.intervals.get(flow.flow, 60.0))


def _token(now: Standing) -> list[Matter]:
    days = (now.expires - now.today).days if now.expires else None
    if days is None or days > 30:
        return []
    urgency = Urgency.PAY if days < 0 else Urgency.SOON if days <= 7 else Urgency.LATER
    key = "token-over" if days < 0 else "token-soon"
    return [Matter(urgency, key, "/ops/runbooks/token-expiring", days=abs(days))]


def _untold(now: Standing) -> list[Matter]:
    count = sum(now.facts.failed_notices.values())
    place = "/ops/runbooks/notice-failed"
    return [Matter(Urgency.SOON, "notice-failed", place, count=count)] if count else []
