"""What a run asks of AFAS: a probe of what is newest, then the window that lies open, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from domain.errors import SuspiciousSilence
from domain.query import EVERYTHING, Condition, Operator, Row, Where
from domain.run import FlowState, Run, RunKind
from mappings.afas_time import without_z
from mappings.flows import Flow, Watch
from mappings.rows import readable
from sync.pages import refuse_breach
from sync.ports import Afas
from sync.window import Overlaps, changed_after, changed_between, in_autumn_night, lower_bound

KEYS_BACK = {RunKind.POLL: 50, RunKind.WIDE: 1_000}
"""How many keys before the highest known one are read again, where keys only grow: late commits."""
LOOK_PAST = 50
"""How many rows with an unreadable changed-on are passed over to find the newest readable one."""


@dataclass(frozen=True, slots=True)
class Newest:
    """What the probe saw: the newest readable watermark with its key, and unreadable rows before it."""

    watermark: str | None = None
    key: str | None = None
    rows: bool = False
    unreadable: tuple[Row, ...] = ()
    calls: int = 1


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


def plan(afas: Afas, flow: Flow, run: Run, state: FlowState, overlaps: Overlaps) -> Plan:
    """Probe and decide. A settled flow whose probe shows nothing new has nothing to read: one call in all.

    Raises SuspiciousSilence when AFAS shows no row at all where we know many.
    """
    full = run.kind is RunKind.FULL or (run.kind is RunKind.WIDE and flow.wide_is_full)
    if flow.watch is Watch.SNAPSHOT:
        return Plan(_pages(afas, flow, EVERYTHING), None, None, 0, full)
    trusted = run.kind is RunKind.POLL and state.settled and run.since is None and _trusted(flow, state)
    if trusted and len(flow.changed) > 1 and not _any_news(afas, flow, state):
        return Plan((), state.watermark, None, 1, quiet=True)
    newest = _newest(afas, flow)
    _refuse_silence(flow, run, state, newest)
    news = _is_news(flow, state, newest)
    watermark, key = (newest.watermark, newest.key) if news else (state.watermark, state.newest_key)
    nothing_new = trusted and not news and not newest.unreadable
    if nothing_new or not (newest.rows or full):
        return Plan((), watermark, key, newest.calls, quiet=True)
    where = EVERYTHING if full else _window(flow, run, state, overlaps, watermark)
    unreadable = [list(newest.unreadable)] if newest.unreadable and not full else []
    pages = chain(unreadable, _pages(afas, flow, where))
    return Plan(pages, watermark, key, newest.calls, full, news)


def _pages(afas: Afas, flow: Flow, where: Where) -> Iterable[list[Row]]:
    return afas.pages(flow.connector, flow.key, where, flow.take)


def _window(flow: Flow, run: Run, state: FlowState, overlaps: Overlaps, until: str | None) -> Where:
    since = run.since or state.watermark
    if since is None:
        return EVERYTHING
    if flow.watch is Watch.GROWING_KEY:
        lowest = str(int(since) - KEYS_BACK.get(run.kind, 0))
        return ((Condition(flow.key[0], Operator.GREATER, lowest),),)
    if run.since is None:
        since = lower_bound(since, overlaps.of(run.kind))
    return changed_between(flow.changed, since, until)


def _trusted(flow: Flow, state: FlowState) -> bool:
    if state.watermark is None:
        return False
    return flow.watch is not Watch.CHANGES or not in_autumn_night(state.watermark)


def _any_news(afas: Afas, flow: Flow, state: FlowState) -> bool:
    """One call for all changed-on columns together."""
    newer = changed_after(flow.changed, state.watermark or "")
    return bool(afas.rows(flow.connector, newer, flow.key, 1))


def _newest(afas: Afas, flow: Flow) -> Newest:
    """The newest of every changed-on column, and of them the newest."""
    seen = [_newest_by(afas, flow, column) for column in flow.changed or flow.key]
    best = max(seen, key=lambda each: each.watermark or "")
    return Newest(
        best.watermark,
        best.key if len(seen) == 1 else None,
        any(each.rows for each in seen),
        tuple(row for each in seen for row in each.unreadable),
        sum(each.calls for each in seen),
    )


def _newest_by(afas: Afas, flow: Flow, column: str) -> Newest:
    order = (f"-{column}", *(f"-{key}" for key in flow.key if key != column))
    first = afas.newest(flow.connector, order)
    if first is None:
        return Newest()
    refuse_breach(afas, flow, [first])  # also when nothing is new: a lost column must not wait for a row
    if first.get(column) is None or _mark(flow, first, column):
        return Newest(_mark(flow, first, column), flow.key_of(first), rows=True)
    rows = afas.rows(flow.connector, EVERYTHING, order, LOOK_PAST)
    good = next((at for at, row in enumerate(rows) if _mark(flow, row, column)), len(rows))
    if good == len(rows):
        return Newest(rows=True, unreadable=tuple(rows), calls=2)
    return Newest(
        _mark(flow, rows[good], column),
        flow.key_of(rows[good]),
        rows=True,
        unreadable=tuple(rows[:good]),
        calls=2,
    )


def _mark(flow: Flow, row: Row, column: str) -> str | None:
    """The row's value as a watermark, or None when it cannot be one."""
    value = row.get(column)
    if flow.watch is Watch.GROWING_KEY:
        return str(value) if type(value) is int else None
    text = readable(value)
    return without_z(text) if text else None


def _is_news(flow: Flow, state: FlowState, newest: Newest) -> bool:
    if newest.watermark is None:
        return False
    if state.watermark is None:
        return True
    if flow.watch is Watch.GROWING_KEY:
        return int(newest.watermark) > int(state.watermark)
    if newest.watermark == state.watermark:
        return newest.key is not None and newest.key != state.newest_key
    return newest.watermark > state.watermark


def _refuse_silence(flow: Flow, run: Run, state: FlowState, newest: Newest) -> None:
    if not newest.rows and state.known > 0 and not flow.may_shrink and not run.forced:
        raise SuspiciousSilence(
            f"{flow.connector} shows no row at all, and {state.known} are known: an outage or a lost right?"
            " Nothing was withdrawn; if they are gone indeed, run it in full with --force"
        )
