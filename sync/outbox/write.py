"""Write one update to AFAS: make the call, hold the update's lock, send once, note what came back."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

from domain.errors import AfasError, Rejected, TryLater
from domain.message import Message, both, verbatim
from domain.outbox.afas_call import Answer, Call
from domain.outbox.delivery import Attempt, AttemptKind, Begun
from domain.outbox.policy import Patience, after_answer, after_failed_look, pause_for
from domain.outbox.update import Update, UpdateKind
from domain.outbox.verdicts import (
    Park,
    PauseEnvironment,
    PauseKind,
    Send,
    Unclear,
    Verdict,
    Verify,
    Void,
    Wait,
)
from domain.pull.query import Row
from mappings.outbox.masking import masked, masked_answer
from mappings.outbox.outgoing import Material, Outgoing, Unsendable, made
from sync.outbox.actions import ActionCache
from sync.outbox.ports import Outbox, Sender
from sync.ports import Afas
from words.ours import ours

_HELD = Message("why.sender-alive")
_NEWS = Message("why.news")
_MOVED = Message("why.changed-offered-again")

FoundRows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What came of one update. ``verdict`` is None when it is not ours any more; ``pause`` closes more."""

    update: Update
    verdict: Verdict | Verify | None
    answer: Answer | AfasError | None = None
    pause: PauseEnvironment | PauseKind | None = None
    attempts: tuple[Attempt, ...] = ()


class Writer:
    """Makes calls of updates and sends them. Thread-safe."""

    def __init__(self, afas: Afas, outbox: Outbox, patience: Patience) -> None:
        self._afas = afas
        self._outbox = outbox
        self._patience = patience
        self._actions = ActionCache(afas)

    def write(
        self, sender: Sender, kind: Outgoing, update: Update, send: Send, found: FoundRows
    ) -> SendOutcome:
        """Send one update. Errors of AFAS become an outcome."""
        call = self.prepare(kind, update, found)
        if isinstance(call, SendOutcome):
            return call
        with sender.sending(update, send.remember) as begun:
            if begun is not Begun.GO:
                return self._not_now(update, begun)
            return self._send(kind, _as_sent(update, send), call)

    def prepare(self, kind: Outgoing, update: Update, found: FoundRows) -> Call | SendOutcome:
        """The call, or what is in its way. Actions that do not fit are fetched anew once."""
        try:
            try:
                return kind.call(update, self._material(kind, update, found))
            except Unsendable:
                if not kind.uses_actions:
                    raise
                self._actions.forget()
                return kind.call(update, self._material(kind, update, found))
        except Unsendable as fault:
            return self._unsendable(update, fault)
        except AfasError as error:
            verdict = after_failed_look(update, error, self._patience)
            pause = pause_for(error, self._patience)
            return SendOutcome(update, verdict, error, pause, (_failed(update, error),))

    def _material(self, kind: Outgoing, update: Update, found: FoundRows) -> Material:
        actions = self._actions.rows() if kind.uses_actions else ()
        content = None
        if update.kind is UpdateKind.ATTACH_FILE:
            content = self._outbox.file(UUID(str(update.payload["file"])))
        return Material(found, actions, content)

    def _unsendable(self, update: Update, fault: Unsendable) -> SendOutcome:
        attempt = Attempt(update.id, AttemptKind.LOOK, "unsendable", fault.why)
        if fault.for_now:
            later = _later(update, self._patience.retry(update.attempts), fault.why)
            return SendOutcome(update, later, attempts=(attempt,))
        if not fault.everywhere:
            return SendOutcome(update, Park(fault.why), attempts=(attempt,))
        pause = PauseKind(self._patience.configuration_retries, fault.why)
        verdict = _later(update, pause.rests[0], fault.why)
        return SendOutcome(update, verdict, pause=pause, attempts=(attempt,))

    def _not_now(self, update: Update, begun: Begun) -> SendOutcome:
        if begun is Begun.STOP:
            self._outbox.hand_back([update])  # leaves alone what is not ours any more
            return SendOutcome(update, None)
        verdict = self._refused(update, begun)
        attempt = Attempt(update.id, AttemptKind.SEND, begun.value, verdict.why)
        return SendOutcome(update, verdict, attempts=(attempt,))

    def _refused(self, update: Update, begun: Begun) -> Verdict:
        """Only what surely did not happen comes so far, in doubt or not: it may be void."""
        match begun:
            case Begun.MOVED:
                return Void(_MOVED)
            case Begun.NEWS:
                return _later(update, self._patience.look_holds, _NEWS)
            case _:
                return _later(update, self._patience.look_gap, _HELD)

    def _send(self, kind: Outgoing, update: Update, call: Call) -> SendOutcome:
        started = time.monotonic()
        try:
            answer: Answer | AfasError = self._afas.send(replace(call, update=update.id))
        except AfasError as error:
            answer = self._unless_edited(kind, call, error)
        attempt = _sent(update, call, answer, time.monotonic() - started)
        if isinstance(answer, Answer):
            attempt = replace(attempt, made=made(kind, answer))
        self._outbox.note([attempt])
        update = replace(update, evidence=update.evidence | attempt.made)
        verdict = after_answer(update, answer, self._patience)
        pause = pause_for(answer, self._patience) if isinstance(answer, AfasError) else None
        return SendOutcome(update, verdict, answer, pause)

    def _unless_edited(self, kind: Outgoing, call: Call, error: AfasError) -> AfasError:
        """A refused step whose action AFAS no longer knows had GUIDs from before an edit: try again."""
        if not (isinstance(error, Rejected) and kind.uses_actions):
            return error
        with suppress(AfasError):
            if not self._actions.still_has(call):
                why = both(Message("why.workflow-edited"), error.why)
                return TryLater(**ours(why), status=error.status)
        return error


def _as_sent(update: Update, send: Send) -> Update:
    return replace(
        update,
        sends=update.sends + 1,
        doubt=True,
        waited=0.0,
        rested=0.0,
        evidence=send.remember or update.evidence,
    )


def _later(update: Update, after: float, why: Message) -> Verdict:
    return Unclear(after, why) if update.doubt else Wait(after, why, counts=False)


def _failed(update: Update, error: AfasError) -> Attempt:
    return Attempt(
        update.id,
        AttemptKind.LOOK,
        type(error).__name__,
        error.why,
        trace=error.trace,
        log_reference=error.log_reference,
    )


def _sent(update: Update, call: Call, answer: Answer | AfasError, seconds: float) -> Attempt:
    request = masked(call)
    if isinstance(answer, Answer):
        status, named = str(answer.status), masked_answer(answer)
        told = verbatim(named) if named else None
        return Attempt(
            update.id, AttemptKind.SEND, status, told, request, trace=answer.trace, seconds=seconds
        )
    return Attempt(
        update.id,
        AttemptKind.SEND,
        type(answer).__name__,
        answer.why,
        request,
        trace=answer.trace,
        log_reference=answer.log_reference,
        seconds=seconds,
    )
