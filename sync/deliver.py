"""Deliver what we owe AFAS: claim, look, send, look again, write down.

Both looks are made for the whole batch together, so that many approvals cost about one call each. What
becomes of anything is decided in ``domain.policy``; this is the shell around it. No transaction is open while
the network is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from domain import policy
from domain.afas_call import Call
from domain.delivery import Attempt, Batch, Mode, Settled, Step
from domain.errors import AfasError, NoRoom, Rejected
from domain.policy import Patience
from domain.query import Row
from domain.update import Update, UpdateKind
from domain.verdicts import Seen, Send, Unclear, Verdict, Verify, Wait
from mappings.masking import masked
from mappings.outgoing import Look, Outgoing
from sync.looks import judged, look
from sync.ports import Afas
from sync.ports_out import Outbox, Sender
from sync.write import Outcome, Writer

MOST = 50
"""Updates in one batch: so many claim numbers fit in one query of 2049 characters."""
DRY_RUN_REST = 3600.0
"""Seconds until a dry run looks at the same update again; going live makes it due at once."""

Rows = Mapping[str, Sequence[Row]]


class Deliverer:
    """Delivers the updates of one environment. Thread-safe: any number may work at once, here and elsewhere.

    ``kinds`` says how each kind of update looks and writes. ``stopping`` is asked between two writes; once it
    says True, what was not sent yet is handed back.
    """

    def __init__(
        self,
        afas: Afas,
        outbox: Outbox,
        kinds: Mapping[UpdateKind, Outgoing],
        patience: Patience,
        *,
        most: int = MOST,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._afas = afas
        self._outbox = outbox
        self._kinds = kinds
        self._patience = patience
        self._most = most
        self._stopping = stopping
        self._writer = Writer(afas, outbox, patience)

    def work_one_batch(self) -> int:
        """Take one batch of due updates one step further. Returns how many it held; 0 when nothing is due.

        Errors of AFAS become states of the updates; only errors of the store are raised.
        """
        batch = self._outbox.claim(self._most, self._patience.lease, self._patience.crash_rests)
        if batch is None:
            return 0
        with self._outbox.holding(batch, self._patience.retry(1)):
            found = self._look(batch, batch.updates)
            if found is not None:
                self._decide(batch, batch.updates, found)
        return len(batch.updates)

    def _look(self, batch: Batch, updates: Sequence[Update]) -> dict[int, Rows] | None:
        """The rows per update; None when AFAS did not show them, which is then written down."""
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
            return None

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
            Step.LOOK,
            type(error).__name__,
            error.message,
            trace=error.trace,
            log_reference=error.log_reference,
        )
        return Settled(update, verdict, (attempt,))

    def _decide(self, batch: Batch, updates: Sequence[Update], found: dict[int, Rows]) -> None:
        kind, settled, wanted, looks = self._kinds[batch.kind], [], [], []
        for update in updates:
            seen = judged(kind, _looks(kind, update), update, found[update.id])
            verdict = policy.after_look(update, seen, batch.now, self._patience)
            if isinstance(verdict, Send):
                wanted.append((update, verdict))
                looks.append(Attempt(update.id, Step.LOOK, "send", seen.why))
            else:
                settled.append(Settled(update, verdict, (_looked(update, verdict),)))
        if settled:
            self._outbox.settle(settled)
        if not wanted:
            return
        if batch.mode is Mode.LIVE:
            self._outbox.note(looks)
            self._send_all(batch, wanted, found)
        else:
            self._show(kind, [update for update, _ in wanted], found)

    def _show(self, kind: Outgoing, updates: Sequence[Update], found: dict[int, Rows]) -> None:
        """A dry run: the request that would be sent is kept, and the update stays as it is."""
        self._outbox.settle([self._shown(kind, update, found[update.id]) for update in updates])

    def _shown(self, kind: Outgoing, update: Update, rows: Rows) -> Settled:
        call = self._writer.prepare(kind, update, rows)
        why = "dry run: nothing was sent"
        rest: Verdict = Unclear(DRY_RUN_REST, why) if update.doubt else Wait(DRY_RUN_REST, why, counts=False)
        if isinstance(call, Call):
            attempt = Attempt(update.id, Step.SEND, "dry-run", why, masked(call))
            return Settled(update, rest, (attempt,))
        return Settled(update, rest, call.attempts)

    def _send_all(self, batch: Batch, wanted: Sequence[tuple[Update, Send]], found: dict[int, Rows]) -> None:
        with self._outbox.sender(self._patience.lease) as sender:
            outcomes = self._outcomes(sender, batch, wanted, found)
        rest = [update for update, _ in wanted[len(outcomes) :]]
        full = bool(outcomes) and isinstance(outcomes[-1].answer, NoRoom)
        if rest:
            self._outbox.hand_back(rest, after=self._patience.retry(1) if full else 0.0)
        self._settle(batch, outcomes)

    def _outcomes(
        self,
        sender: Sender,
        batch: Batch,
        wanted: Sequence[tuple[Update, Send]],
        found: dict[int, Rows],
    ) -> list[Outcome]:
        outcomes: list[Outcome] = []
        extended = time.monotonic()
        for update, send in wanted:
            if self._stopping():
                break
            if time.monotonic() - extended > self._patience.lease / 3:
                self._outbox.extend([each for each, _ in wanted], self._patience.lease)
                extended = time.monotonic()
            outcome = self._writer.write(sender, self._kinds[batch.kind], update, send, found[update.id])
            outcomes.append(outcome)
            if outcome.pause:
                self._outbox.pause(batch.kind, outcome.pause)
            if outcome.pause or policy.ends_the_batch(outcome.answer):
                break
        return outcomes

    def _settle(self, batch: Batch, outcomes: Sequence[Outcome]) -> None:
        """Look once for all that were sent, then write everything down."""
        settled, verify = [], []
        for outcome in outcomes:
            if isinstance(outcome.verdict, Verify):
                verify.append(outcome)
            elif outcome.verdict is not None:
                settled.append(Settled(outcome.update, outcome.verdict, outcome.attempts))
        if settled:
            self._outbox.settle(settled)
        if verify:
            self._outbox.settle(self._verified(batch, verify))

    def _verified(self, batch: Batch, outcomes: Sequence[Outcome]) -> list[Settled]:
        kind = self._kinds[batch.kind]
        updates = [outcome.update for outcome in outcomes]
        try:
            found = look(self._afas, kind, kind.after, updates)
        except AfasError as error:
            return [self._verdict(outcome, None, error.message) for outcome in outcomes]
        return [
            self._verdict(outcome, judged(kind, kind.after, outcome.update, found[outcome.update.id]))
            for outcome in outcomes
        ]

    def _verdict(self, outcome: Outcome, seen: Seen | None, fault: str | None = None) -> Settled:
        assert outcome.answer is not None  # noqa: S101 - only what was sent is verified
        verdict = policy.after_verify(outcome.answer, seen, self._patience)
        told = fault or (seen.why if seen else None)
        attempt = Attempt(outcome.update.id, Step.VERIFY, _name(verdict), told)
        return Settled(outcome.update, verdict, (attempt,))


def _looks(kind: Outgoing, update: Update) -> Sequence[Look]:
    return kind.in_doubt if update.doubt else kind.before


def _looked(update: Update, verdict: Verdict) -> Attempt:
    return Attempt(update.id, Step.LOOK, _name(verdict), verdict.why)


def _name(verdict: Verdict) -> str:
    return type(verdict).__name__.lower()
