"""Look before sending: for a batch together. What is wished already, or cannot be, is written down at once.

What is left may be sent, as long as the look holds.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.errors import AfasError, Rejected
from domain.outbox import policy
from domain.outbox.delivery import Attempt, AttemptKind, Batch, Mode, Settled
from domain.outbox.policy import Patience
from domain.outbox.update import Update, UpdateKind
from domain.outbox.verdicts import Send, Verdict
from domain.pull.query import Row
from mappings.outbox.outgoing import Look, Outgoing
from sync.outbox.looks import judged, look
from sync.outbox.ports import Outbox
from sync.ports import Afas

Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class ToSend:
    """What is to be sent, with the rows of the look per update. ``began``: in monotonic seconds."""

    sends: deque[tuple[Update, Send]]
    rows: Mapping[int, Rows]
    began: float

    @property
    def updates(self) -> list[Update]:
        """The updates that are to be sent."""
        return [update for update, _ in self.sends]


class Looker:
    """Looks for batches in one environment. Thread-safe."""

    def __init__(
        self, afas: Afas, outbox: Outbox, kinds: Mapping[UpdateKind, Outgoing], patience: Patience
    ) -> None:
        self._afas = afas
        self._outbox = outbox
        self._kinds = kinds
        self._patience = patience

    def wanted(self, batch: Batch, updates: Sequence[Update]) -> ToSend:
        """Look, and write down what needs no sending; nothing is wanted when AFAS did not show them."""
        began = time.monotonic()
        found = self._look(batch, updates)
        sends = self._decided(batch, updates, found) if found else deque()
        return ToSend(sends, found, began)

    def _look(self, batch: Batch, updates: Sequence[Update]) -> dict[int, Rows]:
        """The rows per update; none when AFAS did not show them, which is then written down."""
        kind = self._kinds[batch.kind]
        sure = [update for update in updates if not update.doubt]
        doubtful = [update for update in updates if update.doubt]
        try:
            return {
                **look(self._afas, kind, kind.before, sure),
                **look(self._afas, kind, kind.in_doubt, doubtful),
            }
        except AfasError as error:
            self._could_not_look(batch, updates, error)
            return {}

    def _could_not_look(self, batch: Batch, updates: Sequence[Update], error: AfasError) -> None:
        pause = policy.pause_for(error, self._patience)
        if pause:
            self._outbox.pause(batch.kind, pause)
            self._outbox.hand_back(updates)
        elif isinstance(error, Rejected) and len(updates) > 1:
            self._outbox.hand_back(updates, alone=True)  # one odd value must not hold up the others
        else:
            self._outbox.settle([self._unseen(update, error) for update in updates])

    def _unseen(self, update: Update, error: AfasError) -> Settled:
        verdict = policy.after_failed_look(update, error, self._patience)
        attempt = Attempt(
            update.id,
            AttemptKind.LOOK,
            type(error).__name__,
            error.why,
            trace=error.trace,
            log_reference=error.log_reference,
        )
        return Settled(update, verdict, (attempt,))

    def _decided(
        self, batch: Batch, updates: Sequence[Update], found: Mapping[int, Rows]
    ) -> deque[tuple[Update, Send]]:
        kind, settled, looks = self._kinds[batch.kind], [], []
        sends: deque[tuple[Update, Send]] = deque()
        for update in updates:
            seen = judged(kind, _looks(kind, update), update, found[update.id])
            verdict = policy.after_look(update, seen, self._patience)
            if isinstance(verdict, Send):
                sends.append((update, verdict))
                looks.append(Attempt(update.id, AttemptKind.LOOK, "send", seen.why))
            else:
                looked = Attempt(update.id, AttemptKind.LOOK, name_of(verdict), verdict.why)
                settled.append(Settled(update, verdict, (looked,)))
        if settled:
            self._outbox.settle(settled)
        if looks and batch.mode is Mode.LIVE:
            self._outbox.note(looks)
        return sends


def name_of(verdict: Verdict) -> str:
    """The name of a verdict in an attempt: ``done``, ``wait``, ..."""
    return type(verdict).__name__.lower()


def _looks(kind: Outgoing, update: Update) -> Sequence[Look]:
    return kind.in_doubt if update.doubt else kind.before
