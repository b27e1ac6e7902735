"""A finding: something that portal, store and AFAS do not agree on, by name and with its suggested cure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.message import Message


class FindingKind(StrEnum):
    """What differs."""

    CHANGED_UNSEEN = "changed-unseen"
    """A row differs although AFAS's changed-on is not newer: it was changed behind our back."""
    CHANGE_MISSED = "change-missed"
    """A newer row was there when we read past its time."""
    OLDER_IN_AFAS = "older-in-afas"
    """AFAS shows an older row than we know: it was restored, or our row was touched."""
    MISSING_HERE = "missing-here"
    MISSING_IN_AFAS = "missing-in-afas"
    """We know a row that AFAS does not show, and that AFAS did not tell us was deleted."""
    TAMPERED_HERE = "tampered-here"
    """Our row is not what we once wrote: its content does not fit its hash."""
    DECLARATION_DIFFERS = "declaration-differs"
    """What the portal shows does not follow from the rows that we know."""
    NOT_ADDING_UP = "not-adding-up"
    """A claim's lines have not added up to its total for hours."""
    APPROVAL_FELL_AWAY = "approval-fell-away"
    APPROVED_OTHER_HOURS = "approved-other-hours"
    """AFAS shows it approved, over other content than the client saw."""
    APPROVED_BY_OTHER = "approved-by-other"
    APPROVED_AGAINST_REJECTION = "approved-against-rejection"
    DECISION_NOT_IN_AFAS = "decision-not-in-afas"
    """Decided in the portal, stuck on its way, and AFAS does not show it."""
    ARRIVED_UNNOTICED = "arrived-unnoticed"
    """The update is parked or unclear, and yet AFAS shows its effect."""
    EFFECT_GONE = "effect-gone"
    """What was seen in AFAS (a signature, a question, a number) is not there any more."""
    FILE_GONE = "file-gone"
    DOUBLED_FILE = "doubled-file"
    DOUBLED_ITEM = "doubled-item"
    DECISION_WITHOUT_UPDATE = "decision-without-update"
    UPDATE_WITHOUT_DECISION = "update-without-decision"
    RUN_NOT_CONSERVED = "run-not-conserved"
    """A run whose counts do not add up (G5)."""


class Cure(StrEnum):
    """What would set it right."""

    PULL_AGAIN = "pull-again"
    """Read these rows afresh from AFAS, and believe AFAS."""
    ASK_AGAIN = "ask-again"
    """Read afresh and offer the declaration again; the client decides anew."""
    SEND_AGAIN = "send-again"
    """Owe the update again; whoever delivers it looks first."""
    PERSON = "person"
    """Only a person can, in AFAS; the finding says what."""


Sides = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference, named. ``what`` and ``advice`` are said without personal data.

    ``subject``: ``claim:...``, ``line:...``, ``update:...``, ``run:...``; a great many alike are one
    finding with ``client:...@week``. ``keys``: the keys in ``flow`` that the cure reads again. ``update``:
    what the cure sends again. ``sides``: what portal, store and AFAS each say, as plain short values or
    messages.
    """

    kind: FindingKind
    subject: str
    what: Message
    cure: Cure
    advice: Message
    client: str | None = None
    week: str | None = None
    payment: bool = False
    flow: str | None = None
    keys: tuple[str, ...] = ()
    update: int | None = None
    sides: Sides = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """A finding as it is kept. Times are aware UTC.

    ``resolution``: how it ended, in words; None while open. ``cure_told``: what became of the last cure.
    """

    id: int
    finding: Finding
    first_seen: datetime
    last_seen: datetime
    times_seen: int
    cured_at: datetime | None = None
    cured_by: str | None = None
    cure_told: Message | None = None
    resolved_at: datetime | None = None
    resolution: Message | None = None

    @property
    def open(self) -> bool:
        """It was not resolved yet."""
        return self.resolved_at is None


@dataclass(frozen=True, slots=True)
class ReconcileScope:
    """What a reconciliation has looked at: only findings of these kinds and weeks may be closed by it.

    ``weeks`` None: all of them, those too that are not watched any more. ``unsure``: kinds and subjects that
    were on the move while we looked; nothing is said about them.
    """

    kinds: frozenset[FindingKind]
    weeks: frozenset[str] | None = None
    unsure: frozenset[tuple[FindingKind, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Booked:
    """What became of the findings of one reconciliation."""

    raised: int = 0
    seen_again: int = 0
    resolved: int = 0
