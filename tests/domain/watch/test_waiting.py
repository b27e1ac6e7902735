"""How long an update may wait: by kind, by setting, and less before the cut-off where pay depends on it."""

from __future__ import annotations

import pytest

from domain.message import verbatim
from domain.outbox.update import UpdateKind, UpdateState
from domain.watch.waiting import BUDGETS, UNCLEAR, Budgets, WaitingKind


def waiting(kind: str, oldest: float) -> WaitingKind:
    return WaitingKind(kind, 1, oldest, 7)


def test_every_kind_of_update_has_a_budget():
    assert set(BUDGETS) == set(UpdateKind)


@pytest.mark.parametrize("kind", UpdateKind)
def test_a_budget_is_exceeded_behind_it_and_not_at_it(kind):
    assert not Budgets().exceeded(waiting(kind, BUDGETS[kind]), near=False)
    assert Budgets().exceeded(waiting(kind, BUDGETS[kind] + 1), near=False)


@pytest.mark.parametrize("kind", UpdateKind)
def test_before_the_cut_off_patience_is_shorter_where_pay_depends_on_it(kind):
    hurried = Budgets().of(kind, near=True) < Budgets().of(kind, near=False)
    assert hurried is (kind in (UpdateKind.APPROVE, UpdateKind.REJECT)) is waiting(kind, 0).payment


def test_a_budget_that_is_set_holds_and_a_shorter_one_is_not_made_longer():
    budgets = Budgets({"approve": 100.0, "ask-question": 50.0}, near=300.0)
    assert budgets.of("approve", near=False) == budgets.of("approve", near=True) == 100.0
    assert budgets.of("ask-question", near=True) == 50.0


@pytest.mark.parametrize("kind", [UpdateKind.APPROVE, UpdateKind.REJECT])
@pytest.mark.parametrize("near", [False, True])
def test_a_decision_is_late_when_its_budget_is_over(kind, near):
    budgets = Budgets({"approve": 100.0, "reject": 5000.0}, near=300.0)
    lateness, budget = budgets.lateness(near=near), budgets.of(kind, near=near)
    assert not lateness.reached(kind, UpdateState.READY, budget)
    assert lateness.reached(kind, UpdateState.READY, budget + 1)


@pytest.mark.parametrize("kind", [UpdateKind.APPROVE, UpdateKind.REJECT])
def test_what_is_unclear_has_the_time_in_which_it_may_still_show(kind):
    lateness = Budgets({"approve": 1.0, "reject": 1.0}).lateness(near=True)
    assert not lateness.reached(kind, UpdateState.UNCLEAR, UNCLEAR)
    assert lateness.reached(kind, UpdateState.UNCLEAR, UNCLEAR + 1)


def test_what_afas_says_of_it_is_not_shown():
    assert "PIET" not in repr(WaitingKind("approve", 1, 2.0, 7, verbatim("geblokkeerd door PIET")))
