"""The vocabulary of a week."""

from __future__ import annotations

import pytest

from domain.cutoff.reason import STUCK, Reason, Solver, held_up, stood, told
from domain.message import Message, verbatim
from domain.outbox.update import UpdateState
from words import LANGUAGES, Words


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_names_who_must_act_and_is_said_in_every_language(reason):
    assert isinstance(reason.solver, Solver)
    said = {Words(language).said(told(reason)) for language in LANGUAGES}
    assert len(said) == len(LANGUAGES)


def test_what_goes_on_by_itself_is_nobody_s_turn():
    assert {each for each in Reason if each.solver is Solver.LOONBRUG} == {
        Reason.UNCLEAR,
        Reason.ON_ITS_WAY,
        Reason.REJECTION_ON_ITS_WAY,
    }
    assert {each.solver for each in STUCK} == {Solver.OPS, Solver.LOONBRUG}


def test_a_detail_stands_behind_the_reason():
    detail = stood(UpdateState.PARKED, verbatim("KP-9"))
    assert Words("nl").said(told(Reason.REJECTION_NOT_IN_AFAS, detail)) == (
        "Afgekeurd, niet in AFAS: geparkeerd: KP-9"
    )
    assert stood(UpdateState.READY, None) == Message("state.ready")
    assert held_up(UpdateState.SENDING, None) == Message("week.not-sent")
    assert held_up(UpdateState.UNCLEAR, None) == Message("state.unclear")
