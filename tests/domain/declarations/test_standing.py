"""A decision of the portal counts at once, and only for the content that was shown (G4)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.declarations.declaration import DeclarationStatus
from domain.declarations.standing import NewestDecision, fallen, history, standing
from domain.message import Message
from domain.outbox.update import UpdateKind, UpdateState
from tests.stages.records.records import NUMBER, VERSION, a_declaration

SHOWN = a_declaration()
MORE = replace(SHOWN, version="more", hours=Decimal("9.5000"))
WAYS = {UpdateKind.APPROVE: DeclarationStatus.APPROVED, UpdateKind.REJECT: DeclarationStatus.REJECTED}


def decided(
    kind: UpdateKind = UpdateKind.APPROVE,
    state: UpdateState = UpdateState.READY,
    version: str | None = VERSION,
    *,
    overtaken: bool = False,
) -> NewestDecision:
    return NewestDecision(kind, state, version, overtaken)


def events(known, new):
    return [(line.number, line.event) for line in history(known, new)]


@pytest.mark.parametrize("kind", WAYS)
@pytest.mark.parametrize("state", ["ready", "sending", "unclear", "parked", "done"])
def test_what_was_decided_is_shown_while_afas_does_not_show_it(kind, state):
    shown = standing(SHOWN, decided(kind, UpdateState(state)))
    assert (shown.status, shown.in_afas) == (WAYS[kind], False)


def test_what_nobody_decided_is_shown_as_afas_has_it():
    assert standing(SHOWN, None) is SHOWN


def test_a_decision_that_afas_showed_once_counts_no_more_when_afas_moved_on():
    assert standing(SHOWN, decided(state=UpdateState.DONE, overtaken=True)) is SHOWN


@pytest.mark.parametrize("state", UpdateState)
def test_a_decision_falls_only_while_nothing_of_it_can_be_on_its_way(state):
    """What may be in AFAS already is never voided for a newer version: it would be sent again."""
    may_be_there = {UpdateState.SENDING, UpdateState.UNCLEAR, UpdateState.DONE, UpdateState.VOID}
    assert decided(state=state).may_fall is (state not in may_be_there)


def test_a_voided_decision_counts_no_more():
    assert standing(SHOWN, decided(state=UpdateState.VOID)) is SHOWN


@pytest.mark.parametrize("version", ["other", None])
def test_a_decision_about_other_content_does_not_cover_this(version):
    assert standing(SHOWN, decided(version=version)) is SHOWN


@pytest.mark.parametrize("status", ["processed", "paid", "withdrawn"])
def test_a_claim_that_was_paid_or_withdrawn_is_not_shown_as_merely_approved(status):
    gone_past = replace(SHOWN, status=DeclarationStatus(status))
    assert standing(gone_past, decided()) is gone_past


def test_what_afas_shows_too_is_in_afas():
    approved = replace(SHOWN, status=DeclarationStatus.APPROVED)
    assert standing(approved, decided()).in_afas


@pytest.mark.parametrize(
    ("state", "falls"),
    [("ready", True), ("parked", True), ("sending", False), ("unclear", False), ("done", False)],
)
def test_only_a_decision_of_which_nothing_is_on_its_way_may_fall(state, falls):
    waiting = decided(state=UpdateState(state))
    assert (fallen(MORE, SHOWN, waiting) is not None) is falls


def test_a_decision_falls_with_its_claim_and_with_other_content_only():
    withdrawn = replace(SHOWN, status=DeclarationStatus.WITHDRAWN)
    assert fallen(withdrawn, SHOWN, decided())
    assert fallen(MORE, SHOWN, decided())
    assert fallen(SHOWN, SHOWN, decided()) is None
    assert fallen(SHOWN, SHOWN, None) is None


def test_a_decision_that_is_bound_to_no_content_stays():
    assert fallen(MORE, SHOWN, decided(version=None)) is None


def test_how_the_hours_changed_is_told_where_it_is_known():
    unknown = Message("why.content-changed", {"before": None, "after": MORE.hours})
    assert fallen(MORE, SHOWN, decided()) == replace(
        unknown, values={"before": SHOWN.hours, "after": MORE.hours}
    )
    assert fallen(MORE, None, decided()) == unknown
    assert fallen(MORE, replace(SHOWN, version="another"), decided()) == unknown


@pytest.mark.parametrize("status", [each for each in DeclarationStatus if each != "to-approve"])
def test_a_declaration_has_no_history_before_it_was_offered(status):
    assert history(None, replace(SHOWN, status=status)) == []


def test_the_first_offer_begins_the_history():
    assert events(None, SHOWN) == [(NUMBER, "to-approve")]


def test_nothing_happened_where_nothing_changed():
    assert history(SHOWN, SHOWN) == []


def test_other_content_is_an_event_of_its_own_before_what_it_led_to():
    approved = replace(SHOWN, status=DeclarationStatus.APPROVED)
    assert events(approved, MORE) == [(NUMBER, "changed"), (NUMBER, "to-approve")]
    assert events(SHOWN, MORE) == [(NUMBER, "changed")]


def test_what_a_worker_changes_before_it_is_offered_is_no_event():
    opened = replace(SHOWN, status=DeclarationStatus.OPEN, missing=("placement-unknown",))
    assert events(opened, replace(opened, version="more")) == []


def test_a_decision_is_in_the_portal_first_and_in_afas_later():
    here = replace(SHOWN, status=DeclarationStatus.APPROVED, in_afas=False)
    there = replace(here, in_afas=True)
    assert events(SHOWN, here) == [(NUMBER, "approved")]
    assert events(here, there) == [(NUMBER, "seen-in-afas")]
    assert events(there, here) == []


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("approved", "to-approve", "history.reopened"),
        ("rejected", "to-approve", "history.offered-again"),
        ("open", "to-approve", "history.offered"),
        ("to-approve", "open", "missing.contact-blocked"),
        ("to-approve", "paid", "history.in-afas"),
    ],
)
def test_each_step_tells_why(before, now, told):
    missing = ("contact-blocked",) if now == "open" else ()
    new = replace(SHOWN, status=DeclarationStatus(now), missing=missing)
    [line] = history(replace(SHOWN, status=DeclarationStatus(before)), new)
    assert told in str(line.detail)
