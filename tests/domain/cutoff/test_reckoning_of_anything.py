"""However portal, store and AFAS contradict each other: what is said of a declaration is never too good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cutoff.reckoning import UNKNOWN, Reckoned, Reckoning, Sides, WeekStanding, reckon
from domain.declarations.declaration import DeclarationStatus, content_version
from domain.declarations.standing import NewestDecision
from domain.message import verbatim
from domain.outbox.update import UpdateKind, UpdateState
from domain.records.hours import ClaimStatus
from tests.stages.records.records import NUMBER, VERSION, a_claim, a_declaration, a_line

APPROVED = {DeclarationStatus.APPROVED, DeclarationStatus.PROCESSED, DeclarationStatus.PAID}
CLAIMS = st.none() | st.builds(
    a_claim,
    workflow_status=st.sampled_from(ClaimStatus),
    approved_externally=st.booleans(),
    processed=st.booleans(),
    paid=st.booleans(),
    total_hours=st.sampled_from([Decimal(8), Decimal("8.00"), Decimal(10)]),
)
DECLARATIONS = st.none() | st.builds(
    a_declaration,
    status=st.sampled_from(DeclarationStatus),
    version=st.sampled_from([VERSION, "another"]),
    hours=st.sampled_from([Decimal(8), Decimal(10)]),
    missing=st.sampled_from([(), ("contact-unknown",), ("hours-do-not-add-up",)]),
)
DECISIONS = st.none() | st.builds(
    NewestDecision,
    st.sampled_from([UpdateKind.APPROVE, UpdateKind.REJECT]),
    st.sampled_from(UpdateState),
    st.sampled_from([VERSION, "another", None]),
    st.booleans(),
)
ANYTHING = st.builds(
    Sides,
    number=st.just(NUMBER),
    portal=DECLARATIONS,
    kept=CLAIMS,
    decided=DECISIONS,
    update=st.none() | st.just(7),
    stuck=st.none() | st.just(verbatim("dicht")),
    fresh=CLAIMS,
    lines=st.sampled_from([[a_line()], []]),
    fell=st.booleans(),
    unreadable=st.booleans(),
    late=st.booleans(),
)


@given(sides=ANYTHING)
def test_verified_is_said_only_of_what_afas_shows_approved_over_the_same_hours(sides: Sides) -> None:
    row = reckon(sides)
    if row.standing is not WeekStanding.VERIFIED:
        return
    assert sides.portal is not None
    assert sides.fresh is not None
    assert not sides.unreadable
    in_workflow = sides.fresh.workflow_status in (ClaimStatus.APPROVED, ClaimStatus.APPROVED_EXTERNALLY)
    assert sides.fresh.approved_externally or in_workflow or sides.fresh.processed or sides.fresh.paid
    assert row.hours == row.kept_hours == row.afas_hours
    bound = sides.decided.version if sides.decided else None
    assert content_version(sides.fresh, sides.lines) in (sides.portal.version, bound)


@given(sides=ANYTHING)
def test_what_the_portal_holds_approved_is_verified_or_an_exception(sides: Sides) -> None:
    """What AFAS withdrew after it had shown the approval is one too; nothing else is."""
    status, standing = sides.portal and sides.portal.status, reckon(sides).standing
    if status is not DeclarationStatus.WITHDRAWN:
        assert (standing is not WeekStanding.NOT_APPROVED) is (status in APPROVED)


@given(sides=ANYTHING)
def test_only_what_is_verified_has_no_reason_and_nobody_to_act(sides: Sides) -> None:
    row = reckon(sides)
    assert (row.reason is None) is (row.solver is None) is (row.standing is WeekStanding.VERIFIED)


def a_row(number: str, standing: WeekStanding, hours: int) -> Reckoned:
    return Reckoned(number, standing, Decimal(hours), Decimal(hours), Decimal(hours), "approved", "approved")


VERIFIED, NAMED = a_row("1", WeekStanding.VERIFIED, 8), a_row("2", WeekStanding.EXCEPTION, 6)
WAITS = a_row("3", WeekStanding.NOT_APPROVED, 4)
GOOD = Reckoning("2026-W47", datetime(2026, 11, 26, tzinfo=UTC), (VERIFIED, NAMED, WAITS), 3, Decimal(14))


@pytest.mark.parametrize(
    ("wrong", "which"),
    [
        (GOOD, []),
        (replace(GOOD, declared=4), ["classed"]),
        (replace(GOOD, approved_hours=Decimal("14.01")), ["named"]),
        (replace(GOOD, rows=(replace(VERIFIED, afas_hours=Decimal(7)), NAMED, WAITS)), ["in-afas"]),
        (replace(GOOD, rows=(replace(VERIFIED, afas_hours=None), NAMED, WAITS)), ["in-afas"]),
        (replace(GOOD, rows=(replace(VERIFIED, kept_hours=Decimal(9)), NAMED, WAITS)), ["in-store"]),
        (replace(GOOD, rows=(VERIFIED, NAMED, replace(WAITS, status=UNKNOWN))), ["classed"]),
        (replace(GOOD, rows=(VERIFIED, NAMED, WAITS, WAITS)), []),
    ],
)
def test_each_sum_finds_its_own_fault(wrong: Reckoning, which: list[str]) -> None:
    assert [each.name for each in wrong.sums if not each.agrees] == which
    assert wrong.agrees is (not which)
