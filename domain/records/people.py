"""People who work for clients (*flexmedewerkers*), and the paper trail of hiring them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Employee:
    """One flex worker with the current employment and contract. Times are aware UTC."""

    employee: str
    person: str
    flex: bool
    blocked: bool
    initials: str | None
    first_name: str | None
    prefix: str | None
    last_name: str
    work_email: str | None
    private_email: str | None
    mobile_work: str | None
    mobile_private: str | None
    employment: int | None
    employment_start: date | None
    employment_end: date | None
    contract_start: date | None
    contract_end: date | None
    contract_type: str | None
    pocket_user: bool
    changed_at: datetime

    @property
    def full_name(self) -> str:
        """``Jan de Vries``: first name (or initials), prefix (*tussenvoegsel*), last name."""
        return " ".join(
            part for part in (self.first_name or self.initials, self.prefix, self.last_name) if part
        )


@dataclass(frozen=True, slots=True)
class OnboardingItem:
    """A dossier item (*dossieritem*) of an onboarding or hiring type, and the task it is in."""

    subject: int
    subject_type: int
    employee: str | None
    person: str | None
    placement: str | None
    submitted_at: datetime
    workflow_status: str | None
    workflow_closed: bool
    task: str | None
    task_entered_at: datetime | None
    attachments: int
    changed_at: datetime
