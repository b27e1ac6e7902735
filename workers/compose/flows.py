"""The flows in and out, joined: pulling, sending, replaying, reconciling, curing."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from connectors.store.declarations.derivations import Derivations
from connectors.store.failures.replay_work import ReplayWork
from connectors.store.outbox.operations import OutboxOperations
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.pull.handing_back import hand_back
from connectors.store.pull.pulls import Pulls
from connectors.store.pull.runs import LEASE, RunRepository
from connectors.store.reconcile.reconciliations import ReconciliationRepository
from connectors.store.running.control import Control
from domain.calendar import AMSTERDAM
from mappings.flows import FLOWS
from sync.declarations.derive import Deriver
from sync.failures.replay import Replays
from sync.failures.steps import ReplaySteps
from sync.outbox.deliver import Deliverer
from sync.outbox.kinds import kinds
from sync.ports import Afas
from sync.pull.present import present_of
from sync.pull.pull import Puller
from sync.pull.window import Overlaps
from sync.reconcile.cure import Curer
from workers.compose.afas import OpenAfas, patience, words
from workers.compose.jobs_of_flows import Flows
from workers.compose.outbox.logged_outbox import LoggedOutbox
from workers.compose.pull.stoppable_pulls import StoppablePulls
from workers.compose.reconcile.reconciling import Reconciling, make_curer, make_reconciler
from workers.compose.services import Services


def make_flows(services: Services, afas: OpenAfas) -> Flows:
    """The flows in and out."""
    database, environment = services.database, services.environment
    deriver = Deriver(Derivations(database, environment), words=services.settings.task_words)
    return Flows(
        environment=environment,
        afas=afas,
        puller=_puller(services, afas),
        deliverer=_deliverer(services, afas.looking()),
        replays=replay_steps(services, afas.looking()),
        reconciling=reconciling(services, afas),
        derive_stale=lambda: deriver.derive_all(datetime.now(AMSTERDAM).date()),
        control=Control(database, environment),
        wake=services.wake,
        stopping=services.stopping.is_set,
        spans=services.spans,
        patience=patience(services.settings),
    )


def _puller(services: Services, afas: OpenAfas) -> Puller:
    database, environment, chosen = services.database, services.environment, services.settings
    lease = min(LEASE, timedelta(seconds=chosen.lease))
    return Puller(
        afas,
        StoppablePulls(
            Pulls(database, environment, lease),
            partial(hand_back, database),
            stopping=services.stopping.is_set,
        ),
        RunRepository(database, environment, lease),
        FLOWS,
        overlaps=Overlaps(timedelta(seconds=chosen.overlap_poll), timedelta(seconds=chosen.overlap_wide)),
        patience=patience(chosen),
        beat=lease.total_seconds() / 3,
        present=present_of(afas),
    )


def _deliverer(services: Services, afas: Afas) -> Deliverer:
    chosen = services.settings
    outbox = PostgresOutbox(
        services.database, services.database_url, services.environment, memory=services.outside
    )
    logged = LoggedOutbox(outbox, services.spans)
    return Deliverer(afas, logged, kinds(words(chosen)), patience(chosen), stopping=services.stopping.is_set)


def reconciling(services: Services, afas: OpenAfas) -> Reconciling:
    """What does reconciliations."""
    database, environment = services.database, services.environment
    reconciler = make_reconciler(database, environment, afas, words(services.settings), present_of(afas))
    return Reconciling(ReconciliationRepository(database, environment), reconciler)


def curer(services: Services, afas: Afas) -> Curer:
    """What cures findings."""
    return make_curer(
        services.database,
        services.database_url,
        services.environment,
        afas=afas,
        words=words(services.settings),
        patience=patience(services.settings),
        wake=services.wake,
    )


def replay_steps(services: Services, afas: Afas) -> ReplaySteps:
    """What plans and does replays."""
    database, environment, chosen = services.database, services.environment, services.settings
    outbox = PostgresOutbox(database, services.database_url, environment)
    desk = OutboxOperations(database, environment)
    replays = Replays(afas, outbox, desk, kinds(words(chosen)), patience(chosen))
    rows = ReplayWork(database, environment)
    return ReplaySteps(replays, rows, services.wake, stopping=services.stopping.is_set)
