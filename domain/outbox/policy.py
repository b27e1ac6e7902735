"""What becomes of an update: the whole policy of writing to AFAS, as data in and data out.

AFAS has no idempotency keys, goes on working for up to 900 s after we hung up, and may answer an error after
it has applied (AFAS: troubleshooting.md). So nothing is sent again before three things are true: that limit
is over, two looks after it found nothing, and the first sender is surely gone. The last one is not decided
here: who sends must hold the update's advisory lock, and a living first sender keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import (
    AccessDenied,
    AfasError,
    AskForLess,
    NoRoom,
    NotAllowed,
    OutcomeUnknown,
    QueryTooLong,
    Rejected,
    TryLater,
)
from domain.message import Message, both
from domain.outbox.afas_call import Answer
from domain.outbox.update import Update
from domain.outbox.verdicts import (
    Done,
    Park,
    PauseEnvironment,
    PauseKind,
    Seen,
    Send,
    Sight,
    Unclear,
    Verdict,
    Verify,
    Void,
    Wait,
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what. Seconds; short in the demo and in tests.

    ``margin`` covers what lies between writing down "sending" and the first byte: waiting for a free slot,
    fetching a token. It must be longer than the slots' patience with writes. ``crash_rests``: how long an
    update rests behind its lease after one, two, three attempts in a row that ended without an outcome.
    ``look_holds``: how old a look may be when a send begins. ``most_sends``: of those that may have arrived.
    """

    server_limit: float = 900
    margin: float = 60
    look_gap: float = 60
    first_look: float = 2
    longest_look: float = 120
    retries: tuple[float, ...] = (5, 15, 30, 60, 120, 300)
    environment_retry: float = 30
    access_retries: tuple[float, ...] = (5, 10, 20, 40, 80, 160, 300)
    configuration_retries: tuple[float, ...] = (5, 10, 20, 40, 80, 160, 300)
    crash_rests: tuple[float, ...] = (0, 30, 60, 300, 900, 3600)
    most_sends: int = 4
    looks_needed: int = 2
    look_holds: float = 5
    lease: float = 180

    def retry(self, attempts: int) -> float:
        """The growing pause after so many attempts; it stays at the last one."""
        return self.retries[min(max(attempts, 1), len(self.retries)) - 1]


def after_look(update: Update, seen: Seen, patience: Patience) -> Verdict | Send:
    """Decide on a look at an update as it was taken, before the look."""
    match seen.sight:
        case Sight.APPLIED:
            return Done(seen.why, seen.evidence)
        case Sight.WRONG:
            return Park(seen.why)
        case Sight.ILLEGIBLE if not update.doubt:
            return Park(seen.why)
        case Sight.ILLEGIBLE | Sight.HIDDEN:
            return _unseeable(update, seen, patience)
        case Sight.GONE | Sight.LOST:
            return _vanished(update, seen, patience)
        case Sight.OPEN:
            return _in_doubt(update, seen, patience) if update.doubt else Send(seen.evidence)


def after_failed_look(update: Update, error: AfasError, patience: Patience) -> Verdict:
    """The look itself failed: nothing is known, nothing changes but the time of the next look."""
    pause = patience.retry(update.attempts)
    if isinstance(error, TryLater) and error.after:
        pause = max(pause, error.after)
    return _later(update, pause, Message("why.could-not-look", {"why": error.why}))


def pause_for(error: AfasError, patience: Patience) -> PauseEnvironment | PauseKind | None:
    """Whether an error closes more than one update: the whole environment, or this kind."""
    match error:
        case TryLater(everyone=True):
            return PauseEnvironment((error.after or patience.environment_retry,), error.why)
        case AccessDenied():
            return PauseEnvironment(patience.access_retries, error.why)
        case NotAllowed():
            return PauseKind(patience.configuration_retries, error.why)
        case _:
            return None


def after_answer(update: Update, answer: Answer | AfasError, patience: Patience) -> Verdict | Verify:
    """Decide on AFAS's answer to a write.

    Whatever is no plain "it did not happen" is verified, a refusal too: AFAS may refuse after it has applied.
    """
    match answer:
        case Answer():
            return Verify(_answered(answer))
        case TryLater():
            pause = max(answer.after or 0, patience.retry(update.attempts))
            counts = not (answer.everyone or isinstance(answer, NoRoom))
            return Wait(pause, answer.why, counts=counts, unsent=True)
        case AccessDenied():
            return Wait(patience.access_retries[0], answer.why, counts=False, unsent=True)
        case NotAllowed():  # behind the others of its kind: if only this one is refused, they go on
            behind = 2 * patience.configuration_retries[0] + patience.retry(update.attempts)
            return Wait(behind, answer.why, unsent=True)
        case AskForLess() | QueryTooLong():
            return Park(answer.why, answer.log_reference, certain=True)
        case _:
            return Verify(answer.why)


def ends_the_batch(answer: Answer | AfasError | None) -> bool:
    """Whether nothing more is to be sent before a new look.

    Behind a lost answer we look first: what is seen done occupies AFAS no more. Without room for this call
    there is none for the next.
    """
    return isinstance(answer, (OutcomeUnknown, NoRoom))


def after_verify(answer: Answer | AfasError, seen: Seen | None, patience: Patience) -> Verdict:
    """Decide on what AFAS shows right after a write; ``seen`` is None when the look failed."""
    told = _answered(answer) if isinstance(answer, Answer) else answer.why
    match seen:
        case Seen(sight=Sight.APPLIED):
            return Done(seen.why, seen.evidence)
        case Seen(sight=Sight.WRONG):
            return Park(seen.why)
        case Seen(sight=Sight.GONE) if isinstance(answer, Rejected):
            return Void(both(seen.why, told))
        case Seen(sight=Sight.OPEN) if isinstance(answer, Rejected):
            return Park(answer.why, answer.log_reference, certain=True)
        case _:
            return Unclear(patience.first_look, both(told, _unseen(seen)))


def _answered(answer: Answer) -> Message:
    return Message("why.answered", {"status": answer.status})


def _unseen(seen: Seen | None) -> Message:
    match seen:
        case None:
            return Message("why.could-not-look-after")
        case Seen(sight=Sight.ILLEGIBLE | Sight.HIDDEN):
            return seen.why
        case _:
            return Message("why.not-shown-yet")


def until_resend(update: Update, patience: Patience) -> float:
    """Seconds until AFAS's own limit is over for an update in doubt; 0 when it is, or there is no doubt.

    By what surely went by, never by the wall clock: an hour that it jumps over is no hour for AFAS.
    """
    if not update.doubt or update.sent_at is None:
        return 0.0
    return max(0.0, patience.server_limit + patience.margin - update.waited)


def _unseeable(update: Update, seen: Seen, patience: Patience) -> Verdict:
    """Nothing is sent that could not be seen; it goes on by itself once AFAS shows it."""
    if update.doubt:
        return Unclear(patience.longest_look, seen.why)
    return Wait(patience.configuration_retries[-1], seen.why, counts=False)


def _vanished(update: Update, seen: Seen, patience: Patience) -> Verdict:
    """It may still come while AFAS may be working. Then: nothing is owed, or a person must look for it."""
    left = until_resend(update, patience)
    if left > 0:
        return Unclear(_next_look(update, patience, left), seen.why)
    return Void(seen.why) if seen.sight is Sight.GONE else Park(seen.why)


def _later(update: Update, pause: float, why: Message) -> Verdict:
    return Unclear(pause, why) if update.doubt else Wait(pause, why)


def _in_doubt(update: Update, seen: Seen, patience: Patience) -> Verdict | Send:
    left = until_resend(update, patience)
    if left > 0:
        return Unclear(_next_look(update, patience, left), Message("why.still-working"))
    gap = _gap_left(update, patience)
    if gap > 0:
        return Unclear(gap, Message("why.looked-just-now"))
    if update.empty_looks + 1 < patience.looks_needed:
        return Unclear(patience.look_gap, Message("why.one-more-look"), empty_look=True)
    if update.sends >= patience.most_sends:
        return Park(Message("why.sent-in-vain", {"times": update.sends}))
    return Send(update.evidence or seen.evidence)


def _gap_left(update: Update, patience: Patience) -> float:
    return patience.look_gap - update.rested if update.empty_looks else 0.0


def _next_look(update: Update, patience: Patience, left: float) -> float:
    """Soon at first, when a late write mostly shows; rarely later; and right when the limit is over."""
    return min(left, max(patience.first_look, min(update.waited / 2, patience.longest_look)))
