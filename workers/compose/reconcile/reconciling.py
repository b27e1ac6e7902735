"""Reconciling as a job, and the parts of reconciling and curing joined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import structlog

from connectors.store.database import Database
from connectors.store.declarations.derivations import Derivations
from connectors.store.outbox.operations import OutboxOperations
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.reconcile.cures import CureRepository
from connectors.store.reconcile.findings import FindingRepository
from connectors.store.reconcile.ledger import StoreLedger
from connectors.store.reconcile.reconciliations import Reconciliation, ReconciliationRepository
from domain.calendar import AMSTERDAM
from domain.errors import AfasError, LoonbrugError
from domain.message import Message
from domain.outbox.policy import Patience
from domain.pull.afas_clock import Present
from sync.failures.replay import Replays
from sync.outbox.kinds import EnvironmentTerms, kinds
from sync.ports import Afas, Wake
from sync.reconcile.cure import Curer
from sync.reconcile.reconcile import Reconciled, Reconciler

log = structlog.get_logger("loonbrug.reconcile")


@dataclass(frozen=True)
class Reconciling:
    """Does due reconciliations. Two of one are harmless: findings are raised once."""

    reconciliations: ReconciliationRepository
    reconciler: Reconciler
    today: Callable[[], date] = lambda: datetime.now(AMSTERDAM).date()

    def work(self, reconciliation: int | None = None) -> Reconciled | None:
        """Do that one, or any that is due. None when there was none, or it failed and was noted."""
        leased = self.reconciliations.take(reconciliation)
        return self.do(leased) if leased else None

    def do(self, leased: Reconciliation) -> Reconciled | None:
        """Do one that we lease. What AFAS causes is noted; anything else is raised, after noting it."""
        try:
            done = self._reconcile(leased.kind)
        except LoonbrugError as error:
            self.reconciliations.failed(leased, error.why)
            status = error.status if isinstance(error, AfasError) else None
            log.warning(
                "reconciliation failed", kind=leased.kind, error_type=type(error).__name__, status=status
            )
            return None
        except Exception as error:
            self.reconciliations.failed(leased, Message("why.unexpected", {"kind": type(error).__name__}))
            raise
        self.reconciliations.done(
            leased, done.booked, weeks=done.weeks, compared=done.compared, calls=done.calls
        )
        _tell(leased.kind, done)
        return done

    def _reconcile(self, kind: str) -> Reconciled:
        return self.reconciler.light(self.today()) if kind == "light" else self.reconciler.whole(self.today())


def make_reconciler(
    database: Database, environment: str, afas: Afas, words: EnvironmentTerms, present: Callable[[], Present]
) -> Reconciler:
    """The reconciler of an environment."""
    return Reconciler(
        afas,
        StoreLedger(database, environment),
        FindingRepository(database, environment),
        Derivations(database, environment),
        kinds(words),
        present=present,
    )


def make_curer(
    database: Database,
    url: str,
    environment: str,
    *,
    afas: Afas,
    words: EnvironmentTerms,
    patience: Patience,
    wake: Wake,
) -> Curer:
    """What cures findings of an environment."""
    outbox = PostgresOutbox(database, url, environment)
    replays = Replays(afas, outbox, OutboxOperations(database, environment), kinds(words), patience)
    return Curer(
        afas,
        FindingRepository(database, environment),
        ledger=StoreLedger(database, environment),
        cures=CureRepository(database, environment),
        replays=replays,
        waking=(wake, environment),
    )


def _tell(kind: str, done: Reconciled) -> None:
    booked = done.booked
    tell = log.warning if booked.raised else log.info
    tell(
        "reconciled",
        kind=kind,
        calls=done.calls,
        new=booked.raised,
        unchanged=booked.seen_again,
        count=booked.resolved,
    )
