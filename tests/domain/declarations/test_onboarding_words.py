"""Which state a task or status leads to, and which are unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.declarations.onboarding import onboard
from domain.declarations.onboarding_words import ItemsSeen, OnboardingState, TaskWords, recognised
from mappings.records.onboarding import ONBOARDING
from tests.stages.records.rows import row

ANOTHER = TaskWords(
    awaiting_data=("dossier compleet maken",),
    sign=("handtekening",),
    checked=("screening",),
    stopped=("geannuleerd",),
    going_on=("loopt",),
)


def state(task: str | None, status: str | None, words: TaskWords) -> str:
    item = ONBOARDING.to_record(row("onboarding", TaskDescription=task, WorkflowStatus=status))
    today = date(2026, 11, 20)
    shown = onboard("A", None, [item], placements=0, first_booking=None, today=today, words=words)
    return shown.state.value


@pytest.mark.parametrize(
    ("task", "status", "expected"),
    [
        ("Dossier compleet maken", "Loopt", "awaiting-data"),
        ("Handtekening zetten", "Loopt", "contract-sent"),
        ("Screening", "Loopt", "data-complete"),
        ("Screening", "Geannuleerd door klant", "stopped"),
        (None, "HANDTEKENING gevraagd", "contract-sent"),
        ("Ondertekenen in Pocket", "Vervallen", "data-complete"),
    ],
)
def test_another_customers_words_lead_to_its_states(task, status, expected):
    assert state(task, status, ANOTHER) == expected


@pytest.mark.parametrize(
    ("task", "status", "expected"),
    [
        ("Gegevens aanleveren", "In behandeling", "awaiting-data"),
        ("Ondertekenen in Pocket", "Ter ondertekening", "contract-sent"),
        ("Arbeidsovereenkomst opstellen", "In behandeling", "data-complete"),
        ("Iets anders", "In behandeling", "data-complete"),
        ("Ondertekenen in Pocket", "Afgebroken", "stopped"),
    ],
)
def test_without_settings_they_lead_where_they_always_did(task, status, expected):
    assert state(task, status, TaskWords()) == expected


def test_unknown_names_come_first_and_the_others_say_where_they_lead():
    seen = [
        ItemsSeen("Screening", "Loopt", False, 3),
        ItemsSeen("Koffie drinken", "Loopt", False, 1),
        ItemsSeen("Koffie drinken", "Vergeten", False, 1),
        ItemsSeen(None, "Geannuleerd", True, 4),
        ItemsSeen("Oude taak", "Loopt", True, 9),
    ]
    assert [(each.what, each.name, each.count, each.leads_to) for each in recognised(seen, ANOTHER)] == [
        ("status", "Vergeten", 1, None),
        ("task", "Koffie drinken", 2, None),
        ("status", "Loopt", 13, "what its task says"),
        ("status", "Geannuleerd", 4, OnboardingState.STOPPED),
        ("task", "Screening", 3, OnboardingState.DATA_COMPLETE),
    ]


def test_an_item_that_stands_in_no_task_names_none():
    assert [each.what for each in recognised([ItemsSeen(None, "Loopt", False, 2)], ANOTHER)] == ["status"]
    assert recognised([ItemsSeen(None, None, False, 2)], ANOTHER) == []


def test_no_word_recognises_nothing():
    none = replace(TaskWords(), awaiting_data=(), sign=(), checked=(), stopped=(), going_on=())
    assert none.of_task("Gegevens") is None
    assert not none.stops("Vervallen")
