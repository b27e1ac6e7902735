"""What we owe AFAS: one update per business fact, and how far it is.

ready -> sending -> done       seen in AFAS
                 -> ready      it did not happen; due again at a later time
                 -> unclear    it may have happened: look first
                 -> parked     it will never work like this: a person must act
                 -> void       the ground fell away
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class UpdateState(StrEnum):
    """How far an update is. ``done`` means seen in AFAS, not merely answered 201."""

    READY = "ready"
    SENDING = "sending"
    UNCLEAR = "unclear"
    DONE = "done"
    PARKED = "parked"
    VOID = "void"


OPEN = frozenset({UpdateState.READY, UpdateState.SENDING, UpdateState.UNCLEAR, UpdateState.PARKED})
"""Owed still. What stands behind it of the same subject waits."""
ACTIVE = OPEN - {UpdateState.PARKED}
"""A worker goes on with it by itself."""
FAILED = frozenset({UpdateState.PARKED, UpdateState.UNCLEAR})
"""What people look into: it waits for one of them, or nobody knows whether AFAS has it."""
MAY_FALL = frozenset({UpdateState.READY, UpdateState.PARKED})
"""Nobody is sending it: unless it is in doubt, its ground may fall away."""
ENDED = frozenset({UpdateState.DONE, UpdateState.VOID})
"""Nothing more becomes of it: what has ended is never taken up again."""


class UpdateKind(StrEnum):
    """The business facts that can be owed. The payload of each is named beside it."""

    APPROVE = "approve"
    """``claim``, ``contact`` (int), and when given ``cost_centre``, ``reference``."""
    REJECT = "reject"
    """``claim``, ``item`` (its dossier item, int), ``contact`` (int), ``reason``."""
    ATTACH_FILE = "attach-file"
    """``item`` (dossier item, int), ``file`` (stored_file id), ``name`` (carries the mark)."""
    SIGN_OFF = "sign-off"
    """``item`` (dossier item, int), ``contact`` (int), ``comment``."""
    CHANGE_MOBILE = "change-mobile"
    """``who``: ``contact`` or ``worker``; ``contact`` (int) with ``organisation`` and ``person``, or
    ``employee`` with ``person``; ``mobile`` (E.164)."""
    ASK_QUESTION = "ask-question"
    """``client``, ``contact`` (int), ``title``, ``text``."""


PAY_KINDS = frozenset({UpdateKind.APPROVE, UpdateKind.REJECT})
"""Somebody's pay depends on these: what a client decided about hours."""


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update to be written together with the decision that owes it, in one transaction.

    ``subject`` is what keeps its order (``claim:000000000005.01``, ``item:9912``, ``contact:22834``,
    ``person:1000551``); ``version`` the content that was shown; ``mark`` our own sign in AFAS: random, never
    made of an id, since ids come again after a restored backup and an old mark would prove a new update
    done (G12).
    """

    environment: str
    decision: int | None
    kind: UpdateKind
    subject: str
    version: str | None
    payload: dict[str, object]
    mark: str


@dataclass(frozen=True, slots=True)
class Update:
    """One update as a worker holds it. Times are aware UTC by the database's clock.

    ``doubt``: it was sent and nobody knows yet what became of it. ``attempts`` counts the leases,
    ``unfinished`` those in a row that ended without an outcome (a crash), ``sends`` the writes that may have
    arrived, ``empty_looks`` the looks that found nothing after AFAS's own limit was over. ``waited``: at
    least so many seconds went by since it was sent, ``rested``: since the last of those looks, whatever the
    wall clock says. ``evidence`` is what the look before the first send remembered, and in the end what
    proves it. ``correlation`` is the id of the portal's request, ``trace_parent`` its span (W3C).
    """

    id: int
    environment: str
    kind: UpdateKind
    subject: str
    state: UpdateState
    version: str | None
    payload: dict[str, object] = field(repr=False)
    mark: str
    attempts: int
    sends: int
    token: UUID
    sent_at: datetime | None
    empty_looks: int
    last_look_at: datetime | None
    created_at: datetime
    evidence: dict[str, str] = field(default_factory=dict)
    doubt: bool = False
    waited: float = 0.0
    rested: float = 0.0
    unfinished: int = 0
    correlation: str | None = None
    trace_parent: str | None = None
