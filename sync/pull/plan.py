"""What a run asks of AFAS: a probe of what is newest, then the window that lies open, or nothing at all."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain

from domain.errors import SuspiciousSilence
from domain.message import Message
from domain.pull.afas_clock import Present
from domain.pull.query import EVERYTHING, Condition, Operator, Row, Where
from domain.pull.run import FlowState, Run, RunKind
from mappings.afas_time import to_utc
from mappings.pull.flow import ChangeDetection, Flow
from sync.ports import Afas
from sync.pull.probe import Newest, Probe
from sync.pull.window import Overlaps, changed_after, changed_between, in_autumn_night, lower_bound

KEYS_BACK = {RunKind.POLL: 50, RunKind.WIDE: 1_000}
"""How many keys before the highest known one are read again, where keys only grow: late commits."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """The pages to read. ``full``: they are all there is. ``news``: the probe saw something new."""

    pages: Iterable[list[Row]]
    watermark: str | None
    newest_key: str | None
    calls: int
    full: bool = False
    news: bool = False
    quiet: bool = False


def plan(probe: Probe, run: Run, state: FlowState, overlaps: Overlaps) -> Plan:
    """Probe and decide. A settled flow whose probe shows nothing new has nothing to read: one call in all.

    The watermark never passes AFAS's present; one that is beyond it is not believed, and everything is
    read. Rows that are dated beyond it are read each time: nothing tells what is new among them.
    Raises SuspiciousSilence when AFAS shows no row at all where we know many.
    """
    afas, flow = probe.afas, probe.flow
    full = run.kind is RunKind.FULL or (run.kind is RunKind.WIDE and flow.wide_is_full)
    if flow.watch is ChangeDetection.SNAPSHOT:
        return Plan(_pages(afas, flow, EVERYTHING), None, None, 0, full)
    present = probe.present()
    run, state = _believed(flow, run, state, present)
    trusted = (
        run.kind is RunKind.POLL and state.settled and run.since is None and _trusted(flow, state, present)
    )
    if trusted and len(flow.changed) > 1 and not probe.any_news(state.watermark or ""):
        return Plan((), state.watermark, None, 1, quiet=True)
    newest = probe.newest()
    _refuse_silence(flow, run, state, newest)
    news = _is_news(flow, state, newest)
    moves = news or (full and newest.watermark is not None)
    watermark, key = (newest.watermark, newest.key) if moves else (state.watermark, state.newest_key)
    nothing_new = trusted and not (news or newest.unreadable or newest.ahead)
    if nothing_new or not (newest.rows or full):
        return Plan((), watermark, key, newest.calls, quiet=True)
    where = EVERYTHING if full else _window(flow, run, state, overlaps, watermark)
    if newest.ahead and where != EVERYTHING:
        where += changed_after(flow.changed, newest.ahead)
    unreadable = [list(newest.unreadable)] if newest.unreadable and not full else []
    pages = chain(unreadable, _pages(afas, flow, where))
    return Plan(pages, watermark, key, newest.calls, full, news)


def _believed(flow: Flow, run: Run, state: FlowState, present: Present) -> tuple[Run, FlowState]:
    """Without a watermark that lies in the future: what changed since it was set was not asked for."""
    if flow.watch is not ChangeDetection.CHANGES or state.watermark is None:
        return run, state
    if not present.surely_ahead(to_utc(state.watermark)):
        return run, state
    _log.warning(
        "%s: its watermark %s lies in the future; everything is read again", flow.name, state.watermark
    )
    return replace(run, since=None), replace(state, watermark=None, newest_key=None, settled=False)


def _pages(afas: Afas, flow: Flow, where: Where) -> Iterable[list[Row]]:
    return afas.pages(flow.connector, flow.key, where, flow.take)


def _window(flow: Flow, run: Run, state: FlowState, overlaps: Overlaps, until: str | None) -> Where:
    since = run.since or state.watermark
    if since is None:
        return EVERYTHING
    if flow.watch is ChangeDetection.GROWING_KEY:
        lowest = str(int(since) - KEYS_BACK.get(run.kind, 0))
        return ((Condition(flow.key[0], Operator.GREATER, lowest),),)
    if run.since is None:
        since = lower_bound(since, overlaps.of(run.kind))
    return changed_between(flow.changed, since, until)


def _trusted(flow: Flow, state: FlowState, present: Present) -> bool:
    """Whether every change from now on will carry a later time than the watermark."""
    if state.watermark is None:
        return False
    if flow.watch is not ChangeDetection.CHANGES:
        return True
    return not (in_autumn_night(state.watermark) or present.lies_ahead(to_utc(state.watermark)))


def _is_news(flow: Flow, state: FlowState, newest: Newest) -> bool:
    if newest.watermark is None:
        return False
    if state.watermark is None:
        return True
    if flow.watch is ChangeDetection.GROWING_KEY:
        return int(newest.watermark) > int(state.watermark)
    if newest.watermark == state.watermark:
        return newest.key is not None and newest.key != state.newest_key
    return newest.watermark > state.watermark


def _refuse_silence(flow: Flow, run: Run, state: FlowState, newest: Newest) -> None:
    if not newest.rows and state.known > 0 and not flow.may_shrink and not run.forced:
        known = {"connector": flow.connector, "known": state.known}
        raise SuspiciousSilence(Message("why.no-row-at-all", known))
