"""Documents that a client sees or signs, their files, and the workflow tasks that they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DocumentKind(StrEnum):
    """What a document is; a constant column per dossier type in AFAS."""

    CUSTOMER_AGREEMENT = "customer-agreement"
    ORDER_CONFIRMATION = "order-confirmation"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Document:
    """A dossier item (*dossieritem*) for a client. ``contact`` is who signs it, when somebody must."""

    subject: int
    subject_type: int
    kind: DocumentKind
    title: str
    client: str | None
    agreement: str | None
    placement: str | None
    employee: str | None
    contact: int | None
    submitted_at: datetime
    workflow_status: str | None
    workflow_closed: bool
    changed_at: datetime

    @property
    def to_sign(self) -> bool:
        """It waits for the client's signature."""
        return self.workflow_status == TO_SIGN and not self.workflow_closed


TO_SIGN = "Ter ondertekening"
SIGNED = "Getekend"
HANDLED = "Afgehandeld"
LAPSED = "Vervallen"


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """One file of a dossier item; the bytes stay in AFAS until somebody asks."""

    attachment: int
    subject: int
    file_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Task:
    """The task in which an open dossier item stands, for one executor. GUIDs change with the workflow."""

    subject: int
    subject_type: int
    claim: str | None
    workflow: str
    workflow_description: str
    task: str
    task_description: str
    executor: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class Action:
    """What can be done in a workflow task. ``action_type``: 1 handle (*afhandelen*), 2 delegate."""

    workflow: str
    task: str
    action: str
    description: str
    action_type: int
