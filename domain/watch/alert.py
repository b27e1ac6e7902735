"""Alerts: what is wrong, how bad it is, when it is told again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """How soon a person must look."""

    CRITICAL = "critical"
    """Now: pay or approvals wait for it."""
    WARNING = "warning"
    """Today."""


KINDS: Mapping[str, str] = {
    "unclear-update": "An update may or may not have reached AFAS, for too long",
    "update-waiting": "An update is not sent to AFAS, for too long",
    "payment-parked": "Something that pay depends on waits for a person",
    "flow-silent": "A flow has not succeeded for too long",
    "flow-broken": "A flow stopped because AFAS is not as agreed",
    "row-ahead": "AFAS dates rows later than its present: a clock was wrong when they were written",
    "onboarding-unknown": "AFAS shows onboarding tasks or statuses that no word knows",
    "token-expiring": "The token or secret for AFAS is about to expire",
    "key-expiring": "An API key is about to expire: whoever uses it will be refused",
    "afas-paused": "AFAS has been paused for long",
    "afas-unanswered": "AFAS leaves calls without an answer: writes go slowly, or something finds no room",
    "no-worker": "No worker is alive",
    "clock-jumped": "The clock of the database jumped",
    "finding-before-cutoff": "Portal, store and AFAS differ shortly before the cut-off",
    "cutoff-report-unsigned": "The cut-off report is not signed off",
    "held-after-restore": "A backup was put back, and nothing is sent until it is reconciled",
    "audit-chain-broken": "The audit trail was tampered with, or a record is lost",
    "notice-failed": "A mail or webhook could not be delivered",
}
"""Every alert by its name; its runbook is ``docs/ops/runbooks/<name>.md``."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that is wrong. ``summary`` goes into mails and webhooks: it names no people and no values.

    ``name`` is one of ``KINDS``; ``subject`` tells two of the same name apart (a flow, ``2026-W47``).
    ``stage``: a new stage is told at once, however recent the last notice. ``repeats``: told again every few
    hours while it lasts. ``path``: where the console shows it (``/ops/...``). Raises ValueError for an
    unknown name.
    """

    name: str
    summary: str
    severity: Severity = Severity.WARNING
    subject: str = ""
    stage: str = ""
    repeats: bool = True
    path: str = "/ops"

    def __post_init__(self) -> None:
        """Refuse a name without a runbook."""
        if self.name not in KINDS:
            raise ValueError(f"no such alert: {self.name}")


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert as it is kept. Times are aware UTC; ``told``: how many notices went out."""

    id: int
    alert: Alert
    raised_at: datetime
    seen_at: datetime
    told_at: datetime | None
    told: int
    resolved_at: datetime | None = None
