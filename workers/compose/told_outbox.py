"""The outbox, with a line in the log and a span for each update, under the id of the portal's request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars

from connectors.store.database import Database
from connectors.store.outbox.beat import Memory
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.outbox.sending import SenderSession
from domain.decisions.origin import Origin
from domain.outbox.delivery import Begun, Settled
from domain.outbox.update import Update
from domain.outbox.verdicts import Park
from sync.decisions.ports import OpenWork, UnitOfWork
from sync.ports_trace import Spans

log = structlog.get_logger("loonbrug.deliver")


class ToldSender:
    """``sync.outbox.ports.Sender``: what happens while an update is sent tells its correlation."""

    def __init__(self, session: SenderSession, spans: Spans) -> None:
        self._session = session
        self._spans = spans

    @contextmanager
    def sending(self, update: Update, remember: dict[str, str]) -> Iterator[Begun]:
        """As the session does it."""
        about: dict[str, Any] = {
            "update": update.id,
            "kind": update.kind.value,
            "correlation": update.correlation,
        }
        with (
            bound_contextvars(update=update.id, correlation=update.correlation or f"update-{update.id}"),
            self._spans.span(f"deliver {update.kind}", parent=update.trace_parent, **about),
            self._session.sending(update, remember) as begun,
        ):
            yield begun


class ToldOutbox(PostgresOutbox):
    """``sync.outbox.ports.Outbox``."""

    def __init__(
        self, database: Database, url: str, environment: str, spans: Spans, memory: Memory | None = None
    ) -> None:
        super().__init__(database, url, environment, memory=memory)
        self._spans = spans

    @contextmanager
    def sender(self, lease: float) -> Iterator[ToldSender]:  # type: ignore[override]
        """A session of its own, that tells."""
        with super().sender(lease) as session:
            yield ToldSender(session, self._spans)

    def settle(self, settled: Sequence[Settled]) -> None:
        """Write down, then tell each; never the reason: it may be AFAS's own words, and name people."""
        super().settle(settled)
        for each in settled:
            _tell(each)


def spanned(open_work: OpenWork, spans: Spans) -> OpenWork:
    """Deciding, with a span around its transaction."""

    @contextmanager
    def opened(environment: str, origin: Origin | None = None) -> Iterator[UnitOfWork]:
        with spans.span("decide"), open_work(environment, origin) as work:
            yield work

    found: Callable[..., AbstractContextManager[UnitOfWork]] = opened
    return found


def _tell(settled: Settled) -> None:
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
