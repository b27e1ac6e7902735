"""One update, before and after it was sent, as plain values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from domain.message import verbatim
from domain.outbox.update import Update, UpdateKind, UpdateState
from domain.outbox.verdicts import (
    Seen,
    Sight,
)

SENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
READY = Update(
    id=1,
    environment="main",
    kind=UpdateKind.APPROVE,
    subject="claim:000000000005.01",
    state=UpdateState.READY,
    version="v",
    payload={},
    mark="LB-1",
    attempts=1,
    sends=0,
    token=UUID(int=1),
    sent_at=None,
    empty_looks=0,
    last_look_at=None,
    created_at=SENT,
    unfinished=1,
)
DOUBTFUL = replace(READY, state=UpdateState.UNCLEAR, doubt=True, sends=1, sent_at=SENT)
OPEN = Seen(Sight.OPEN, verbatim("it waits"), {"seen_until": "x"})


def waited(update: Update, seconds: float) -> Update:
    """So many seconds after it was sent; ``rested`` says when the last empty look was, below zero."""
    return replace(update, waited=seconds, rested=max(0.0, update.rested + seconds))
