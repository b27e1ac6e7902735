"""Judges how everything stands: pure, from the numbers of the overview to sentences for operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.message import Message
from domain.watch.facts import silent_after
from domain.watch.waiting import WaitingKind
from words import Words
from workers.compose.store import Backlog, EnvironmentState, FlowOverview, LivingProcess


def problems_of(
    environment: EnvironmentState,
    flows: Sequence[FlowOverview],
    outbox: Mapping[str, Backlog],
    processes: Sequence[LivingProcess],
    *,
    intervals: Mapping[str, float],
    longest_unclear: float,
    waiting: Sequence[WaitingKind] = (),
) -> list[str]:
    """What needs a person, one sentence each; empty when all is well. ``longest_unclear``: in seconds.
    ``waiting``: what waits too long to be sent."""
    return [
        *_environment(environment),
        *(sentence for flow in flows for sentence in _flow(flow, intervals.get(flow.flow, 60.0))),
        *_outbox(outbox, longest_unclear),
        *(_waits(each) for each in waiting),
        *_processes(processes),
    ]


def _environment(environment: EnvironmentState) -> list[str]:
    found = []
    if environment.mode != "live":
        mode = environment.mode
        what = "goes to or comes from" if mode == "paused" else "is written to"
        found.append(f"the mode is {mode}: nothing {what} AFAS; go on with: loonbrug mode live")
    if held := environment.held:
        why = Words("en").said(held)
        found.append(f"nothing is written to AFAS: {why}; go on with: loonbrug resume --after-restore")
    room = environment.room
    if room.stands_still:
        found.append(
            f"no room for calls to AFAS for {room.in_vain:.0f} s: {room.unanswered} are without an answer;"
            " see docs/ops/runbooks/afas-unanswered.md"
        )
    elif room.slow:
        found.append(f"{room.writes} writes to AFAS are without an answer; the next ones wait for each other")
    if environment.paused_until:
        found.append(f"paused: {_told(environment.pause_reason, 'no reason was given')}")
    return found


def _flow(flow: FlowOverview, interval: float) -> list[str]:
    name, found = flow.flow, []
    if flow.broken:
        found.append(f"flow {name} stopped: {_told(flow.broken, '')}")
    elif flow.paused:
        found.append(f"flow {name} is paused: {flow.pause_reason or 'no reason was given'}")
    elif flow.seconds_since_success is None:
        found.append(f"flow {name} never ran to its end")
    elif flow.seconds_since_success > silent_after(interval):
        found.append(f"flow {name} is late: its last good run was {flow.seconds_since_success:.0f} s ago")
    if flow.parked_rows:
        found.append(f"flow {name}: {flow.parked_rows} row(s) could not be read; see: loonbrug parked")
    if flow.rows_ahead:
        found.append(
            f"flow {name}: {flow.rows_ahead} row(s) are dated later than AFAS's present; see: loonbrug doctor"
        )
    return found


def _outbox(outbox: Mapping[str, Backlog], longest_unclear: float) -> list[str]:
    found = []
    if parked := outbox.get("parked"):
        found.append(f"{parked.updates} update(s) wait for a person; see: loonbrug failures")
    unclear = outbox.get("unclear")
    if unclear and unclear.oldest_seconds > longest_unclear:
        found.append(f"an update is unclear since {unclear.oldest_seconds:.0f} s; see: loonbrug failures")
    return found


def _waits(waiting: WaitingKind) -> str:
    what = f"{waiting.updates} update(s) of kind {waiting.kind} are not sent, the oldest for"
    why = _told(waiting.reason, "nobody tried yet")
    return f"{what} {waiting.oldest:.0f} s: {why}; see: loonbrug show {waiting.update}"


def _told(reason: Message | None, none: str) -> str:
    return Words("en").said(reason) if reason else none


def _processes(processes: Sequence[LivingProcess]) -> list[str]:
    kinds = {process.kind for process in processes if process.seconds_since_seen < 30}
    return [
        f"no {name} is running"
        for kind, name in (("work", "worker"), ("clock", "clock"))
        if kind not in kinds
    ]
