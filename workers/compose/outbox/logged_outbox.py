"""Decorators of the outbox: each update is logged and spanned under its correlation id."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars

from domain.decisions.origin import Origin
from domain.outbox.delivery import Begun, Settled
from domain.outbox.update import Update
from domain.outbox.verdicts import Park
from sync.decisions.ports import OpenWork, UnitOfWork
from sync.outbox.ports import Outbox, Sender
from sync.ports_trace import Spans

log = structlog.get_logger("loonbrug.deliver")


class LoggedSender:
    """A ``Sender`` around another: what happens while an update is sent is logged with its correlation."""

    def __init__(self, sender: Sender, spans: Spans) -> None:
        self._sender = sender
        self._spans = spans

    @contextmanager
    def sending(self, update: Update, remember: dict[str, str]) -> Iterator[Begun]:
        """As the sender does it, within a span."""
        about: dict[str, Any] = {
            "update": update.id,
            "kind": update.kind.value,
            "correlation": update.correlation,
        }
        with (
            bound_contextvars(update=update.id, correlation=update.correlation or f"update-{update.id}"),
            self._spans.span(f"deliver {update.kind}", parent=update.trace_parent, **about),
            self._sender.sending(update, remember) as begun,
        ):
            yield begun


class LoggedOutbox:
    """An ``Outbox`` around another: what is sent and what is settled is logged, the rest passes through."""

    def __init__(self, outbox: Outbox, spans: Spans) -> None:
        self._outbox = outbox
        self._spans = spans
        self.take = outbox.take
        self.holding = outbox.holding
        self.extend = outbox.extend
        self.note = outbox.note
        self.hand_back = outbox.hand_back
        self.file = outbox.file
        self.pause = outbox.pause

    @contextmanager
    def sender(self, lease: float) -> Iterator[Sender]:
        """The outbox's own, logged."""
        with self._outbox.sender(lease) as sender:
            yield LoggedSender(sender, self._spans)

    def settle(self, settled: Sequence[Settled]) -> None:
        """Write down, then log each; never the reason: it may be AFAS's own words, and name people."""
        self._outbox.settle(settled)
        for each in settled:
            _log(each)


def spanned(open_work: OpenWork, spans: Spans) -> OpenWork:
    """Deciding, with a span around its transaction."""

    @contextmanager
    def opened(environment: str, origin: Origin | None = None) -> Iterator[UnitOfWork]:
        with spans.span("decide"), open_work(environment, origin) as work:
            yield work

    found: Callable[..., AbstractContextManager[UnitOfWork]] = opened
    return found


def _log(settled: Settled) -> None:
    update, verdict = settled.update, settled.verdict
    log.info(
        "update handled",
        update=update.id,
        correlation=update.correlation or f"update-{update.id}",
        kind=update.kind.value,
        outcome=type(verdict).__name__.lower(),
        attempts=update.attempts,
        sends=update.sends,
        log_reference=verdict.log_reference if isinstance(verdict, Park) else None,
    )
