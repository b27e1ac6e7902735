"""Where statuses, texts and broken connections become errors named after what to do next.

The usual table (every 5xx is transient) is wrong here: AFAS answers 500 to refusals of every kind, goes on
working for up to 900 s after a client hung up, and knows no idempotency key (AFAS: troubleshooting.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from connectors.afas.wire.refusals import ErrorBody, RefusalKind, kind_of, read_error_body
from connectors.afas.wire.transport import GarbledError, Reply, TooManyBytesError
from domain.errors import (
    AccessDenied,
    AfasError,
    AskForLess,
    NotAllowed,
    OutcomeUnknown,
    Rejected,
    TryLater,
    UnreadableAnswer,
)
from domain.message import Message, verbatim
from words.ours import Ours, ours

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def still_busy(error: BaseException | None, *, write: bool) -> bool:
    """Whether AFAS may go on with a call that ended in this error."""
    if isinstance(error, NEVER_SENT):
        return False
    return write or isinstance(error, httpx.TimeoutException)


@contextmanager
def afas_errors(connector: str, *, write: bool) -> Iterator[None]:
    """Turn what httpx and the transport raise into what we should do about it.

    The messages name the connector and never the address: its query holds values.
    """
    try:
        yield
    except NEVER_SENT as error:
        raise TryLater(**_ours("afas.no-connection", connector, _short(error))) from error
    except httpx.TransportError as error:
        raise _cut(_ours("afas.cut-off", connector, type(error).__name__), write=write) from error
    except GarbledError as error:
        raise _unreadable(_ours("afas.garbled", connector, str(error)), write=write) from error
    except TooManyBytesError as error:
        raise _too_much(_ours("afas.answer-too-large", connector, str(error)), write=write) from error


def from_response(reply: Reply, connector: str, *, write: bool) -> AfasError:
    """The error that an answer other than 2xx means. A 401 is ``AccessDenied``: who may ask again, did."""
    told = read_error_body(reply)
    text = _theirs(told.text) if told.text else _answered("afas.answered-nothing", connector, reply.status)
    match reply.status:
        case 401 | 403:
            return AccessDenied(**text, **told.known)
        case 429 | 503:
            return TryLater(**text, after=told.after, everyone=reply.status == 503, **told.known)
        case 500:
            return _from_500(told, connector, write=write)
        case status if 400 <= status < 500 and status != 408:
            elsewhere = write and status in (404, 405)  # the address of a write names no record
            return (NotAllowed if elsewhere else Rejected)(**text, **told.known)
        case status if status < 400:
            text = _answered("afas.redirection", connector, status)
            return OutcomeUnknown(**text, **told.known) if write else UnreadableAnswer(**text, **told.known)
        case _:
            return OutcomeUnknown(**text, **told.known) if write else TryLater(**text, **told.known)


def _from_500(told: ErrorBody, connector: str, *, write: bool) -> AfasError:
    """A refusal, unless its text is on the list; for a write without a text nobody knows."""
    if told.text is None:
        text = _answered("afas.answered-without-reason", connector, 500)
        return OutcomeUnknown(**text, **told.known) if write else UnreadableAnswer(**text, **told.known)
    kind = kind_of(told.text)
    if kind is RefusalKind.LOCKED:
        return TryLater(told.text, **told.known)
    if kind is RefusalKind.CLOSED:
        return NotAllowed(told.text, **told.known)
    if kind is RefusalKind.REFUSAL:
        return Rejected(told.text, **told.known)
    if write:  # it ran out of time or memory, or fell over: perhaps after the work was done
        return OutcomeUnknown(told.text, **told.known)
    return _READS[kind](told.text, **told.known)


_READS: dict[RefusalKind, type[AfasError]] = {
    RefusalKind.TIME_LIMIT: TryLater,
    RefusalKind.TOO_MUCH: AskForLess,
    RefusalKind.UNEXPECTED: Rejected,
}


def _cut(text: Ours, *, write: bool) -> AfasError:
    """A read has no effect that could be doubled: it may simply be asked again."""
    return OutcomeUnknown(**text) if write else TryLater(**text)


def _unreadable(text: Ours, *, write: bool) -> AfasError:
    return OutcomeUnknown(**text) if write else UnreadableAnswer(**text)


def _too_much(text: Ours, *, write: bool) -> AfasError:
    return OutcomeUnknown(**text) if write else AskForLess(**text)


def _ours(what: str, connector: str, fault: str) -> Ours:
    return ours(Message(what, {"connector": connector, "fault": fault}))


def _answered(what: str, connector: str, status: int) -> Ours:
    return ours(Message(what, {"connector": connector, "status": status}))


def _theirs(text: str) -> Ours:
    return {"message": text, "said": verbatim(text)}


def _short(error: Exception) -> str:
    """A connection error in a few words: the name and what the system said (it holds no address)."""
    return f"{type(error).__name__}: {error}"[:200]
