"""Decisions: who takes them, about what, and what was decided before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.decisions.origin import Origin
from domain.declarations.declaration import DeclarationStatus
from domain.outbox.update import UpdateState
from domain.records.clients import CostCentreRule
from domain.records.documents import Document


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: an API key, the one client that it may speak for (None: all), and in which request."""

    api_key: str
    environment: str
    client: str | None = None
    origin: Origin | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class LockedDeclaration:
    """A declaration as it stands while its row is locked, with its placement's say on who decides."""

    number: str
    status: DeclarationStatus
    version: str
    client: str | None
    subject: int | None
    claim_contact: int | None
    cost_centre_rule: CostCentreRule


@dataclass(frozen=True, slots=True)
class ToSign:
    """A document while its row is locked.

    ``signer`` may sign it; ``signed`` says that somebody did and AFAS has yet to show it.
    """

    document: Document
    signer: int | None
    signed: bool


@dataclass(frozen=True, slots=True)
class WorkerKeys:
    """The keys under which AFAS knows a worker."""

    employee: str
    person: str


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision to write down. ``content`` is what was decided, in the words of the payloads."""

    kind: str
    subject: str
    version: str | None
    contact: int | None
    content: dict[str, object]
    api_key: str


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A decision that was written down, and the newest state of what it owes (None: it owes nothing)."""

    id: int
    kind: str
    subject: str
    version: str | None
    contact: int | None
    content: dict[str, object]
    decided_at: datetime
    state: UpdateState | None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that we hold until AFAS shows it; ``evidence`` tells who signed, when and how."""

    id: UUID
    name: str
    mime_type: str
    content: bytes = field(repr=False)
    sha256: bytes
    evidence: dict[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What was answered to a request with an Idempotency-Key."""

    status: int
    body: dict[str, object]
