"""Reconciling portal, store and AFAS read afresh: light every hour, whole every night (G15).

For the composition root::

    reconciler = Reconciler(afas, StoreLedger(database, "main"), FindingBook(database, "main"),
                            Derivations(database, "main"), kinds(words))
    outcome = reconciler.light(today)       # or .whole(today); raises AfasError
    reckoning = reconciler.three_way("2026-W47", lateness)

Light reads the open weeks' claims and lines, compares sums per client and week, and goes on to the rows only
where these differ; decisions about claims are checked from the same reading. Whole compares row by row, and
looks at every other effect, every declaration and the books as well.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from domain.calendar import week_of
from domain.cutoff.reckoning import Reckoning
from domain.outbox.subject import claim_of, subject_of_claim
from domain.outbox.update import UpdateKind
from domain.pull.afas_clock import Present
from domain.reconcile.comparison import hours_by_claim
from domain.reconcile.finding import Booked, Finding, FindingKind, ReconcileScope
from domain.records.catalogue import CATALOGUE, brought_by
from domain.records.hours import HourLine
from domain.watch.waiting import Lateness
from mappings.flows import FLOWS
from mappings.outbox.outgoing import Outgoing
from sync.declarations.ports import OpenDeriveWork
from sync.ports import Afas
from sync.pull.present import by_our_clock
from sync.reconcile.afresh import Afresh
from sync.reconcile.check_claims import CLAIM_KINDS, check_claims, without_shadows
from sync.reconcile.check_declarations import STORE_KINDS, check_declarations, name_oddities
from sync.reconcile.check_open import check_open
from sync.reconcile.check_updates import UPDATE_KINDS, UpdateChecks
from sync.reconcile.compare_rows import Compared, RowComparison
from sync.reconcile.name_rows import name_rows, with_portal
from sync.reconcile.ports import Findings, Ledger
from sync.reconcile.three_way import three_way

ROW_KINDS = frozenset(
    {
        FindingKind.CHANGED_UNSEEN,
        FindingKind.CHANGE_MISSED,
        FindingKind.OLDER_IN_AFAS,
        FindingKind.MISSING_HERE,
        FindingKind.MISSING_IN_AFAS,
        FindingKind.TAMPERED_HERE,
    }
)
LATE = 20 * 60.0
"""Seconds: AFAS's longest transaction (15 minutes) and a margin."""
UPDATE_DAYS = 42
"""Effects of updates are looked at for so many days."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a reconciliation compared and found. ``calls`` to AFAS; ``weeks`` that were watched."""

    findings: tuple[Finding, ...]
    booked: Booked
    calls: int
    weeks: tuple[str, ...]
    compared: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Gathered:
    """What one reconciliation has gathered so far."""

    findings: list[Finding] = field(default_factory=list)
    unsure: set[tuple[FindingKind, str]] = field(default_factory=set)
    compared: dict[str, int] = field(default_factory=dict)

    def doubt(self, kinds: Iterable[FindingKind], subjects: Collection[str]) -> None:
        """Nothing of these kinds is said about these subjects now."""
        self.unsure |= {(kind, subject) for kind in kinds for subject in subjects}


class Reconciler:
    """Reconciles one environment. Safe to run twice at the same time: findings are raised once (G9)."""

    def __init__(
        self,
        afas: Afas,
        ledger: Ledger,
        findings: Findings,
        derivations: OpenDeriveWork,
        kinds: Mapping[UpdateKind, Outgoing],
        *,
        late: float = LATE,
        adds_up_within: float = 4.0,
        present: Callable[[], Present] = by_our_clock,
    ) -> None:
        """``late``: seconds behind a watermark that may be unread; ``adds_up_within``: hours for lines.

        ``present``: AFAS's, right now.
        """
        self._afas = afas
        self._ledger = ledger
        self._findings = findings
        self._derivations = derivations
        self._kinds = kinds
        self._late = late
        self._present = present
        self._adds_up_within = adds_up_within

    def light(self, today: date) -> Reconciled:
        """Compare sums of the open weeks, rows where they differ, and decisions. Raises AfasError."""
        afresh, since = Afresh(self._afas), self._ledger.first_open_day(today)
        gathered = _Gathered()
        self._rows(
            RowComparison(afresh, self._ledger, self._late, self._present), since, gathered, whole=False
        )
        return self._booked(gathered, ROW_KINDS | CLAIM_KINDS, afresh.calls, (since, today), limited=True)

    def whole(self, today: date) -> Reconciled:
        """Compare everything of the open weeks, row by row, and every effect. Raises AfasError."""
        afresh, since = Afresh(self._afas), self._ledger.first_open_day(today)
        gathered = _Gathered()
        comparison = self._comparison(afresh)
        self._rows(comparison, since, gathered, whole=True)
        self._tables(comparison, gathered)
        self._updates(afresh, comparison, gathered)
        declared, stale = check_declarations(self._ledger, self._derivations, since)
        gathered.findings += declared
        gathered.findings += name_oddities(self._ledger.oddities(since, self._adds_up_within))
        opened, more = check_open(self._ledger, self._derivations, since)
        gathered.findings += opened
        gathered.doubt((FindingKind.DECLARATION_DIFFERS,), stale | more)
        kinds = ROW_KINDS | CLAIM_KINDS | UPDATE_KINDS | STORE_KINDS
        return self._booked(gathered, kinds, afresh.calls, (since, today), limited=False)

    def _comparison(self, afresh: Afresh) -> RowComparison:
        return RowComparison(afresh, self._ledger, self._late, self._present)

    def three_way(self, week: str, lateness: Lateness) -> Reckoning:
        """Every declaration of an ISO week in exactly one class, AFAS read afresh. Raises AfasError."""
        return three_way(self._afas, self._ledger, week, lateness)

    def _rows(self, comparison: RowComparison, since: date, gathered: _Gathered, *, whole: bool) -> None:
        claims = comparison.compare("claims", since, whole=whole)
        hours = comparison.compare("hours", since, whole=whole)
        lines = hours_by_claim(hours.fresh.records.values())
        owed = self._ledger.decided_claims(since)
        moving = claims.moving | self._claims_of(hours)
        decided, unsure = check_claims(owed, claims.fresh.records, lines, claims.facts.started, moving)
        if decided:
            decided, unsure = self._checked_again(since, claims, lines, moving, decided)
        rows = name_rows("claims", claims.differences) + name_rows("hours", hours.differences)
        columns = {subject_of_claim(each.key): set(each.columns) for each in claims.differences}
        gathered.findings += without_shadows(rows, decided, columns) + decided
        gathered.doubt(CLAIM_KINDS, unsure)
        gathered.doubt(ROW_KINDS, _subjects(claims) | _subjects(hours))
        gathered.compared |= _counted(claims) | _counted(hours) | {"decisions": len(owed)}

    def _tables(self, comparison: RowComparison, gathered: _Gathered) -> None:
        """What declarations and pages hang on: whom to ask, who works where, what was invoiced."""
        for kind in CATALOGUE:
            if not kind.compared or (FLOWS[kind.flow].optional and not comparison.was_read(kind.flow)):
                continue
            compared = comparison.compare_all(kind.flow)
            gathered.findings += name_rows(kind.flow, compared.differences)
            gathered.doubt(ROW_KINDS, _subjects(compared))
            gathered.compared[kind.flow] = len(compared.fresh.records)

    def _claims_of(self, hours: Compared) -> frozenset[str]:
        """The claims whose lines are on the move, as AFAS shows them and as we keep them."""
        fresh = [hours.fresh.records[key] for key in hours.moving if key in hours.fresh.records]
        kept = self._ledger.by_key(HourLine, hours.moving) if hours.moving else {}
        return frozenset(
            line.claim for line in (*fresh, *(each.record for each in kept.values())) if line.claim
        )

    def _checked_again(
        self,
        since: date,
        claims: Compared,
        lines: Mapping[str, Sequence[HourLine]],
        moving: frozenset[str],
        found: Sequence[Finding],
    ) -> tuple[list[Finding], frozenset[str]]:
        """Check decisions twice: what was decided, derived or delivered meanwhile is no finding."""
        stale = {subject_of_claim(number) for number in self._ledger.stale()}
        owed = self._ledger.decided_claims(since)
        again, unsure = check_claims(owed, claims.fresh.records, lines, claims.facts.started, moving)
        before = {(each.kind, each.subject) for each in found}
        stays = [each for each in again if (each.kind, each.subject) in before and each.subject not in stale]
        gone = {each.subject for each in (*found, *again)} - {each.subject for each in stays}
        return stays, unsure | gone

    def _updates(self, afresh: Afresh, comparison: RowComparison, gathered: _Gathered) -> None:
        owed = self._ledger.other_updates(UPDATE_DAYS)
        documents = comparison.facts("documents")
        checks = UpdateChecks(afresh, self._ledger, self._kinds)
        gathered.findings += checks.check(owed, documents)
        gathered.compared["updates"] = len(owed)

    def _booked(
        self,
        gathered: _Gathered,
        kinds: frozenset[FindingKind],
        calls: int,
        window: tuple[date, date],
        *,
        limited: bool,
    ) -> Reconciled:
        findings = list({(each.kind, each.subject): each for each in gathered.findings}.values())
        numbers = [number for each in findings if (number := claim_of(each.subject))]
        findings = with_portal(findings, self._ledger.declared(numbers))
        weeks = _weeks(*window)
        scope = ReconcileScope(kinds, frozenset(weeks) if limited else None, frozenset(gathered.unsure))
        booked = self._findings.book(findings, scope, weeks)
        return Reconciled(tuple(findings), booked, calls, weeks, gathered.compared)


def _subjects(compared: Compared) -> set[str]:
    noun = brought_by(compared.flow).noun
    return {f"{noun}:{key}" for key in compared.moving}


def _counted(compared: Compared) -> dict[str, int]:
    differed, groups = compared.groups
    return {
        compared.flow: len(compared.fresh.records),
        f"{compared.flow}_groups": groups,
        f"{compared.flow}_groups_differing": differed,
        f"{compared.flow}_moving": len(compared.moving),
    }


def _weeks(since: date, today: date) -> tuple[str, ...]:
    """The ISO weeks from a Monday to the week after today's (people book ahead)."""
    last = max(today, since) + timedelta(days=7)
    days = range(since.toordinal(), last.toordinal() + 1, 7)
    return tuple(week_of(date.fromordinal(day)) for day in days)
