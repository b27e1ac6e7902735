"""What needs a person, the most urgent first: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from connectors.store.console_now import Stuck
from domain.update import UpdateKind
from domain.watching import PAY_FLOWS, Facts, FlowFacts, silent_after

PAY_KINDS = frozenset({UpdateKind.APPROVE.value, UpdateKind.REJECT.value})
"""Updates that pay depends on: what a client decided about hours."""


class Urgency(IntEnum):
    """How urgent; less is more so."""

    PAY = 0
    """The coming pay run waits for it."""
    STOPPED = 1
    """Nothing, or a whole flow, goes on."""
    SOON = 2
    """Today."""
    LATER = 3


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing for a person: the words ``matter.<key>`` with ``values``, and the page to do it on.

    ``flow`` and ``kind`` are values that have names of their own. ``seconds``: how long already, when known.
    """

    urgency: Urgency
    key: str
    place: str
    count: int = 0
    flow: str = ""
    kind: str = ""
    seconds: float | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """All that is judged. ``findings``: open differences, by whether pay depends on them.

    ``report``: what ails the report of the coming cut-off, as the key of its words; empty for nothing.
    """

    facts: Facts
    stuck: Sequence[Stuck]
    expires: date | None
    today: date
    mode: str
    intervals: Mapping[str, float]
    findings: Mapping[bool, int] = field(default_factory=dict)
    report: str = ""


def matters(now: Standing) -> list[Matter]:
    """Everything that needs a person; empty when all is well."""
    found = [
        *_going_on(now),
        *([Matter(Urgency.PAY, now.report, "/ops/cutoff")] if now.report else []),
        *(_stuck(stuck) for stuck in now.stuck),
        *(_differs(pay, count) for pay, count in now.findings.items() if count),
        *(matter for flow in now.facts.flows for matter in _flow(flow, now)),
        *_token(now),
    ]
    return sorted(found, key=lambda matter: (matter.urgency, -(matter.seconds or 0)))


def _going_on(now: Standing) -> list[Matter]:
    facts, found = now.facts, []
    if not facts.workers:
        found.append(Matter(Urgency.STOPPED, "no-worker", "/ops/"))
    if facts.paused_for is not None:
        key = "paused-by-person" if facts.paused_by_person else "paused-by-afas"
        found.append(Matter(Urgency.STOPPED, key, "/ops/flows", seconds=facts.paused_for))
    if now.mode == "dry-run":
        found.append(Matter(Urgency.SOON, "dry-run", "/ops/flows"))
    return found


def _stuck(stuck: Stuck) -> Matter:
    urgency = Urgency.PAY if stuck.kind in PAY_KINDS else Urgency.SOON
    place = f"/ops/failures?state={stuck.state}&kind={stuck.kind}"
    key = f"update-{stuck.state}"
    return Matter(urgency, key, place, count=stuck.updates, kind=stuck.kind, seconds=stuck.oldest)


def _differs(pay: bool, count: int) -> Matter:  # noqa: FBT001 - the key of the mapping
    return Matter(Urgency.PAY if pay else Urgency.SOON, "findings", "/ops/findings", count=count)


def _flow(flow: FlowFacts, now: Standing) -> list[Matter]:
    pay, found = flow.flow in PAY_FLOWS, []
    place = f"/ops/flows/{flow.flow}"
    if flow.parked_rows:
        urgency = Urgency.PAY if pay else Urgency.LATER
        rows = f"/ops/failures?flow={flow.flow}"
        found.append(Matter(urgency, "rows-parked", rows, count=flow.parked_rows, flow=flow.flow))
    if flow.broken:
        found.append(Matter(Urgency.STOPPED, "flow-broken", place, flow=flow.flow, seconds=flow.silent))
    elif flow.paused:
        urgency = Urgency.SOON if pay else Urgency.LATER
        found.append(Matter(urgency, "flow-paused", place, flow=flow.flow, seconds=flow.silent))
    elif _late(flow, now):
        urgency = Urgency.STOPPED if pay else Urgency.SOON
        found.append(Matter(urgency, "flow-late", place, flow=flow.flow, seconds=flow.silent))
    return found


def _late(flow: FlowFacts, now: Standing) -> bool:
    """Whether it should have succeeded by now; while nothing goes on at all, that is told instead."""
    if now.facts.paused_for is not None or not now.facts.workers:
        return False
    return flow.silent is None or flow.silent > silent_after(now.intervals.get(flow.flow, 60.0))


def _token(now: Standing) -> list[Matter]:
    days = (now.expires - now.today).days if now.expires else None
    if days is None or days > 30:
        return []
    urgency = Urgency.STOPPED if days < 0 else Urgency.SOON if days <= 7 else Urgency.LATER
    return [Matter(urgency, "token-over" if days < 0 else "token-soon", "/ops/", days=abs(days))]
