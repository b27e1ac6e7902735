"""A replay of many updates as it is kept: planned, perhaps agreed to by a second person, done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.message import LEGACY, Message


class Prospect(StrEnum):
    """What a replay would do."""

    NO_OP = "no-op"
    """Already applied: it becomes done, nothing is sent."""
    SEND = "send"
    LOOK = "look"
    """In doubt: it is looked for first, and sent only when AFAS's own limit is over."""
    VOID = "void"
    """The ground fell away: nothing is sent."""
    PARK = "park"
    """It would be parked again."""
    REFUSED = "refused"
    """It cannot be replayed."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What would happen to one update. ``request`` is the masked request of one that would be sent."""

    update: int
    prospect: Prospect
    why: Message
    request: dict[str, object] | None = None


class ReplayState(StrEnum):
    """How far a replay is."""

    PLANNING = "planning"
    PLANNED = "planned"
    WAITING = "waiting"
    """A second person must agree."""
    RUNNING = "running"
    DONE = "done"
    DROPPED = "dropped"


class ItemOutcome(StrEnum):
    """What a replay did with one update."""

    DUE = "due"
    """Made due again; who delivers it looks once more before sending."""
    LEFT = "left"
    """Not touched: it would only be parked again."""
    REFUSED = "refused"
    CHANGED = "changed"
    """Not touched: it is not any more as it was planned."""


@dataclass(frozen=True, slots=True)
class Replay:
    """One replay. Times are aware UTC; ``asked_by``, ``begun_by`` and ``agreed_by`` as in the audit trail."""

    id: int
    state: ReplayState
    cause: str | None
    asked_by: str
    asked_at: datetime
    plan_hash: str | None
    planned_at: datetime | None
    begun_by: str | None
    begun_at: datetime | None
    reason: str | None
    agreed_by: str | None
    agreed_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReplayBatch:
    """Updates of a replay that somebody took to plan or to do them.

    ``planned``: what the plan says, per update; None while there is none. ``stamps``: what the rows of the
    updates looked like before AFAS was looked at.
    """

    replay: int
    token: str
    planned: dict[int, Planned] | None
    stamps: dict[int, str]


@dataclass(frozen=True, slots=True)
class ReplayAction:
    """What is to be done with one update now; ``told`` says why when it is not simply made due."""

    update: int
    outcome: ItemOutcome
    told: Message


def plan_hash(items: Iterable[tuple[Planned, str | None]]) -> str:
    """The hash of a plan, over what would happen to each update and how its row looked. Sorted by update."""
    content = sorted(
        [planned.update, planned.prospect.value, _hashed(planned.why), planned.request, stamp]
        for planned, stamp in items
    )
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _hashed(why: Message) -> object:
    """A sentence of before there were ids counts as it did then: its plan is still the same."""
    return why.values["text"] if why.id == LEGACY else why.to_json()


def action_for(planned: Planned, now: Planned) -> ReplayAction:
    """What to do with an update, by its plan and by what a second look at AFAS shows now.

    Done is what was planned, or less: what AFAS shows by now is not sent again. Anything else has changed.
    """
    if planned.prospect is Prospect.REFUSED:
        return ReplayAction(planned.update, ItemOutcome.REFUSED, planned.why)
    if now.prospect is Prospect.REFUSED:
        return ReplayAction(planned.update, ItemOutcome.REFUSED, now.why)
    less = now.prospect is Prospect.NO_OP
    waited = (planned.prospect, now.prospect) == (Prospect.LOOK, Prospect.SEND)
    if now.prospect is not planned.prospect and not less and not waited:
        prospects = {"planned": planned.prospect.value, "now": now.prospect.value}
        why = Message("why.planned-otherwise", {**prospects, "why": now.why})
        return ReplayAction(planned.update, ItemOutcome.CHANGED, why)
    if now.prospect is Prospect.PARK:
        return ReplayAction(
            planned.update, ItemOutcome.LEFT, Message("why.would-be-parked-again", {"why": now.why})
        )
    return ReplayAction(planned.update, ItemOutcome.DUE, now.why)
