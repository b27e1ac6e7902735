"""What can go wrong, named after what to do next.

* LoonbrugError
  * AfasError              an answer (or none) of AFAS
    x TryLater             it did not happen: wait, then send again (never connected, 503, locked by a user)
      - NoRoom              we allow ourselves no more calls at once: the next would find no room either
      - OtherEnvironment   not by this process: its credentials open another AFAS than we work for; end it
    x OutcomeUnknown       it may have happened: look, never resend blindly (timeout, cut, an unknown 5xx)
    x Rejected             never like this: a person must change it (500 and other refusals)
    x NotAllowed           this one connector is closed to us: stop this flow
    x AccessDenied         nothing works for anyone: pause the environment  (token dead, address refused)
    x AskForLess           too much data in one call: halve the page
    x UnreadableAnswer     AFAS answered, but not in JSON we can read: reads try again, then give up
    x QueryTooLong         our own question is too long for AFAS: nothing was sent, ask in smaller pieces
  * UnmappableRow          one row is not what we agreed: park it, go on
  * ContractBreach         a connector lacks what we need: stop that flow, tell the administrator
  * SuspiciousSilence      far fewer rows than we know: stop the flow, an outage is not an empty company
  * Refused                a person's or program's request that cannot be done; nothing changed
    x NotFound             no such thing, or not yours to see
    x StaleVersion         the content changed since it was shown; carries the new version
    x NotOffered           the declaration or document is not waiting for this decision
    x MayNotDecide         this contact may not decide this
    x Incomplete           something required is missing or malformed; names the field
    x SameKeyOtherRequest  an Idempotency-Key was used before for another request
    x StillAnswering       a request with this Idempotency-Key is being answered at this moment
"""

# ruff: noqa: N818 - these names say what to do next; "Error" behind each would only blur them

from __future__ import annotations

from typing import TypedDict, Unpack

from domain.message import Message, verbatim


class LoonbrugError(Exception):
    """Everything that Loonbrug raises on purpose. ``why``: what to keep and to show of it."""

    def __init__(self, *text: object) -> None:
        super().__init__(*text)
        self.why = verbatim(" ".join(map(str, text)))


class Known(TypedDict, total=False):
    """What AFAS may tell beside its message; see ``AfasError``."""

    status: int | None
    number: int | None
    log_reference: str | None
    trace: str | None


class AfasError(LoonbrugError):
    """An answer of AFAS, or the lack of one.

    ``message`` is AFAS's own text (its language follows Accept-Language), or ours in English when AFAS said
    nothing. ``why`` is what to keep and to show: ``said`` where the words are ours, else the text as it is.
    ``log_reference`` leads the administrator to the entry in Profit's log; ``trace`` is AFAS's
    ``X-Trace-Identifier`` (Profit 7 and later).
    """

    def __init__(
        self,
        message: str,
        *,
        said: Message | None = None,
        status: int | None = None,
        number: int | None = None,
        log_reference: str | None = None,
        trace: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.why = said or verbatim(message)
        self.status = status
        self.number = number
        self.log_reference = log_reference
        self.trace = trace


class TryLater(AfasError):
    """It did not happen. Wait (``after`` seconds when AFAS named them), then send again."""

    def __init__(
        self,
        message: str,
        *,
        said: Message | None = None,
        after: float | None = None,
        everyone: bool = False,
        **known: Unpack[Known],
    ) -> None:
        super().__init__(message, said=said, **known)
        self.after = after
        self.everyone = everyone
        """True when AFAS as a whole is away (503): the environment waits, not just this update."""


class NoRoom(TryLater):
    """Nothing was sent: we allow ourselves no more calls at once. The next one would find no room either."""


class OtherEnvironment(TryLater):
    """Our credentials open another AFAS environment: nothing was sent, and this process must end.

    What it had in hand stays due: a process with the right credentials does it.
    """


class OutcomeUnknown(AfasError):
    """It may have happened: look first, never resend before the server's own limit is over."""


class Rejected(AfasError):
    """AFAS refused the content. It will never work like this; a person must change something."""


class NotAllowed(AfasError):
    """This connector is closed to us (not in the app connector, blocked, a column gone); others go on."""


class AccessDenied(AfasError):
    """Nothing works for anyone: the token is dead or our address is refused. Pause the environment."""


class AskForLess(AfasError):
    """Too much data in one call ("Out of memory", or more bytes than we accept). Ask for a smaller page."""


class UnreadableAnswer(AfasError):
    """AFAS answered, but not with JSON that we can read: HTML, a cut-off body, another shape."""


class QueryTooLong(AfasError, ValueError):
    """The query string would pass AFAS's 2049 characters. Nothing was sent; ask in smaller pieces."""


class UnmappableRow(LoonbrugError):
    """One row is not what we agreed. ``why`` names column and fault, never a person's data.

    ``text``: the same in English, for logs.

    ``readable_later``: the row may be as it should be, and we lack a right, a column or a word of it.
    ``forbidden``: it holds what we may not keep, not even while it is parked.
    """

    def __init__(
        self, why: Message, text: str, *, readable_later: bool = False, forbidden: bool = False
    ) -> None:
        super().__init__(text)
        self.why = why
        self.readable_later = readable_later
        self.forbidden = forbidden


class ContractBreach(LoonbrugError):
    """A GetConnector lacks columns that its flow needs. The administrator must add them."""

    def __init__(self, connector: str, columns: tuple[str, ...]) -> None:
        super().__init__(
            f"{connector}: missing column(s) {', '.join(columns)}; ask the AFAS administrator to add them"
        )
        self.why = Message("why.columns-missing", {"connector": connector, "columns": columns})
        self.connector = connector
        self.columns = columns


class SuspiciousSilence(LoonbrugError):
    """AFAS shows far fewer rows than we know. Nothing was withdrawn; a person decides."""

    def __init__(self, why: Message) -> None:
        super().__init__(why)
        self.why = why


class Refused(LoonbrugError):
    """A request that cannot be done. Nothing changed. What ``message`` says may be shown to the caller."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = self.why = message


class NotFound(Refused):
    """No such thing, or not yours to see: the two are the same answer on purpose."""


class StaleVersion(Refused):
    """The content changed since it was shown."""

    def __init__(self, current: str) -> None:
        super().__init__(Message("refused.content-changed"))
        self.current = current


class NotOffered(Refused):
    """It is not waiting for this decision (not whole, decided already, withdrawn, paid)."""


class MayNotDecide(Refused):
    """This contact may not decide this."""


class Incomplete(Refused):
    """Something required is missing or malformed: ``field``, by its name in the API, has the ``problem``."""

    def __init__(self, field: str, problem: Message) -> None:
        super().__init__(Message("refused.incomplete", {"field": field, "problem": problem}))
        self.field = field
        self.problem = problem


class SameKeyOtherRequest(Refused):
    """This Idempotency-Key was used before, for another request."""


class StillAnswering(Refused):
    """A request with this Idempotency-Key is being answered at this moment: ask again in a second."""
