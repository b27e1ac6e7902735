"""A report of the first format stays as it was signed, and is read as one of today."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.cutoff.changes import changes_between
from domain.cutoff.content import canonical, sha256_of
from domain.cutoff.first_format import as_now, is_first, why
from domain.cutoff.reason import Reason, stood
from domain.cutoff.reckoning import WeekStanding
from domain.message import LEGACY, Message
from domain.outbox.update import UpdateState
from tests.stages.cutoff import reckoned_week
from tests.stages.cutoff.reckoned_week import all_sides, content

KEPT = (Path(__file__).parent / "first_format.json").read_text("utf-8").rstrip("\n")
"""As the version that kept sentences wrote it, of the same week as ``reckoned_week``'s."""
SIGNED = "8f9a47e12b86c5e26f1eae010384014c7c4a632fe34785d5f4cf70c1f0d5124e"
OLD = json.loads(KEPT)


def test_what_was_hashed_is_written_byte_for_byte_as_before():
    assert canonical(OLD) == KEPT
    assert sha256_of(canonical(OLD)).hex() == SIGNED
    as_now(OLD)
    assert canonical(OLD) == KEPT


def test_its_lines_are_those_of_the_same_week_reckoned_today():
    old, new = reckoned_week.report(OLD), reckoned_week.report(content(all_sides()))
    for standing in WeekStanding:
        assert [(line.number, line.hours, line.reason, line.solver) for line in old.lines(standing)] == [
            (line.number, line.hours, line.reason, line.solver) for line in new.lines(standing)
        ]
    assert old.sums == new.sums
    assert old.findings == new.findings
    assert [each.number for each in old.elsewhere] == [each.number for each in new.elsewhere]


def test_nothing_changed_since_when_nothing_did():
    assert changes_between(OLD, content(all_sides())) == []


def test_what_did_change_since_is_told():
    [_, *others] = all_sides()
    found = changes_between(OLD, content(others))
    assert [change.after for change in found if change.number == "000000000001.01"] == [None]


def test_what_afas_said_stays_in_its_own_words():
    assert why("the approval is parked: Kostenplaats: bestaat niet") == (
        Reason.PARKED,
        Message(LEGACY, {"text": "Kostenplaats: bestaat niet"}),
    )
    assert why("the approval is parked: see the update") == (Reason.PARKED, None)
    assert why("AFAS shows it approved, but the update is unclear: replay it") == (
        Reason.NOT_SETTLED,
        stood(UpdateState.UNCLEAR, None),
    )
    assert as_now(OLD)["elsewhere"][0]["reason"] == Message(LEGACY, {"text": "periode afgesloten"}).to_json()
    bare = OLD | {"elsewhere": [OLD["elsewhere"][0] | {"reason": None}]}
    assert as_now(bare)["elsewhere"][0]["reason"] is None


def test_a_sentence_that_no_report_gave_is_not_guessed():
    with pytest.raises(ValueError, match="such a reason"):
        why("something else")


def test_a_content_of_today_is_not_of_the_first_format():
    today = content(all_sides())
    assert not is_first(today)
    assert as_now(today) is today
