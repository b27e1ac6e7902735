"""Comparing rows as AFAS shows them now with the rows that we keep: what differs, and what is merely moving.

Everything here is pure. A difference that ordinary work explains (AFAS changed a row that the next poll will
bring, we learnt something while we were looking) is no difference: it is *on the move*.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.calendar import week_of
from domain.pull.afas_clock import Present, same_repeated_hour
from domain.reconcile.finding import FindingKind
from domain.records import catalogue
from domain.records.hours import Claim, HourLine

Group = tuple[str, str]
"""A client and an ISO week (``2026-W47``); rows without a client have the empty one."""
TIES = timedelta(minutes=5)
"""As long as a flow is not settled, so much behind its watermark is still being reread."""


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row as we keep it. ``written_at``: when we last learnt something about it.

    ``fingerprint``: the content hash that was written with it; another content has another one.
    """

    record: Any
    written_at: datetime
    fingerprint: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class FlowProgress:
    """How far a flow was when a comparison began. Times are aware UTC.

    ``started`` is by the database's clock. ``seen_until`` is by AFAS's: rows changed later may not have been
    pulled yet; None when nothing was ever pulled. ``settled``: what lies just behind it was reread.
    ``present``: AFAS's; a row dated later does not say when it changed.
    """

    started: datetime
    seen_until: datetime | None
    settled: bool
    present: Present

    def ahead(self, moment: datetime) -> bool:
        """Whether a row cannot have changed at that time."""
        return self.present.surely_ahead(moment)


@dataclass(frozen=True, slots=True)
class Sums:
    """What is cheap to compare of a group: rows, a hash over their contents, and what must never be wrong.

    ``amount``: hours of claims, quantities of lines. ``flags``: how many are approved, processed, paid.
    """

    rows: int
    digest: str
    amount: Decimal
    flags: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that differs. ``fresh`` is AFAS's, ``kept`` ours; one of them may be None."""

    kind: FindingKind
    key: str
    fresh: Any | None
    kept: KeptRow | None

    @property
    def record(self) -> Any:
        """Either of them."""
        return self.fresh if self.fresh is not None else self.kept.record if self.kept else None

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields that differ, when both are there."""
        if self.fresh is None or self.kept is None:
            return ()
        return differing(self.fresh, self.kept.record)


def group_of(record: Any) -> Group:
    """Where a row is counted: under its client, in its week where its type is summed per week."""
    weekly = catalogue.of(type(record)).weekly
    week = week_of(getattr(record, weekly.day)) if weekly else ""
    return (getattr(record, "client", None) or "", week)


def key_of(record: Any) -> str:
    """Its key as one text. Raises KeyError for a type that is not kept."""
    return "|".join(str(getattr(record, name)) for name in catalogue.of(type(record)).key)


def amount_of(record: Claim | HourLine) -> Decimal:
    """The number that must never be wrong."""
    amount: Decimal = getattr(record, catalogue.of(type(record)).summed.amount)
    return amount


def flags_of(record: Claim | HourLine) -> int:
    """How many of its weighty flags are set."""
    return sum(getattr(record, name) for name in catalogue.of(type(record)).summed.flags)


def differing(fresh: Any, kept: Any) -> tuple[str, ...]:
    """The names of fields in which two records differ; 8 hours are 8.0000 hours."""
    return tuple(each.name for each in fields(fresh) if getattr(fresh, each.name) != getattr(kept, each.name))


def grouped(
    records: Iterable[Any], fingerprints: Iterable[str], digest: Callable[[str], str]
) -> dict[Group, Sums]:
    """The sums of AFAS's side. ``digest`` hashes the fingerprints of a group, joined in the order of keys."""
    groups: dict[Group, list[tuple[str, str, Any]]] = defaultdict(list)
    for record, fingerprint in zip(records, fingerprints, strict=True):
        groups[group_of(record)].append((key_of(record), fingerprint, record))
    return {group: _sums(rows, digest) for group, rows in groups.items()}


def differing_groups(fresh: Mapping[Group, Sums], kept: Mapping[Group, Sums]) -> frozenset[Group]:
    """The groups that must be looked at row by row."""
    return frozenset(group for group in fresh.keys() | kept.keys() if fresh.get(group) != kept.get(group))


def on_the_move(fresh: Any | None, kept: KeptRow | None, facts: FlowProgress) -> bool:
    """Whether ordinary work explains that the two differ; then nothing is said about them now."""
    if kept is not None and kept.written_at >= facts.started:
        return True
    if fresh is None:
        return False
    if facts.seen_until is None:
        return True
    if facts.ahead(fresh.changed_at):  # every poll reads such a row again
        return False
    if kept is None or kept.withdrawn or _may_be_newer(fresh, kept, facts):
        return bool(fresh.changed_at > facts.seen_until)
    same = fresh.changed_at == kept.record.changed_at
    return bool(same and not facts.settled and fresh.changed_at > facts.seen_until - TIES)


def compare(
    fresh: Mapping[str, Any],
    kept: Mapping[str, KeptRow],
    facts: FlowProgress,
    known_bad: Collection[str] = (),
) -> tuple[list[Difference], frozenset[str]]:
    """What differs, and the keys that are on the move. ``known_bad``: parked rows, named elsewhere."""
    differences, moving = [], set()
    for key in fresh.keys() | kept.keys():
        difference = _compared(key, fresh.get(key), kept.get(key), facts)
        if difference is None or key in known_bad:
            continue
        if on_the_move(difference.fresh, difference.kept, facts):
            moving.add(key)
        else:
            differences.append(difference)
    return sorted(differences, key=lambda each: each.key), frozenset(moving)


def _compared(key: str, fresh: Any | None, kept: KeptRow | None, facts: FlowProgress) -> Difference | None:
    if fresh is None:
        gone = kept is None or kept.withdrawn
        return None if gone else Difference(FindingKind.MISSING_IN_AFAS, key, None, kept)
    if kept is None or kept.withdrawn:
        return Difference(FindingKind.MISSING_HERE, key, fresh, kept)
    if not differing(fresh, kept.record):
        return None
    return Difference(_how(fresh, kept, facts), key, fresh, kept)


def _how(fresh: Any, kept: KeptRow, facts: FlowProgress) -> FindingKind:
    if fresh.changed_at == kept.record.changed_at:
        return FindingKind.CHANGED_UNSEEN
    return FindingKind.CHANGE_MISSED if _may_be_newer(fresh, kept, facts) else FindingKind.OLDER_IN_AFAS


def _may_be_newer(fresh: Any, kept: KeptRow, facts: FlowProgress) -> bool:
    """By its time, or because the two times leave it open: then AFAS shows the newer one."""
    known = kept.record.changed_at
    if fresh.changed_at >= known:
        return bool(fresh.changed_at > known)
    return same_repeated_hour(fresh.changed_at, known) or facts.ahead(known)


def _sums(rows: list[tuple[str, str, Any]], digest: Callable[[str], str]) -> Sums:
    rows.sort(key=lambda row: row[0])
    return Sums(
        len(rows),
        digest("".join(fingerprint for _, fingerprint, _ in rows)),
        sum((amount_of(record) for _, _, record in rows), Decimal(0)),
        sum(flags_of(record) for _, _, record in rows),
    )


def hours_by_claim(lines: Iterable[HourLine]) -> dict[str, list[HourLine]]:
    """The lines of each claim; those not submitted are left out."""
    claims: dict[str, list[HourLine]] = defaultdict(list)
    for line in lines:
        if line.claim:
            claims[line.claim].append(line)
    return claims
