"""The one composition root: which concrete thing stands behind each Protocol."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import redis
import structlog
from psycopg import OperationalError

from connectors.afas import AfasClient, AfasOptions, CallRecord
from connectors.afas.renaming import RenamingAfas
from connectors.store.afas_calls import CallBook
from connectors.store.control import Control
from connectors.store.database import Database
from connectors.store.derivations import Derivations
from connectors.store.due import Due
from connectors.store.measures import Measures
from connectors.store.operating import OutboxDesk
from connectors.store.outbox import PostgresOutbox
from connectors.store.processes import Processes
from connectors.store.reconciliations import ReconciliationBook
from connectors.store.replay_work import ReplayWork
from connectors.store.runs import LEASE, RunBook
from connectors.store.schedule import Schedule, Timetable
from connectors.store.slots import PostgresSlots
from domain.measures import Samples
from domain.policy import Patience
from mappings.approvals import ApprovalRoute
from mappings.flows import FLOWS
from sync.cure import Curer
from sync.deliver import Deliverer
from sync.derive import Deriver
from sync.kinds import Words, kinds
from sync.ports import Afas, Wake
from sync.ports_trace import NO_SPANS, Spans
from sync.pull import Puller
from sync.replay import Replays
from sync.replay_steps import ReplaySteps
from sync.window import Overlaps
from workers.call_counts import counting
from workers.cutoff import cutoff_parts
from workers.flows import Flows, StoppablePulls
from workers.hints import HintBroker, Hints, NoHints, redis_broker, redis_client
from workers.keyfile import key_ring
from workers.measured import measured_in
from workers.reconciling import Reconciling, make_curer, make_reconciler
from workers.settings import Settings, SettingsWrong, missing_for_afas
from workers.told_outbox import ToldOutbox, spanned
from workers.tracing import call_span, open_spans

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
log = structlog.get_logger("loonbrug.afas")


if TYPE_CHECKING:
    from fastapi import FastAPI

    from web.ops.console import Console, Door


@dataclass(frozen=True)
class Services:
    """Everything of one process, joined. Made by ``open_services``, closed when its block ends."""

    settings: Settings
    database: Database
    database_url: str
    broker: HintBroker | None
    wake: Wake
    spans: Spans = NO_SPANS
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def environment(self) -> str:
        """The AFAS environment that this process serves."""
        return self.settings.name

    @property
    def due(self) -> Due:
        """What waits for a worker."""
        return Due(self.database, self.environment)

    @property
    def processes(self) -> Processes:
        """The register of processes."""
        return Processes(self.database)

    @property
    def schedule(self) -> Schedule:
        """When which flow is due."""
        chosen = self.settings
        timetable = Timetable(
            chosen.poll_seconds, chosen.wide_every, chosen.full_at, chosen.light_every, chosen.whole_at
        )
        return Schedule(self.database, self.environment, timetable)


@contextmanager
def open_services(
    settings: Settings, database_url: str, redis_url: str | None, *, size: int = 8, process: str = "command"
) -> Iterator[Services]:
    """Join everything. ``size``: connections to PostgreSQL, one for each thread that works, and a few."""
    with ExitStack() as stack:
        database = Database(database_url, size=size, keys=key_ring(settings))
        stack.callback(database.close)
        broker = None
        wake: Wake = NoHints()
        if redis_url is not None:
            client = redis_client(redis_url)
            stack.callback(client.close)
            broker = redis_broker(client)
            wake = Hints(broker)
        spans = stack.enter_context(open_spans(settings, process))
        yield Services(settings, database, database_url, broker, wake, spans)


def afas_options(settings: Settings) -> AfasOptions:
    """How to reach AFAS. Raises SettingsWrong when that was not set."""
    address, login = settings.afas_address, settings.afas_login
    if address is None or login is None:
        raise SettingsWrong(missing_for_afas(settings))
    return AfasOptions(
        address,
        login,
        language=settings.language,
        integration_id=settings.integration_id,
        read_deadline=settings.read_deadline,
        write_deadline=settings.write_deadline,
    )


@contextmanager
def open_afas(services: Services) -> Iterator[AfasClient | RenamingAfas]:
    """AFAS, with the limit on calls in flight that all processes share."""
    chosen = services.settings
    slots = PostgresSlots(
        services.database_url,
        services.environment,
        most=chosen.calls_in_flight,
        server_limit=chosen.server_limit,
        write_patience=min(20.0, chosen.look_margin / 2),
    )
    book = CallBook(services.database, services.environment)
    with closing(slots), counting(book.add) as counts:

        def observe(record: CallRecord) -> None:
            told(record)
            counts.count(record)
            call_span(services.spans, record)

        with AfasClient(afas_options(chosen), slots=slots, observe=observe) as afas:
            yield RenamingAfas(afas, chosen.renamed) if chosen.columns else afas


@contextmanager
def open_flows(services: Services) -> Iterator[Flows]:
    """The flows in and out."""
    database, environment, chosen = services.database, services.environment, services.settings
    with open_afas(services) as afas:
        lease = min(LEASE, timedelta(seconds=chosen.lease))
        pulls = StoppablePulls(database, environment, services.stopping.is_set, lease)
        overlaps = Overlaps(timedelta(seconds=chosen.overlap_poll), timedelta(seconds=chosen.overlap_wide))
        deriver = Deriver(Derivations(database, environment))
        outbox = ToldOutbox(database, services.database_url, environment, services.spans)
        yield Flows(
            environment=environment,
            afas=afas,
            puller=Puller(
                afas,
                pulls,
                RunBook(database, environment, lease),
                FLOWS,
                overlaps=overlaps,
                beat=lease.total_seconds() / 3,
            ),
            deliverer=Deliverer(
                afas, outbox, kinds(words(chosen)), patience(chosen), stopping=services.stopping.is_set
            ),
            replays=replay_steps(services, afas),
            reconciling=reconciling(services, afas),
            derive_stale=lambda: deriver.derive_all(datetime.now(AMSTERDAM).date()),
            control=Control(database, environment),
            wake=services.wake,
            stopping=services.stopping.is_set,
            spans=services.spans,
        )


def reconciling(services: Services, afas: Afas) -> Reconciling:
    """What does reconciliations."""
    database, environment = services.database, services.environment
    reconciler = make_reconciler(database, environment, afas, words(services.settings))
    return Reconciling(ReconciliationBook(database, environment), reconciler)


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
    desk = OutboxDesk(database, environment)
    replays = Replays(afas, outbox, desk, kinds(words(chosen)), patience(chosen))
    rows = ReplayWork(database, environment)
    return ReplaySteps(replays, rows, services.wake, stopping=services.stopping.is_set)


@contextmanager
def open_web(services: Services) -> Iterator[FastAPI]:
    """The portal API."""
    import web.services  # noqa: PLC0415  # workers and clocks need no web framework
    from connectors.store.decisions import Decisions  # noqa: PLC0415
    from connectors.store.keys import Keys  # noqa: PLC0415
    from connectors.store.portal import Portal  # noqa: PLC0415
    from connectors.store.readiness import Readiness  # noqa: PLC0415
    from web.app import create_app  # noqa: PLC0415

    database, chosen = services.database, services.settings
    with open_afas(services) as afas:
        yield create_app(
            web.services.Services(
                environment=services.environment,
                flows=tuple(FLOWS),
                reads=Portal(database),
                open_work=spanned(Decisions(database), services.spans),
                wake=services.wake,
                keys=Keys(database),
                files=lambda _: afas,
                readiness=Readiness(database, worker_kinds=("work",)),
                store_errors=(OperationalError,),
                spans=services.spans,
                measures=lambda: measured(services),
                metrics_token=chosen.metrics_token.get_secret_value() if chosen.metrics_token else None,
            ),
            open_console(services, afas),
        )


def open_console(services: Services, afas: Afas) -> Console:
    """The ops console; ``given`` holds what single pages need beside the store."""
    from web.ops.console import Console  # noqa: PLC0415

    chosen = services.settings
    return Console(
        environment=services.environment,
        database=services.database,
        wake=services.wake,
        flows=tuple(FLOWS),
        intervals=chosen.poll_seconds,
        overlaps=(chosen.overlap_poll, chosen.overlap_wide),
        door=console_door(chosen),
        secret_expires=chosen.afas_secret_expires,
        store_errors=(OperationalError,),
        given={
            "curer": curer(services, afas),
            "second_person_from": chosen.second_person_from,
            "cutoff": cutoff_parts(chosen, services.database, afas),
        },
    )


def console_door(settings: Settings) -> Door:
    """How people sign in."""
    from domain.console import Role  # noqa: PLC0415
    from web.ops.console import Door, TrustedHeader  # noqa: PLC0415

    trusted = None
    if settings.ops_person_header:
        roles = {group: Role(role) for group, role in settings.ops_roles.items()}
        trusted = TrustedHeader(
            settings.ops_person_header, settings.ops_role_header, settings.ops_proxies, roles
        )
    return Door(
        url=settings.ops_url,
        idle=settings.ops_idle,
        longest=settings.ops_longest,
        lock_after=settings.ops_lock_after,
        lock_for=settings.ops_lock_for,
        trusted=trusted,
    )


def measured(services: Services) -> Samples:
    """What ``/metrics`` tells: PostgreSQL's numbers, and Redis's."""
    store = Measures(services.database, services.environment, services.settings.poll_seconds)
    return {**store.read(), **measured_in(services.broker)}


def redis_answers(broker: HintBroker | None) -> bool:
    """Whether Redis answers now."""
    if broker is None:
        return False
    try:
        return bool(broker.client.ping())
    except (redis.RedisError, OSError):
        return False


def told(record: CallRecord) -> None:
    """One line per call to AFAS: names, numbers, no values. Writes are told, reads at level debug only."""
    writes = record.verb != "GET" and record.connector != "oauth/token"
    (log.info if writes else log.debug)(
        "called AFAS",
        connector=record.connector,
        method=record.verb,
        outcome=record.outcome,
        status=record.status,
        seconds=round(record.seconds, 3),
        rows=record.rows,
        trace=record.trace,
    )


def patience(settings: Settings) -> Patience:
    """How long to wait for what, when writing."""
    return Patience(
        server_limit=settings.server_limit,
        margin=settings.look_margin,
        look_gap=settings.look_gap,
        first_look=settings.first_look,
        longest_look=settings.longest_look,
        retries=settings.retries,
        lease=settings.lease,
    )


def words(settings: Settings) -> Words:
    """What differs per AFAS environment in what we send."""
    return Words(
        route=ApprovalRoute(settings.approval_route),
        approve=settings.action_approve,
        reject=settings.action_reject,
        sign_off=settings.action_sign,
        question_type=settings.question_type,
    )
