"""Every declaration of a week falls in exactly one class, with why and who must act."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.cutoff.reason import Reason, Solver, stood
from domain.cutoff.reckoning import UNKNOWN, Reckoning, Sides, WeekStanding, reckon
from domain.declarations.declaration import DeclarationStatus
from domain.declarations.standing import NewestDecision
from domain.message import Message, because, verbatim
from domain.outbox.update import UpdateKind, UpdateState
from domain.records.hours import ClaimStatus
from tests.stages.records.records import NUMBER, VERSION, a_claim, a_declaration, a_line

WHY = verbatim("Kostenplaats KP-9 bestaat niet")
DECIDED = NewestDecision(UpdateKind.APPROVE, UpdateState.DONE, VERSION, overtaken=False)
SHOWN = a_claim(approved_externally=True, workflow_status=ClaimStatus.APPROVED_EXTERNALLY)
GOOD = Sides(
    number=NUMBER,
    portal=a_declaration(status=DeclarationStatus.APPROVED),
    kept=SHOWN,
    decided=DECIDED,
    update=7,
    stuck=WHY,
    fresh=SHOWN,
    lines=[a_line()],
)


def decided(state, kind=UpdateKind.APPROVE):
    return replace(DECIDED, kind=kind, state=UpdateState(state))


def owed(state, *, late=False, kind=UpdateKind.APPROVE):
    """AFAS does not show what the client decided."""
    return replace(GOOD, fresh=a_claim(), decided=decided(state, kind), late=late)


def in_portal(status, **changes):
    return a_declaration(status=DeclarationStatus(status), **changes)


def test_what_was_approved_and_afas_shows_is_verified():
    found = reckon(GOOD)
    assert (found.standing, found.reason, found.detail, found.solver) == (WeekStanding.VERIFIED, *[None] * 3)
    assert (found.hours, found.kept_hours, found.afas_hours) == (Decimal(8),) * 3
    assert (found.status, found.afas_status) == ("approved", "approved-externally")


@pytest.mark.parametrize(
    ("changes", "status"), [({"processed": True}, "processed"), ({"paid": True}, "paid")]
)
def test_what_afas_has_gone_on_with_is_verified(changes, status):
    found = reckon(replace(GOOD, fresh=replace(a_claim(), **changes)))
    assert (found.standing, found.afas_status) == (WeekStanding.VERIFIED, status)


@pytest.mark.parametrize(
    ("sides", "reason", "detail"),
    [
        (owed("parked"), Reason.PARKED, WHY),
        (owed("ready", late=True), Reason.NOT_SENT, WHY),
        (owed("sending", late=True), Reason.NOT_SENT, WHY),
        (owed("ready"), Reason.ON_ITS_WAY, None),
        (owed("unclear"), Reason.UNCLEAR, None),
        (owed("unclear", late=True), Reason.UNCLEAR_FOR_LONG, None),
        (owed("done"), Reason.NOT_IN_AFAS, None),
        (owed("parked", kind=UpdateKind.REJECT), Reason.NOT_IN_AFAS, None),
        (replace(GOOD, fresh=a_claim(), decided=None), Reason.NOT_IN_AFAS, None),
        (replace(GOOD, fresh=a_claim(workflow_status=ClaimStatus.REJECTED)), Reason.REJECTED_IN_AFAS, None),
        (replace(GOOD, fresh=None), Reason.GONE, None),
        (replace(GOOD, portal=in_portal("withdrawn"), fresh=None), Reason.GONE, None),
        (replace(GOOD, unreadable=True), Reason.UNREADABLE, None),
        (replace(GOOD, lines=[a_line(quantity=Decimal(7))]), Reason.OTHER_HOURS, None),
        (replace(GOOD, decided=decided("parked")), Reason.NOT_SETTLED, stood(UpdateState.PARKED, WHY)),
        (replace(GOOD, decided=decided("unclear")), Reason.NOT_SETTLED, Message("state.unclear")),
        (replace(GOOD, kept=None), Reason.STORE_DIFFERS, None),
        (replace(GOOD, kept=replace(SHOWN, total_hours=Decimal(9))), Reason.STORE_DIFFERS, None),
        (replace(GOOD, portal=in_portal("paid", hours=Decimal(9))), Reason.PORTAL_DIFFERS, None),
    ],
)
def test_what_was_approved_and_is_not_so_in_afas_is_an_exception_with_its_reason(sides, reason, detail):
    found = reckon(sides)
    assert (found.standing, found.reason, found.detail) == (WeekStanding.EXCEPTION, reason, detail)
    assert found.solver is reason.solver


@pytest.mark.parametrize(
    ("sides", "reason", "detail"),
    [
        (replace(GOOD, portal=None, decided=None), Reason.UNKNOWN_TO_PORTAL, None),
        (replace(GOOD, portal=in_portal("to-approve"), decided=None), Reason.WAITS, None),
        (replace(GOOD, portal=in_portal("to-approve")), Reason.FELL_AWAY, None),
        (replace(GOOD, portal=in_portal("to-approve"), decided=None, fell=True), Reason.FELL_AWAY, None),
        (replace(GOOD, portal=in_portal("rejected"), decided=None), Reason.REJECTED, None),
        (replace(GOOD, portal=in_portal("withdrawn"), decided=None), Reason.WITHDRAWN, None),
        (replace(GOOD, portal=in_portal("open")), Reason.HELD_BACK, None),
        (
            replace(GOOD, portal=in_portal("open", missing=("contact-blocked",))),
            Reason.HELD_BACK,
            Message("week.lacks", {"missing": (Message("missing.contact-blocked"),)}),
        ),
        (
            replace(GOOD, portal=in_portal("open", missing=("contact-unknown", "hours-do-not-add-up"))),
            Reason.NOT_ADDING_UP,
            None,
        ),
    ],
)
def test_what_nobody_approved_says_what_it_waits_for(sides, reason, detail):
    found = reckon(sides)
    assert (found.standing, found.reason, found.detail) == (WeekStanding.NOT_APPROVED, reason, detail)
    assert found.solver is reason.solver


@pytest.mark.parametrize(
    ("state", "late", "reason", "detail"),
    [
        ("parked", False, Reason.REJECTION_NOT_IN_AFAS, stood(UpdateState.PARKED, WHY)),
        ("ready", True, Reason.REJECTION_NOT_IN_AFAS, because(Message("week.not-sent"), WHY)),
        ("unclear", True, Reason.REJECTION_NOT_IN_AFAS, Message("state.unclear")),
        ("sending", False, Reason.REJECTION_ON_ITS_WAY, None),
        ("done", False, Reason.REJECTED, None),
    ],
)
def test_a_rejection_is_the_worker_s_turn_only_when_afas_has_it(state, late, reason, detail):
    sides = replace(owed(state, late=late, kind=UpdateKind.REJECT), portal=in_portal("rejected"))
    found = reckon(sides)
    assert (found.reason, found.detail) == (reason, detail)
    there = replace(sides, fresh=a_claim(workflow_status=ClaimStatus.REJECTED))
    assert reckon(there).solver is Solver.WORKER


def test_the_sums_of_a_week_hold_the_classes_against_numbers_of_their_own():
    rows = (reckon(GOOD), reckon(owed("parked")), reckon(replace(GOOD, portal=None)))
    week = Reckoning("2026-W47", datetime(2026, 11, 23, tzinfo=UTC), rows, 1, Decimal(16))
    assert rows[2].status == UNKNOWN
    assert [each.agrees for each in week.sums] == [True] * 4
    assert week.agrees
    assert [each.reason for each in week.exceptions] == [Reason.PARKED]
    assert not replace(week, approved_hours=Decimal(17)).agrees
