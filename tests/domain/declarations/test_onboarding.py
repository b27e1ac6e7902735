"""Where a new worker stands, by the facts that AFAS shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from domain.declarations.onboarding import Onboarding, onboard
from domain.declarations.onboarding_words import TaskWords
from tests.stages.records.records import NOON, an_employee, an_item

TODAY = date(2026, 11, 20)
START = date(2026, 12, 1)
HIRED = an_employee(employment_start=START)
WITH_CONTRACT = an_employee(employment_start=START, contract_start=START)


def onboarded(employee=None, items=(), *, booked: date | None = None, placements: int = 0) -> Onboarding:
    return onboard(
        "1000551",
        employee,
        items,
        placements=placements,
        first_booking=booked,
        today=TODAY,
        words=TaskWords(),
    )


@pytest.mark.parametrize(
    ("employee", "item", "state"),
    [
        (None, None, "awaiting-data"),
        (None, an_item(), "awaiting-data"),
        (None, an_item(task="Arbeidsovereenkomst opstellen"), "data-complete"),
        (None, an_item(task="Wat niemand kent"), "data-complete"),
        (None, an_item(task="Contract ondertekenen"), "contract-sent"),
        (None, an_item(workflow_closed=True), "data-complete"),
        (HIRED, None, "hired"),
        (HIRED, an_item(task="Arbeidsovereenkomst opstellen"), "hired"),
        (HIRED, an_item(), "awaiting-data"),
        (HIRED, an_item(task="Contract ondertekenen"), "contract-sent"),
        (HIRED, an_item(workflow_closed=True), "hired"),
        (WITH_CONTRACT, an_item(task="Contract ondertekenen"), "contract-sent"),
        (WITH_CONTRACT, an_item(workflow_closed=True), "contract-signed"),
        (WITH_CONTRACT, None, "contract-signed"),
        (an_employee(), None, "awaiting-data"),
    ],
)
def test_the_open_task_tells_first_then_contract_and_employment(employee, item, state):
    assert onboarded(employee, [item] if item else []).state == state


def test_a_status_tells_where_an_item_stands_in_no_task():
    assert onboarded(None, [an_item(task=None, workflow_status="Ter ondertekening")]).state == "contract-sent"


def test_who_books_hours_is_no_newcomer_whatever_the_dossier_says():
    assert onboarded(HIRED, [an_item()], booked=TODAY).state == "booking-hours"


@pytest.mark.parametrize(
    ("employee", "items", "stopped"),
    [
        (an_employee(blocked=True), [], True),
        (an_employee(employment_end=TODAY - timedelta(days=1)), [], True),
        (an_employee(employment_end=TODAY), [], False),
        (None, [an_item(workflow_status="Vervallen")], True),
        (HIRED, [an_item(workflow_status="Aanvraag INGETROKKEN")], True),
    ],
)
def test_who_left_or_will_not_come_has_stopped_even_after_booking(employee, items, stopped):
    assert (onboarded(employee, items, booked=TODAY).state == "stopped") is stopped


def test_of_several_items_the_newest_tells_whatever_their_times():
    older = an_item(subject=7001, workflow_status="Vervallen", changed_at=NOON + timedelta(days=9))
    newer = an_item(subject=7002, task="Contract ondertekenen")
    assert onboarded(None, [newer, older]).state == "contract-sent"
    assert onboarded(None, [older, newer]).evidence["dossier_item"] == "7002"


@pytest.mark.parametrize(
    ("employee", "item", "since"),
    [
        (None, None, None),
        (HIRED, None, NOON),
        (HIRED, an_item(task_entered_at=NOON - timedelta(days=2)), NOON - timedelta(days=2)),
        (HIRED, an_item(task_entered_at=None), NOON),
        (None, an_item(task_entered_at=None), None),
    ],
)
def test_since_when_is_told_by_the_task_or_else_by_the_worker(employee, item, since: datetime | None):
    assert onboarded(employee, [item] if item else []).since == since


def test_the_evidence_is_all_that_is_known_and_nothing_that_is_not():
    assert onboarded(placements=0).evidence == {"placements": "0"}
    evidence = onboarded(WITH_CONTRACT, [an_item()], booked=TODAY, placements=2).evidence
    assert evidence == {
        "placements": "2", "first_booking": "2026-11-20", "dossier_item": "7001",
        "task": "Gegevens aanvullen", "workflow_status": "In behandeling", "workflow_closed": "False",
        "task_entered_at": str(NOON), "employment_start": "2026-12-01", "contract_start": "2026-12-01",
        "pocket_user": "False", "blocked": "False",
    }  # fmt: skip


def test_the_worker_is_named_where_there_is_one():
    assert onboarded().employee is None
    assert onboarded(HIRED).employee == "001001"
