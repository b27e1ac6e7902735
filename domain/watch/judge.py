"""What is wrong, judged in one place for the console, the alerts and the command line: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from domain.message import Message
from domain.outbox.update import PAY_KINDS
from domain.watch.facts import KEY_STAGES, PAY_FLOWS, TOKEN_STAGES, Facts, FlowFacts, Limits, Room, Stuck
from domain.watch.waiting import WaitingKind

_AHEAD = "/ops/runbooks/row-ahead"
SOON = 7
"""Days before the end of a token or key from which on it cannot wait any more."""


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
    ``week``: the week of a report. ``about``: a channel or a key, by its id. ``writes``: of ``count``.
    ``update``: the oldest, with ``why`` it waits. ``settles``: Loonbrug may still see to it alone, so that
    nobody is alerted yet.
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
    about: str = ""
    writes: int = 0
    update: int | None = None
    why: Message | None = None
    settles: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """All that is judged. ``findings``: open differences, by whether pay depends on them.

    ``reports``: week -> what ails the report of its cut-off, as the key of its words. ``resting``: kinds of
    update that rest. ``waiting``: what waits too long to be sent. ``held``: a restore holds back all that is
    owed to AFAS. ``clock``: one is alive.
    """

    facts: Facts
    limits: Limits
    today: date
    mode: str = "live"
    findings: Mapping[bool, int] = field(default_factory=dict)
    reports: Mapping[str, str] = field(default_factory=dict)
    resting: Sequence[str] = ()
    held: bool = False
    waiting: Sequence[WaitingKind] = ()
    clock: bool = True


def judge(now: Standing) -> list[Matter]:
    """Everything that needs a person; none when all is well. What stops everything precedes its victims."""
    facts, limits = now.facts, now.limits
    found = [
        *(Matter(Urgency.PAY, report, "/ops/cutoff", week=week) for week, report in now.reports.items()),
        *(matter for stuck in facts.stuck for matter in _stuck(stuck, limits)),
        *(_waits(each) for each in now.waiting),
        *(_differs(pay, count) for pay, count in now.findings.items() if count),
        *(matter for flow in facts.flows for matter in _flow(flow, facts, limits)),
        *(_rests(kind) for kind in now.resting),
        *_token(facts.token_expires, now.today),
        *(_key(key, days) for key, days in facts.key_days.items() if days <= KEY_STAGES[-1]),
        *_untold(facts.failed_notices),
    ]
    found.sort(key=lambda matter: -(matter.seconds or 0))
    return sorted([*_environment(now), *found], key=lambda matter: matter.urgency)


def _environment(now: Standing) -> list[Matter]:
    facts, found = now.facts, []
    if not facts.workers:
        found.append(Matter(Urgency.PAY, "no-worker", "/ops/runbooks/no-worker"))
    if not now.clock:
        found.append(Matter(Urgency.PAY, "no-clock", "/ops/runbooks/no-worker"))
    if now.held:
        found.append(Matter(Urgency.PAY, "held", "/ops/findings"))
    if facts.paused_for is not None:
        found.append(_paused(facts, facts.paused_for, now.limits))
    if facts.room.stands_still or facts.room.slow:
        found.append(_room(facts.room))
    if now.mode == "dry-run":
        found.append(Matter(Urgency.PAY, "dry-run", "/ops/flows"))
    return found


def _paused(facts: Facts, seconds: float, limits: Limits) -> Matter:
    """A pause of AFAS's own ends by itself when AFAS answers again; one of a person does not."""
    settles = seconds <= limits.paused
    if facts.paused_by_person:
        return Matter(Urgency.PAY, "paused-by-person", "/ops/flows", seconds=seconds, settles=settles)
    urgency, place = Urgency.STOPPED if settles else Urgency.PAY, "/ops/runbooks/afas-paused"
    return Matter(urgency, "paused-by-afas", place, seconds=seconds, settles=settles)


def _room(room: Room) -> Matter:
    """While there is room at all, it goes away by itself: AFAS gives up in the end."""
    place = "/ops/runbooks/afas-unanswered"
    still = room.stands_still
    urgency, key = (Urgency.PAY, "no-room") if still else (Urgency.SOON, "unanswered")
    seconds = room.in_vain if still else None
    return Matter(urgency, key, place, count=room.unanswered, writes=room.writes, seconds=seconds)


def _stuck(stuck: Stuck, limits: Limits) -> list[Matter]:
    """What is being sent is stuck only when it has been so for too long: its worker died with it."""
    doubt, settles = stuck.state != "parked", stuck.oldest <= limits.unclear
    if settles and stuck.state == "sending":
        return []
    state, pay = "unclear" if doubt else "parked", stuck.kind in PAY_KINDS
    urgency, key = Urgency.PAY if pay else Urgency.SOON, f"update-{state}"
    if doubt and settles:
        urgency, key = Urgency.LATER, "update-looking"
    place = f"/ops/failures?state={state}&kind={stuck.kind}"
    return [
        Matter(
            urgency,
            key,
            place,
            count=stuck.updates,
            kind=stuck.kind,
            seconds=stuck.oldest,
            settles=doubt and settles,
        )
    ]


def _waits(waiting: WaitingKind) -> Matter:
    urgency = Urgency.PAY if waiting.payment else Urgency.SOON
    place = f"/ops/failures/updates/{waiting.update}"
    return Matter(
        urgency,
        "update-waiting",
        place,
        count=waiting.updates,
        kind=waiting.kind,
        seconds=waiting.oldest,
        update=waiting.update,
        why=waiting.reason,
    )


def _rests(kind: str) -> Matter:
    return Matter(Urgency.PAY if kind in PAY_KINDS else Urgency.SOON, "kind-rests", "/ops/flows", kind=kind)


def _differs(pay: bool, count: int) -> Matter:  # noqa: FBT001 - the key of the mapping
    return Matter(Urgency.PAY if pay else Urgency.SOON, "findings", "/ops/findings", count=count)


def _flow(flow: FlowFacts, facts: Facts, limits: Limits) -> list[Matter]:
    pay, found = flow.flow in PAY_FLOWS, []
    place = f"/ops/flows/{flow.flow}"
    if flow.parked_rows:
        urgency = Urgency.PAY if pay else Urgency.LATER
        rows = f"/ops/failures?flow={flow.flow}"
        found.append(Matter(urgency, "rows-parked", rows, count=flow.parked_rows, flow=flow.flow))
    if flow.rows_ahead:
        told = Matter(Urgency.LATER, "rows-ahead", _AHEAD, count=flow.rows_ahead, flow=flow.flow)
        found.append(told)
    if flow.paused:
        urgency = Urgency.PAY if pay else Urgency.LATER
        found.append(Matter(urgency, "flow-paused", place, flow=flow.flow, seconds=flow.silent))
    elif flow.broken:
        urgency = Urgency.PAY if pay else Urgency.STOPPED
        found.append(Matter(urgency, "flow-broken", place, flow=flow.flow, seconds=flow.silent))
    elif facts.workers and facts.paused_for is None and limits.is_late(flow):
        urgency = Urgency.PAY if pay else Urgency.SOON
        found.append(Matter(urgency, "flow-late", place, flow=flow.flow, seconds=flow.silent))
    return found


def _token(expires: date | None, today: date) -> list[Matter]:
    days = (expires - today).days if expires else None
    if days is None or days > TOKEN_STAGES[-1]:
        return []
    urgency = Urgency.PAY if days < 0 else Urgency.SOON if days <= SOON else Urgency.LATER
    key = "token-over" if days < 0 else "token-soon"
    return [Matter(urgency, key, "/ops/runbooks/token-expiring", days=abs(days))]


def _key(key: str, days: int) -> Matter:
    urgency = Urgency.SOON if days <= SOON else Urgency.LATER
    which = "key-soon" if days > 0 else "key-today"
    return Matter(urgency, which, "/ops/runbooks/key-expiring", days=days, about=key)


def _untold(failed: Mapping[str, int]) -> list[Matter]:
    place = "/ops/runbooks/notice-failed"
    return [
        Matter(Urgency.SOON, "notice-failed", place, count=count, about=channel)
        for channel, count in sorted(failed.items())
    ]
