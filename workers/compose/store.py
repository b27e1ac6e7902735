"""The store of one environment for commands and processes: each repository, made when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.store.access.api_keys import ApiKeys
from connectors.store.access.failed_sign_ins import ConsoleFailures
from connectors.store.access.people import ConsolePeople
from connectors.store.audit.check import Anchor, AuditCheck
from connectors.store.audit.reads import AuditFilter, AuditReads, may_change
from connectors.store.audit.viewings import Viewings
from connectors.store.cutoff.reports import CutoffRepository
from connectors.store.cutoff.weeks import Weeks
from connectors.store.database import Database
from connectors.store.declarations.onboarding_seen import items_seen
from connectors.store.failures.edits import EditRepository
from connectors.store.failures.failures import MOST_AT_ONCE, FailedUpdate, Failures
from connectors.store.failures.replay_reads import ReplayItem, ReplayReads
from connectors.store.failures.replays import ReplayRepository
from connectors.store.keeping import backup, restore, rotation
from connectors.store.keeping.erasure import Erasure, Who
from connectors.store.migrate import SCHEMA
from connectors.store.outbox.held_back import AfterRestore, Restored
from connectors.store.outbox.history import UpdateHistory
from connectors.store.outbox.operations import OutboxOperations
from connectors.store.outbox.waiting import WaitingUpdates
from connectors.store.pull.parked import ParkedRepository
from connectors.store.pull.run_reads import ConsoleRuns, RunDetail
from connectors.store.pull.runs import RunRepository
from connectors.store.reconcile.findings import FindingRepository
from connectors.store.reconcile.reconciliations import PastReconciliation, ReconciliationRepository
from connectors.store.records.ahead import RowAhead, rows_ahead
from connectors.store.running.control import Control, EnvironmentState
from connectors.store.running.overview import Backlog, FlowOverview, LivingProcess, Overview, ParkedRow
from connectors.store.running.standbys import Standbys, standbys
from connectors.store.watch.alerts import AlertRepository
from connectors.store.watch.facts import WatchingStore
from connectors.store.watch.notices import Notices, StuckNotice
from connectors.store.watch.now import ConsoleNow
from domain.declarations.onboarding_words import ItemsSeen
from mappings.flows import FLOWS
from workers.compose.keeping.keyfile import key_ring
from workers.compose.servers import database_url
from workers.settings import Settings

__all__ = [
    "MOST_AT_ONCE",
    "AfterRestore",
    "Anchor",
    "AuditFilter",
    "Backlog",
    "ConsolePeople",
    "Control",
    "EnvironmentState",
    "FailedUpdate",
    "FlowOverview",
    "LivingProcess",
    "ParkedRow",
    "PastReconciliation",
    "ReplayItem",
    "ReplayRepository",
    "Restored",
    "RowAhead",
    "RunDetail",
    "Store",
    "StuckNotice",
    "Who",
    "open_store",
]
"""The store, and the shapes of what it gives that others name."""


@contextmanager
def open_store(settings: Settings, *, patience: float, as_owner: bool = False) -> Iterator[Store]:
    """The store for one command; closed when the block ends. ``patience``: seconds to wait for the database.

    ``as_owner`` for what changes the tables themselves. Raises what ``key_ring`` does, and OperationalError.
    """
    keys = key_ring(settings)
    with database_url(settings, as_owner=as_owner) as url:
        database = Database(url, size=2, patience=patience, keys=keys)
        try:
            yield Store(database, settings.name)
        finally:
            database.close()


@dataclass(frozen=True, slots=True)
class Store:
    """All that the store knows of one environment."""

    database: Database
    environment: str

    # access and audit
    @property
    def api_keys(self) -> ApiKeys:
        """Keys of the API; of all environments."""
        return ApiKeys(self.database)

    @property
    def people(self) -> ConsolePeople:
        """The people of the console."""
        return ConsolePeople(self.database, self.environment)

    @property
    def failed_sign_ins(self) -> ConsoleFailures:
        """Tries to sign in."""
        return ConsoleFailures(self.database, self.environment)

    @property
    def audit(self) -> AuditReads:
        """The audit trail."""
        return AuditReads(self.database, self.environment)

    @property
    def audit_check(self) -> AuditCheck:
        """The check of the whole trail."""
        return AuditCheck(self.database, self.environment)

    @property
    def viewings(self) -> Viewings:
        """Who looked at what."""
        return Viewings(self.database, self.environment)

    def audit_may_be_changed(self) -> bool:
        """Whether our role has the right to change the trail; triggers refuse it even so."""
        return may_change(self.database)

    # pull and running
    @property
    def overview(self) -> Overview:
        """How everything stands."""
        return Overview(self.database, self.environment)

    @property
    def watching(self) -> WatchingStore:
        """How everything stands, in numbers that are judged."""
        return WatchingStore(self.database, self.environment)

    @property
    def now(self) -> ConsoleNow:
        """What is owed and what rests."""
        return ConsoleNow(self.database, self.environment)

    @property
    def control(self) -> Control:
        """The switches."""
        return Control(self.database, self.environment)

    @property
    def runs(self) -> RunRepository:
        """Runs as they are wanted and taken."""
        return RunRepository(self.database, self.environment)

    @property
    def run_reads(self) -> ConsoleRuns:
        """Runs as they are shown."""
        return ConsoleRuns(self.database, self.environment)

    def parked(self, by: str) -> ParkedRepository:
        """Rows that could not be read, for somebody who tries them again."""
        return ParkedRepository(self.database, self.environment, by=by)

    # outbox and failures
    @property
    def operations(self) -> OutboxOperations:
        """The outbox as operators see it."""
        return OutboxOperations(self.database, self.environment)

    @property
    def updates(self) -> UpdateHistory:
        """The whole life of an update."""
        return UpdateHistory(self.database, self.environment)

    @property
    def waiting(self) -> WaitingUpdates:
        """What waits to be sent."""
        return WaitingUpdates(self.database, self.environment)

    @property
    def held_back(self) -> AfterRestore:
        """The way back to work after a restore."""
        return AfterRestore(self.database, self.environment, tuple(FLOWS))

    @property
    def failures(self) -> Failures:
        """What failed."""
        return Failures(self.database, self.environment)

    @property
    def edits(self) -> EditRepository:
        """What people put right."""
        return EditRepository(self.database, self.environment)

    @property
    def replay_reads(self) -> ReplayReads:
        """Replays as they are shown."""
        return ReplayReads(self.database, self.environment)

    def replays(self, second_person_from: int) -> ReplayRepository:
        """Replays as people want them; from so many payment updates on a second person must agree."""
        return ReplayRepository(self.database, self.environment, second_person_from=second_person_from)

    # cut-off, reconcile and watch
    @property
    def cutoff_reports(self) -> CutoffRepository:
        """The cut-off reports."""
        return CutoffRepository(self.database, self.environment)

    @property
    def weeks(self) -> Weeks:
        """The week board."""
        return Weeks(self.database, self.environment)

    @property
    def findings(self) -> FindingRepository:
        """What portal, store and AFAS do not agree on."""
        return FindingRepository(self.database, self.environment)

    @property
    def reconciliations(self) -> ReconciliationRepository:
        """Reconciliations, due and past."""
        return ReconciliationRepository(self.database, self.environment)

    @property
    def alerts(self) -> AlertRepository:
        """What is wrong now."""
        return AlertRepository(self.database, self.environment)

    @property
    def notices(self) -> Notices:
        """Mails and webhooks that are owed."""
        return Notices(self.database, self.environment)

    def shipped_schema(self) -> set[str]:
        """The schema files of this version, by name."""
        return {file.name for file in Path(SCHEMA).glob("*.sql")}

    def standbys(self) -> Standbys | None:
        """Copies of the database that follow it."""
        return standbys(self.database)

    def rows_ahead(self) -> list[RowAhead]:
        """Rows that are dated later than AFAS's present."""
        return rows_ahead(self.database, self.environment)

    def onboarding_items_seen(self) -> list[ItemsSeen]:
        """Which onboarding items occur, and how often."""
        return items_seen(self.database, self.environment)

    # keeping
    @property
    def erasure(self) -> Erasure:
        """The erasure of people."""
        return Erasure(self.database, self.environment)

    def back_up(self, file: Path, by: str) -> backup.BackupMade:
        """Write all environments into an encrypted file. Raises BackupRefused."""
        return backup.take(self.database, self.environment, file, by)

    def restore(self, file: Path, by: str) -> restore.PutBack:
        """Put a backup into this empty database. Raises BackupRefused."""
        return restore.restore(self.database, file, by)

    def sealed_with(self, key: str) -> int:
        """How many values are sealed with that key still."""
        return rotation.left_with(self.database, key)

    def seal_anew(self, by: str) -> Iterator[int]:
        """Seal everything with the newest key; how many after each step."""
        return rotation.rotate(self.database, by)

    def note_keys(self, by: str, action: str, detail: dict[str, object]) -> None:
        """What was done to the keys, in the audit trail of every environment."""
        rotation.audit_everywhere(self.database, by, action, detail)
