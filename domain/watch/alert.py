"""Alerts: what is wrong, how bad it is, when it is told again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.message import Message


class Severity(StrEnum):
    """How soon a person must look."""

    CRITICAL = "critical"
    """Now: pay or approvals wait for it."""
    WARNING = "warning"
    """Today."""


KINDS = (
    "unclear-update",
    "update-waiting",
    "payment-parked",
    "flow-silent",
    "flow-broken",
    "row-ahead",
    "onboarding-unknown",
    "token-expiring",
    "key-expiring",
    "afas-paused",
    "afas-unanswered",
    "no-worker",
    "clock-jumped",
    "finding-before-cutoff",
    "cutoff-report-unsigned",
    "held-after-restore",
    "audit-chain-broken",
    "notice-failed",
)
"""Every alert by its name: ``words`` has what it means, ``docs/ops/runbooks/<name>.md`` what to do."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that is wrong. ``summary`` goes into mails and webhooks: it names no people and no values.

    ``name`` is one of ``KINDS``; ``subject`` tells two of the same name apart (a flow, ``2026-W47``).
    ``stage``: a new stage is told at once, however recent the last notice. ``repeats``: told again every few
    hours while it lasts. ``path``: where the console shows it (``/ops/...``). Raises ValueError for an
    unknown name.
    """

    name: str
    summary: Message
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
