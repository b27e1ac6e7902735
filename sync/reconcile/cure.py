"""Curing a finding: the plan first, by looking into AFAS now; then the deed, in one action, audited.

For the composition root::

    curer = Curer(afas, FindingBook(database, "main"), ledger=..., cures=..., replays=..., waking=...)
    print(curer.plan(7)); print(curer.cure(7, "cli:anna", "the sums differ"))

The deed looks once more, so that what happened between plan and deed does no harm. Whether it helped, the
next reconciliation says: it closes the finding, or tells that it is still there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.errors import NotFound, Refused
from domain.message import Message, because
from domain.outbox.update import UpdateState
from domain.reconcile.comparison import differing, key_of
from domain.reconcile.finding import Cure, Finding, KnownFinding
from domain.records.hours import Claim, HourLine
from mappings.flows import FLOWS
from mappings.pull.flow import Flow
from sync.failures.replay import Planned, Prospect, Replays
from sync.ports import Afas, Wake
from sync.reconcile.afresh import Afresh, Fresh
from sync.reconcile.name_rows import fields_named, row_named
from sync.reconcile.ports import Cures, Findings, Ledger

MOST_TOLD = 20
"""A plan names so many rows, and counts the others."""
_TO_CURE = Message("why.to-cure")
"""Why an update goes again, where the person says nothing."""


@dataclass(frozen=True, slots=True)
class CurePlan:
    """What a cure would do, in lines for a person. ``possible``: there is something that we can do."""

    finding: KnownFinding
    steps: tuple[Message, ...]
    possible: bool = True
    request: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class _ReadAfresh:
    """Rows read afresh: what AFAS shows, what is gone from it, and what cannot be read."""

    records: Sequence[Any]
    gone: Mapping[type[Any], Sequence[str]] = field(default_factory=dict)
    bad: Sequence[str] = ()


class Curer:
    """Cures findings of one environment, one at a time."""

    def __init__(
        self,
        afas: Afas,
        findings: Findings,
        *,
        ledger: Ledger,
        cures: Cures,
        replays: Replays,
        waking: tuple[Wake, str],
    ) -> None:
        """``waking``: whom to wake, and the environment to derive."""
        self._afas = afas
        self._findings = findings
        self._ledger = ledger
        self._cures = cures
        self._replays = replays
        self._wake, self._environment = waking

    def plan(self, finding: int) -> CurePlan:
        """What would happen, by what AFAS shows now. Changes nothing. Raises NotFound, AfasError."""
        known = self._known(finding)
        if known.resolved_at is not None:
            return CurePlan(known, (Message("cured.already", {"how": known.resolution}),), possible=False)
        match known.finding.cure:
            case Cure.PERSON:
                return CurePlan(known, (known.finding.advice,), possible=False)
            case Cure.SEND_AGAIN:
                return self._plan_to_send(known)
            case _:
                return self._plan_to_read(known)

    def cure(self, finding: int, actor: str, reason: str) -> Message:
        """Do it, and say in a line what was done. Raises NotFound, Refused, AfasError."""
        known = self._known(finding)
        if known.resolved_at is not None:
            raise Refused(Message("refused.resolved", {"finding": finding}))
        match known.finding.cure:
            case Cure.PERSON:
                raise Refused(Message("refused.only-a-person", {"advice": known.finding.advice}))
            case Cure.SEND_AGAIN:
                return self._send(known, actor, reason)
            case _:
                return self._read(known, actor)

    def _known(self, finding: int) -> KnownFinding:
        known = self._findings.one(finding)
        if known is None:
            raise NotFound(Message("no-such.finding", {"finding": finding}))
        return known

    def _plan_to_read(self, known: KnownFinding) -> CurePlan:
        finding = known.finding
        if not finding.keys and finding.cure is Cure.PULL_AGAIN:
            return CurePlan(known, (Message("cured.full-run", {"flow": finding.flow}),))
        gathered = self._gather(finding)
        steps = [
            *self._changes(gathered),
            *(Message("cured.unreadable", {"key": key}) for key in gathered.bad),
        ]
        told = steps[:MOST_TOLD]
        if len(steps) > MOST_TOLD:
            told.append(Message("cured.more", {"count": len(steps) - MOST_TOLD}))
        if finding.cure is Cure.ASK_AGAIN:
            told.append(Message("cured.offered"))
        return CurePlan(known, tuple(told))

    def _changes(self, gathered: _ReadAfresh) -> list[Message]:
        """Each row that would change; the others are counted."""
        by_kind: dict[type[Any], dict[str, Any]] = defaultdict(dict)
        for record in gathered.records:
            by_kind[type(record)][key_of(record)] = record
        steps = [step for kind, records in by_kind.items() for step in self._written(kind, records)]
        same = len(gathered.records) - len(steps)
        gone = [
            Message("cured.withdrawn", {"row": row_named(kind, key)})
            for kind, keys in gathered.gone.items()
            for key in keys
        ]
        return steps + gone + ([Message("cured.same", {"count": same})] if same else [])

    def _written(self, kind: type[Any], records: Mapping[str, Any]) -> list[Message]:
        kept = self._ledger.by_key(kind, list(records))
        told = []
        for key, record in records.items():
            ours = kept.get(key)
            if ours is None or ours.withdrawn:
                told.append(Message("cured.new", {"row": row_named(kind, key)}))
            elif names := differing(record, ours.record):
                values = {"row": row_named(kind, key), "fields": fields_named(names)}
                told.append(Message("cured.written", values))
        return told

    def _read(self, known: KnownFinding, actor: str) -> Message:
        finding = known.finding
        if not finding.keys and finding.cure is Cure.PULL_AGAIN:
            told = Message("cured.full-run", {"flow": finding.flow})
            self._cures.pull_in_full(known, actor, str(finding.flow), told)
            return told
        gathered = self._gather(finding)
        told = _told(gathered)
        self._cures.believe(known, actor, gathered.records, gathered.gone, told)
        self._wake.derive(self._environment)
        return told

    def _plan_to_send(self, known: KnownFinding) -> CurePlan:
        [planned] = self._replays.plan([_update_of(known)])
        if planned.prospect is not Prospect.REFUSED:
            told = because(Message(f"prospect.{planned.prospect}"), planned.why)
            return CurePlan(known, (told,), request=planned.request)
        if self._is_done(known):
            return CurePlan(known, (Message("cured.once-more", {"update": known.finding.update}),))
        return CurePlan(known, (planned.why,), possible=False)

    def _send(self, known: KnownFinding, actor: str, reason: str) -> Message:
        update = _update_of(known)
        if self._is_done(known):
            update = self._cures.owe_again(known, actor)
            told = Message("cured.owed-again", {"update": update})
        else:
            told = self._replayed(update, actor, reason)
            self._cures.note(known, actor, told)
        self._wake.deliver(update)
        return told

    def _replayed(self, update: int, actor: str, reason: str) -> Message:
        done: list[Planned] = self._replays.replay(self._replays.plan([update]), actor, reason or _TO_CURE)
        if done[0].prospect is Prospect.REFUSED:
            raise Refused(done[0].why)
        return Message("cured.due-again", {"update": update, "why": done[0].why})

    def _is_done(self, known: KnownFinding) -> bool:
        state = known.finding.sides.get("store", {}).get("state")
        return state == UpdateState.DONE.value

    def _gather(self, finding: Finding) -> _ReadAfresh:
        flow, afresh = FLOWS[str(finding.flow)], Afresh(self._afas)
        found = afresh.named(flow, flow.key[0], finding.keys)
        gone: dict[type[Any], Sequence[str]] = {flow.mapping.record: _gone(afresh, flow, finding.keys, found)}
        records, bad = [*found.records.values()], set(found.bad)
        if flow.mapping.record is Claim:
            lines = self._lines(afresh, finding.keys)
            records += lines.records
            gone.update(lines.gone)
            bad |= set(lines.bad)
        return _ReadAfresh(records, gone, sorted(bad))

    def _lines(self, afresh: Afresh, claims: Sequence[str]) -> _ReadAfresh:
        """The lines of claims: those that AFAS shows with them, and those that we keep, wherever they are."""
        flow = FLOWS["hours"]
        found = afresh.named(flow, "ClaimNumber", claims)
        moved = [
            key for key in self._cures.lines_of(claims) if key not in found.records | dict.fromkeys(found.bad)
        ]
        gone = _gone(afresh, flow, moved, found) if moved else []
        return _ReadAfresh(list(found.records.values()), {HourLine: gone}, sorted(found.bad))


def _gone(afresh: Afresh, flow: Flow, keys: Sequence[str], found: Fresh) -> list[str]:
    """The keys that AFAS does not show; asked for by name twice. What the second look finds is added."""
    missing = [key for key in keys if key not in found.records and key not in found.bad]
    again = afresh.named(flow, flow.key[0], missing) if missing else Fresh()
    found.records |= again.records
    found.bad |= again.bad
    return [key for key in missing if key not in again.records and key not in again.bad]


def _update_of(known: KnownFinding) -> int:
    if known.finding.update is None:
        raise Refused(Message("refused.names-no-update"))
    return known.finding.update


def _told(gathered: _ReadAfresh) -> Message:
    read = {"count": len(gathered.records), "gone": sum(map(len, gathered.gone.values()))}
    if gathered.bad:
        return Message("cured.believed-some", {**read, "bad": len(gathered.bad)})
    return Message("cured.believed", read)
