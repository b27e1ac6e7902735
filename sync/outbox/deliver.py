"""Deliver what we owe AFAS: claim, look, send, look again, write down.

Both looks are made for the whole batch together, so that many approvals cost about one call each. What
becomes of anything is decided in ``domain.outbox.policy``; this is the shell around it. No transaction is
open while the network is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from domain.errors import AfasError, NoRoom
from domain.message import Message
from domain.outbox import policy
from domain.outbox.afas_call import Call
from domain.outbox.delivery import Attempt, AttemptKind, Batch, Mode, Settled
from domain.outbox.policy import Patience
from domain.outbox.update import Update, UpdateKind
from domain.outbox.verdicts import Seen, Unclear, Verdict, Verify, Wait
from mappings.outbox.masking import masked
from mappings.outbox.outgoing import Outgoing
from sync.outbox.look_first import Looker, Rows, ToSend, name_of
from sync.outbox.looks import judged, look
from sync.outbox.ports import Outbox, Sender
from sync.outbox.write import SendOutcome, Writer
from sync.ports import Afas

MOST = 50
"""Updates in one batch: so many claim numbers fit in one query of 2049 characters."""
DRY_RUN_REST = 3600.0
"""Seconds until a dry run looks at the same update again; going live makes it due at once."""


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
        self._looker = Looker(afas, outbox, kinds, patience)

    def work_one_batch(self) -> int:
        """Take one batch of due updates one step further. Returns how many it held; 0 when nothing is due.

        Errors of AFAS become states of the updates; only errors of the store are raised.
        """
        batch = self._outbox.take(self._most, self._patience.lease, self._patience.crash_rests)
        if batch is None:
            return 0
        with self._outbox.holding(batch, self._patience.retry(1)):
            wanted = self._looker.wanted(batch, batch.updates)
            if wanted.sends and batch.mode is Mode.LIVE:
                self._send_all(batch, wanted)
            elif wanted.sends:
                self._show(self._kinds[batch.kind], wanted)
        return len(batch.updates)

    def _show(self, kind: Outgoing, wanted: ToSend) -> None:
        """A dry run: the request that would be sent is kept, and the update stays as it is."""
        self._outbox.settle([self._shown(kind, update, wanted.rows[update.id]) for update in wanted.updates])

    def _shown(self, kind: Outgoing, update: Update, rows: Rows) -> Settled:
        call = self._writer.prepare(kind, update, rows)
        why = Message("why.dry-run")
        rest: Verdict = Unclear(DRY_RUN_REST, why) if update.doubt else Wait(DRY_RUN_REST, why, counts=False)
        if isinstance(call, Call):
            attempt = Attempt(update.id, AttemptKind.SEND, "dry-run", why, masked(call))
            return Settled(update, rest, (attempt,))
        return Settled(update, rest, call.attempts)

    def _send_all(self, batch: Batch, wanted: ToSend) -> None:
        with self._outbox.sender(self._patience.lease) as sender:
            outcomes = self._outcomes(sender, batch, wanted)
        self._settle(batch, outcomes)

    def _outcomes(self, sender: Sender, batch: Batch, wanted: ToSend) -> list[SendOutcome]:
        """Send one after the other, each on a look that is not older than some seconds (G4).

        A look that took longer than that is good for one send, so that a slow AFAS is not looked at for ever.
        """
        outcomes: list[SendOutcome] = []
        used, extended = False, time.monotonic()
        while wanted.sends and not self._stopping():
            if time.monotonic() - extended > self._patience.lease / 3:
                held = [outcome.update for outcome in outcomes] + wanted.updates
                self._outbox.extend(held, self._patience.lease)
                extended = time.monotonic()
            if used and time.monotonic() - wanted.began > self._patience.look_holds:
                used, wanted = False, self._looker.wanted(batch, wanted.updates)
                continue
            used, (update, send) = True, wanted.sends.popleft()
            outcome = self._writer.write(
                sender, self._kinds[batch.kind], update, send, wanted.rows[update.id]
            )
            outcomes.append(outcome)
            if outcome.pause:
                self._outbox.pause(batch.kind, outcome.pause)
            if outcome.pause or policy.ends_the_batch(outcome.answer):
                break
        if wanted.sends:
            full = bool(outcomes) and isinstance(outcomes[-1].answer, NoRoom)
            self._outbox.hand_back(wanted.updates, after=self._patience.retry(1) if full else 0.0)
        return outcomes

    def _settle(self, batch: Batch, outcomes: Sequence[SendOutcome]) -> None:
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

    def _verified(self, batch: Batch, outcomes: Sequence[SendOutcome]) -> list[Settled]:
        kind = self._kinds[batch.kind]
        updates = [outcome.update for outcome in outcomes]
        try:
            found = look(self._afas, kind, kind.after, updates)
        except AfasError as error:
            return [self._verdict(outcome, None, error.why) for outcome in outcomes]
        return [
            self._verdict(outcome, judged(kind, kind.after, outcome.update, found[outcome.update.id]))
            for outcome in outcomes
        ]

    def _verdict(self, outcome: SendOutcome, seen: Seen | None, fault: Message | None = None) -> Settled:
        assert outcome.answer is not None  # noqa: S101 - only what was sent is verified
        verdict = policy.after_verify(outcome.answer, seen, self._patience)
        told = fault or (seen.why if seen else None)
        attempt = Attempt(outcome.update.id, AttemptKind.VERIFY, name_of(verdict), told)
        return Settled(outcome.update, verdict, (attempt,))
