"""Why hours of a week are not agreed or paid (yet), and who must act: the one vocabulary of a week.

The week board classes what we keep, in one statement (``connectors/store/cutoff/week_statements.py``); the
reckoning classes what AFAS shows now (``reckoning.py``); a report keeps the reckoning's.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from domain.message import Message, because
from domain.outbox.update import UpdateState


class Solver(StrEnum):
    """Who can do something about it."""

    LOONBRUG = "loonbrug"
    """Nobody needs to do anything: it goes on by itself."""
    OPS = "ops"
    CLIENT = "client"
    WORKER = "worker"
    BACK_OFFICE = "back-office"


class Reason(StrEnum):
    """Why, what blocks pay first. Only with AFAS read afresh, so never on the week board: * ."""

    PARKED = "parked"
    """Approved in the portal; a person must look why AFAS does not have it."""
    UNCLEAR_FOR_LONG = "unclear-for-long"
    """Approved in the portal; nobody knows for too long whether AFAS took it."""
    NOT_SENT = "not-sent"
    """Approved in the portal, and not sent for too long."""
    NOT_IN_AFAS = "not-in-afas"
    """Approved in the portal, AFAS does not show it, and nothing is on its way."""
    REJECTED_IN_AFAS = "rejected-in-afas"
    """* Approved in the portal, and AFAS shows it rejected."""
    GONE = "gone"
    """* Approved in the portal, and the claim is not in AFAS any more."""
    OTHER_HOURS = "other-hours"
    """* AFAS shows it approved over other hours than the client saw."""
    UNREADABLE = "unreadable"
    """* AFAS shows a row of it that cannot be read."""
    NOT_SETTLED = "not-settled"
    """* AFAS shows it approved, and our update does not know so."""
    STORE_DIFFERS = "store-differs"
    """* Our own row has other hours than AFAS."""
    PORTAL_DIFFERS = "portal-differs"
    """* The portal shows other hours than AFAS."""
    UNCLEAR = "unclear"
    """Approved in the portal; nobody knows yet whether AFAS took it: it is being looked for."""
    ON_ITS_WAY = "on-its-way"
    """Approved in the portal, and about to be sent."""
    NOT_ADDING_UP = "hours-do-not-add-up"
    FELL_AWAY = "approval-fell-away"
    """It was approved, then its content changed: the client must approve again."""
    REJECTION_NOT_IN_AFAS = "rejection-not-in-afas"
    """Rejected in the portal, and AFAS does not have it for too long: the worker was told nothing."""
    REJECTION_ON_ITS_WAY = "rejection-on-its-way"
    """Rejected in the portal; the worker learns of it as soon as AFAS has it."""
    REJECTED = "rejected"
    WAITS = "waits-for-approval"
    HELD_BACK = "held-back"
    """Handed in, and not offered to the client."""
    UNKNOWN_TO_PORTAL = "unknown-to-portal"
    """* AFAS shows it, and the portal does not know it yet."""
    WITHDRAWN = "withdrawn"
    """* It was withdrawn in AFAS, and nobody had approved it."""
    NO_DECLARATION = "no-declaration"
    """Hours without a placement, or with a claim that we do not know."""
    NOT_SUBMITTED = "not-submitted"

    @property
    def solver(self) -> Solver:
        """Who can do something about it."""
        return _SOLVERS[self]


_SOLVERS = {
    Reason.PARKED: Solver.OPS,
    Reason.UNCLEAR_FOR_LONG: Solver.OPS,
    Reason.NOT_SENT: Solver.OPS,
    Reason.NOT_IN_AFAS: Solver.OPS,
    Reason.REJECTED_IN_AFAS: Solver.BACK_OFFICE,
    Reason.GONE: Solver.BACK_OFFICE,
    Reason.OTHER_HOURS: Solver.CLIENT,
    Reason.UNREADABLE: Solver.OPS,
    Reason.NOT_SETTLED: Solver.OPS,
    Reason.STORE_DIFFERS: Solver.OPS,
    Reason.PORTAL_DIFFERS: Solver.OPS,
    Reason.UNCLEAR: Solver.LOONBRUG,
    Reason.ON_ITS_WAY: Solver.LOONBRUG,
    Reason.NOT_ADDING_UP: Solver.BACK_OFFICE,
    Reason.FELL_AWAY: Solver.CLIENT,
    Reason.REJECTION_NOT_IN_AFAS: Solver.OPS,
    Reason.REJECTION_ON_ITS_WAY: Solver.LOONBRUG,
    Reason.REJECTED: Solver.WORKER,
    Reason.WAITS: Solver.CLIENT,
    Reason.HELD_BACK: Solver.BACK_OFFICE,
    Reason.UNKNOWN_TO_PORTAL: Solver.OPS,
    Reason.WITHDRAWN: Solver.BACK_OFFICE,
    Reason.NO_DECLARATION: Solver.BACK_OFFICE,
    Reason.NOT_SUBMITTED: Solver.WORKER,
}

STUCK = frozenset({
    Reason.PARKED,
    Reason.UNCLEAR,
    Reason.UNCLEAR_FOR_LONG,
    Reason.NOT_IN_AFAS,
    Reason.NOT_SENT,
    Reason.ON_ITS_WAY,
})  # fmt: skip
"""On the week board: approved, and AFAS does not show it yet."""

Why = tuple[Reason, Message | None]
"""A reason, and what more is to be said of it."""


def told(reason: Reason, detail: Message | None = None) -> Message:
    """Why, as people read it: the reason, and behind it what more is to be said."""
    named = Message(f"week-reason.{reason}")
    return because(named, detail) if detail else named


def stood(state: UpdateState, stuck: Message | None) -> Message:
    """How far an update is, and why no further."""
    named = Message(f"state.{state}")
    return because(named, stuck) if stuck else named


def held_up(state: UpdateState, stuck: Message | None) -> Message:
    """How far an update is that should have been in AFAS, and why no further."""
    if state not in (UpdateState.READY, UpdateState.SENDING):
        return stood(state, stuck)
    return because(Message("week.not-sent"), stuck) if stuck else Message("week.not-sent")


def not_offered(missing: Sequence[str]) -> Why:
    """Why a declaration that was handed in is not offered: ``missing`` of ``Declaration``."""
    if Reason.NOT_ADDING_UP in missing:
        return Reason.NOT_ADDING_UP, None
    return Reason.HELD_BACK, lacks(missing)


def lacks(missing: Sequence[str]) -> Message | None:
    """What keeps a declaration back, by name: ``missing`` of ``Declaration``; None for nothing."""
    if not missing:
        return None
    return Message("week.lacks", {"missing": tuple(Message(f"missing.{each}") for each in missing)})
