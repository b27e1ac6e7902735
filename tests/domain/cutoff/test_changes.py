"""What differs between a report and the week as it is now."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.cutoff.changes import StaleReport, changes_between, facts_of
from domain.declarations.declaration import DeclarationStatus
from domain.message import verbatim
from domain.outbox.update import UpdateState
from tests.stages.cutoff.reckoned_week import all_sides, content
from words import Words

SIDES: list[Any] = all_sides()
BEFORE = content(SIDES)


def with_first(**changes):
    return [replace(SIDES[0], **changes), *SIDES[1:]]


def told(after, language="en"):
    return [Words(language).said(change.told) for change in changes_between(BEFORE, after)]


def test_the_same_week_has_no_changes():
    assert told(content(all_sides())) == []


def test_a_declaration_that_is_no_exception_any_more_is_told_with_the_sums():
    parked = SIDES[1]
    seen = replace(parked.fresh, approved_externally=True)
    mended = replace(parked, fresh=seen, decided=replace(parked.decided, state=UpdateState.DONE))
    after = content([SIDES[0], mended, *SIDES[2:]])
    was = "exception, 8.00 (Approved, and the update is parked: Kostenplaats KP-9 bestaat niet)"
    assert told(after) == [
        "Hours: Exceptions: 113.00 -> 105.00",
        "Hours: Verified in AFAS: 8.00 -> 16.00",
        f"000000000002.01: {was} -> verified in AFAS, 8.00",
    ]


def test_a_declaration_that_came_or_went_is_told_in_the_reader_s_language():
    assert told(content(SIDES[:-1]), "nl") == [
        "Uren: Niet goedgekeurd: 96,00 -> 88,00",
        "000000000028.01: niet goedgekeurd, 8,00 (Niet aangeboden) -> niet aanwezig",
    ]


def test_other_words_of_afas_behind_a_reason_are_a_change():
    after = content([SIDES[0], replace(SIDES[1], stuck=verbatim("anders")), *SIDES[2:]])
    assert [change.number for change in changes_between(BEFORE, after)] == ["000000000002.01"]


def test_findings_are_named_by_their_kinds():
    subject = BEFORE["findings"][0]["subject"]
    more = [*BEFORE["findings"], {"kind": "effect-gone", "subject": subject}]
    [line] = told(BEFORE | {"findings": more})
    assert line == f"{subject}: missing here -> missing here, gone from AFAS"


def test_a_sum_that_differs_now_is_told():
    after = BEFORE | {"sums": [each | {"agrees": False} for each in BEFORE["sums"][:1]]}
    [line] = told(after)
    assert "agrees" in line


@pytest.mark.parametrize(
    "after",
    [
        BEFORE | {"cutoff_at": "2026-11-26T10:00:00+00:00"},
        BEFORE | {"declarations": [each | {"employee": "9"} for each in BEFORE["declarations"]]},
    ],
    ids=["cut-off", "worker"],
)
def test_another_cut_off_or_worker_is_a_change_as_well(after):
    assert told(after) == ["The cut-off or a worker: as shown -> different"]


def test_that_afas_goes_on_with_what_is_verified_changes_nothing():
    paid = with_first(
        fresh=replace(SIDES[0].fresh, processed=True, paid=True),
        portal=replace(SIDES[0].portal, status=DeclarationStatus.PAID),
    )
    assert changes_between(BEFORE, content(paid)) == []
    assert facts_of(content(paid)) == facts_of(BEFORE)
    assert facts_of(content(SIDES[1:])) != facts_of(BEFORE)


def test_what_refuses_a_sign_off_carries_what_changed():
    changes = changes_between(BEFORE, content(with_first(portal=replace(SIDES[0].portal, hours=Decimal(9)))))
    assert StaleReport(changes).changes == tuple(changes) != ()
