"""Where a new worker stands, derived from what is known, since AFAS has no such field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.declarations.onboarding_words import OnboardingState, TaskWords
from domain.records.people import Employee, OnboardingItem


@dataclass(frozen=True, slots=True)
class Onboarding:
    """A person's state, since when as far as known (aware UTC), and the facts that prove it."""

    person: str
    employee: str | None
    state: OnboardingState
    since: datetime | None
    evidence: dict[str, str]


def onboard(
    person: str,
    employee: Employee | None,
    items: Sequence[OnboardingItem],
    *,
    placements: int,
    first_booking: date | None,
    today: date,
    words: TaskWords,
) -> Onboarding:
    """Derive the state, with the evidence beside it.

    >>> facts = {"placements": 0, "first_booking": None, "today": date(2026, 1, 1), "words": TaskWords()}
    >>> onboard("9", None, [], **facts).state.value
    'awaiting-data'
    """
    item = max(items, key=lambda each: each.subject, default=None)  # handed out in order; times may be wrong
    state = _state(employee, item, first_booking, today, words)
    return Onboarding(
        person=person,
        employee=employee.employee if employee else None,
        state=state,
        since=_since(employee, item),
        evidence=_evidence(employee, item, placements, first_booking),
    )


def _state(
    employee: Employee | None,
    item: OnboardingItem | None,
    first_booking: date | None,
    today: date,
    words: TaskWords,
) -> OnboardingState:
    if _stopped(employee, item, today, words):
        return OnboardingState.STOPPED
    if first_booking:
        return OnboardingState.BOOKING_HOURS
    if item and not item.workflow_closed:
        return _state_of_task(employee, item, words)
    if employee and employee.contract_start:
        return OnboardingState.CONTRACT_SIGNED
    if employee and employee.employment_start:
        return OnboardingState.HIRED
    return OnboardingState.DATA_COMPLETE if item else OnboardingState.AWAITING_DATA


def _state_of_task(employee: Employee | None, item: OnboardingItem, words: TaskWords) -> OnboardingState:
    """A task that no word knows is taken as one in which data are complete; it is told elsewhere."""
    state = words.of_task(item.task or item.workflow_status)
    if state in (OnboardingState.AWAITING_DATA, OnboardingState.CONTRACT_SENT):
        return state
    if employee and employee.employment_start:
        return OnboardingState.HIRED
    return OnboardingState.DATA_COMPLETE


def _stopped(employee: Employee | None, item: OnboardingItem | None, today: date, words: TaskWords) -> bool:
    left = employee and (employee.blocked or (employee.employment_end and employee.employment_end < today))
    return bool(left) or bool(item and words.stops(item.workflow_status))


def _since(employee: Employee | None, item: OnboardingItem | None) -> datetime | None:
    if item and item.task_entered_at:
        return item.task_entered_at
    return employee.changed_at if employee else None


def _evidence(
    employee: Employee | None, item: OnboardingItem | None, placements: int, first_booking: date | None
) -> dict[str, str]:
    facts: dict[str, object] = {"placements": placements, "first_booking": first_booking}
    if item:
        facts |= {"dossier_item": item.subject, "task": item.task, "workflow_status": item.workflow_status}
        facts |= {"workflow_closed": item.workflow_closed, "task_entered_at": item.task_entered_at}
    if employee:
        facts |= {"employment_start": employee.employment_start, "employment_end": employee.employment_end}
        facts |= {"contract_start": employee.contract_start, "pocket_user": employee.pocket_user}
        facts |= {"blocked": employee.blocked}
    return {name: str(value) for name, value in facts.items() if value is not None}
