"""The three-way reckoning of a week for the cut-off: portal x store x AFAS read afresh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from domain.calendar import days_of, week_of
from domain.cutoff.reckoning import Reckoning, Sides, reckon
from domain.reconcile.comparison import hours_by_claim
from domain.reconcile.sides import PortalSide
from domain.records.hours import Claim, HourLine
from domain.watch.waiting import Lateness
from mappings.flows import FLOWS
from sync.outbox.looks import Pages
from sync.reconcile.afresh import Afresh, Fresh
from sync.reconcile.ports import Ledger


def three_way(afas: Pages, ledger: Ledger, week: str, lateness: Lateness) -> Reckoning:
    """Class every submitted declaration of an ISO week (``2026-W47``).

    ``lateness``: from when on a decision that AFAS does not show names a person.

    A few calls: the week's claims and lines, and by name what the week's window does not show. Raises
    AfasError; ValueError for a week that is none.
    """
    monday, _ = days_of(week)
    afresh = Afresh(afas)
    portal = {side.declaration.number: side for side in ledger.week(week)}
    claims = _claims(afresh, monday, sorted(portal))
    lines = _lines(afresh, list(claims.records.values()))
    read_at = datetime.now(UTC)
    ours = {
        n: claim for n, claim in claims.records.items() if n in portal or week_of(claim.period_start) == week
    }
    rows = [
        reckon(
            replace(
                _sides(number, portal.get(number), ours.get(number), lines, unreadable=number in claims.bad),
                late=_late(portal.get(number), lateness),
            )
        )
        for number in sorted(portal.keys() | ours.keys())
    ]
    declared, approved = ledger.approved(week)
    return Reckoning(week, read_at, tuple(rows), declared, approved, afresh.calls)


def _late(side: PortalSide | None, lateness: Lateness) -> bool:
    """Whether it is owed for longer than it may take."""
    if side is None or side.decided is None:
        return False
    return lateness.reached(side.decided.kind, side.decided.state, side.owed_for)


def _claims(afresh: Afresh, monday: date, numbers: Sequence[str]) -> Fresh:
    """The week's claims, and by name those of the portal that are not among them."""
    flow = FLOWS["claims"]
    found = afresh.since(flow, "PeriodStart", monday, monday + timedelta(days=6))
    missing = [number for number in numbers if number not in found.records]
    if missing:
        named = afresh.named(flow, "ClaimNumber", missing)
        found.records |= named.records
        found.bad |= named.bad
    return found


def _lines(afresh: Afresh, claims: Sequence[Claim]) -> Mapping[str, Sequence[HourLine]]:
    """The lines of claims: by their days, since that is one reading for thousands of them."""
    if not claims:
        return {}
    first, last = min(each.period_start for each in claims), max(each.period_end for each in claims)
    found = afresh.since(FLOWS["hours"], "EntryDate", first, last)
    return hours_by_claim(found.records.values())


def _sides(
    number: str,
    side: PortalSide | None,
    fresh: Claim | None,
    lines: Mapping[str, Sequence[HourLine]],
    *,
    unreadable: bool,
) -> Sides:
    return Sides(
        number=number,
        portal=side.declaration if side else None,
        kept=side.kept if side else None,
        decided=side.decided if side else None,
        update=side.update if side else None,
        stuck=side.stuck if side else None,
        fell=side.fell if side else False,
        fresh=fresh,
        lines=lines.get(number, ()),
        unreadable=unreadable,
    )
