"""Comparing claims and hour lines with what AFAS shows: cheap sums first, rows where they differ.

What seems to differ is looked at once more, by name, on both sides: a page that was cut short, or a row that
was pulled while we were reading, is no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from domain.pull.afas_clock import Present
from domain.reconcile.comparison import (
    Difference,
    FlowProgress,
    Group,
    compare,
    differing_groups,
    group_of,
    grouped,
)
from domain.reconcile.finding import FindingKind
from domain.reconcile.sides import FlowStand
from domain.records import catalogue
from domain.records.hours import HourLine
from mappings.afas_time import to_filter, to_utc
from mappings.flows import FLOWS
from mappings.pull.flow import Flow
from sync.pull.window import in_autumn_night, lower_bound
from sync.reconcile.afresh import Afresh, Fresh
from sync.reconcile.ports import Ledger

MOST_SUSPECTS = 2_000
"""More rows than this are not asked for by name once more."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One flow compared. ``groups``: how many differed of how many; ``moving``: keys that say nothing now."""

    flow: str
    fresh: Fresh = field(repr=False)
    facts: FlowProgress
    differences: list[Difference]
    moving: frozenset[str]
    groups: tuple[int, int]


class RowComparison:
    """Compares whole windows of one environment. ``late``: seconds after which AFAS commits nothing older.

    ``present``: AFAS's, right now.
    """

    def __init__(self, afresh: Afresh, ledger: Ledger, late: float, present: Callable[[], Present]) -> None:
        self._present = present
        self._afresh = afresh
        self._ledger = ledger
        self._late = late

    def compare(self, name: str, since: date, *, whole: bool) -> Compared:
        """Compare a flow from that day on; ``whole``: row by row, even where the sums agree."""
        flow = FLOWS[name]
        facts = self.facts(name)
        day = flow.mapping.column(catalogue.of(flow.mapping.record).summed.day)
        fresh = self._afresh.since(flow, day, since)
        groups, differ = self._groups(flow, fresh, since)
        suspects: list[Difference] = []
        moving: frozenset[str] = frozenset()
        chosen = None if whole else differ
        if whole or differ:
            kept = self._ledger.kept(flow.mapping.record, since, chosen)
            suspects, moving = compare(_in(fresh, chosen), kept, facts, self._bad(flow, fresh))
        differences, more = self._confirmed(flow, suspects, facts, fresh)
        return Compared(name, fresh, facts, differences, moving | more, (len(differ), len(groups)))

    def was_read(self, name: str) -> bool:
        """Whether we ever read it: what is optional may not be there, and then is not asked for."""
        return self.facts(name).seen_until is not None

    def compare_all(self, name: str) -> Compared:
        """Compare all rows of a flow whose rows belong to no week, such as contacts."""
        flow = FLOWS[name]
        facts = self.facts(name)
        fresh = self._blanked(self._afresh.everything(flow))
        kept = self._ledger.kept_all(flow.mapping.record)
        suspects, moving = compare(fresh.records, kept, facts, self._bad(flow, fresh))
        differences, more = self._confirmed(flow, suspects, facts, fresh)
        return Compared(name, fresh, facts, differences, moving | more, (0, 0))

    def _blanked(self, fresh: Fresh) -> Fresh:
        """Without what is personal of people who were erased here: AFAS may still send it."""
        return Fresh(self._ledger.as_kept(fresh.records), fresh.bad)

    def facts(self, name: str) -> FlowProgress:
        """How far a flow is, as times."""
        return facts_of(self._ledger.stand(name, self._late), self._late, self._present())

    def _groups(self, flow: Flow, fresh: Fresh, since: date) -> tuple[set[Group], frozenset[Group]]:
        records = list(fresh.records.values())
        theirs = grouped(records, self._ledger.fingerprints(records), self._ledger.digest)
        ours = self._ledger.sums(flow.mapping.record, since)
        return theirs.keys() | ours.keys(), differing_groups(theirs, ours)

    def _bad(self, flow: Flow, fresh: Fresh) -> Collection[str]:
        return fresh.bad | self._ledger.parked(flow.name)

    def _confirmed(
        self, flow: Flow, suspects: Sequence[Difference], facts: FlowProgress, fresh: Fresh
    ) -> tuple[list[Difference], frozenset[str]]:
        """Look at the suspects once more, on both sides."""
        asked, rest = suspects[:MOST_SUSPECTS], suspects[MOST_SUSPECTS:]
        if not asked:
            return [], frozenset()
        keys = [each.key for each in asked]
        again = self._blanked(self._afresh.named(flow, flow.key[0], keys))
        fresh.records |= again.records
        kept = self._ledger.by_key(flow.mapping.record, keys)
        bad = again.bad | set(self._bad(flow, fresh)) | self._deleted_just_now(flow, again, keys)
        differences, moving = compare(again.records, kept, facts, bad)
        return [self._judged(each) for each in (*differences, *rest)], moving | (bad & set(keys))

    def _judged(self, difference: Difference) -> Difference:
        """Our row differs from AFAS's, though we once wrote AFAS's very content: it was changed here."""
        fresh, kept = difference.fresh, difference.kept
        if fresh is None or kept is None or not difference.columns:
            return difference
        same = self._ledger.fingerprints([fresh]) == [kept.fingerprint]
        return replace(difference, kind=FindingKind.TAMPERED_HERE) if same else difference

    def _deleted_just_now(self, flow: Flow, again: Fresh, keys: Sequence[str]) -> set[str]:
        """Lines that AFAS deleted later than we have read of deletions: the next poll will bring it."""
        gone = [key for key in keys if key not in again.records]
        if flow.mapping.record is not HourLine or not gone:
            return set()
        deletions = FLOWS["deleted-hours"]
        told = _deletions(self._afresh, deletions, gone)
        seen_until = self.facts("deleted-hours").seen_until
        return {key for key, at in told.items() if seen_until is None or at > seen_until}


def facts_of(stand: FlowStand, late: float, present: Present) -> FlowProgress:
    """A flow's stand as times: what AFAS's transactions may still commit behind the watermark is not seen.

    Nor is what carries an earlier time than the watermark while AFAS's clock shows an hour again.
    """
    if stand.watermark is None:
        return FlowProgress(stand.started, None, settled=False, present=present)
    if stand.caught_up and not in_autumn_night(to_filter(present.earliest)):
        seen_until = stand.watermark
    else:
        seen_until = lower_bound(stand.watermark, timedelta(seconds=late))
    return FlowProgress(stand.started, to_utc(seen_until), stand.settled, present)


def _in(fresh: Fresh, groups: Collection[Group] | None) -> dict[str, Any]:
    if groups is None:
        return fresh.records
    return {key: record for key, record in fresh.records.items() if group_of(record) in groups}


def _deletions(afresh: Afresh, flow: Flow, keys: Sequence[str]) -> dict[str, datetime]:
    return {key: row.deleted_at for key, row in afresh.named(flow, flow.key[0], keys).records.items()}
