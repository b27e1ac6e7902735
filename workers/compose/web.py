"""The web process: the portal API and the ops console."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from fastapi import FastAPI
from psycopg import OperationalError

import web.services
from connectors.pdf.look import PdfInspector
from connectors.store.access.api_keys import ApiKeys
from connectors.store.audit.viewings import Viewings
from connectors.store.decisions.decisions import Decisions
from connectors.store.decisions.portal_reads import Portal
from connectors.store.running.readiness import Readiness
from connectors.store.watch.measures import Measures
from domain.access.person import Role
from domain.watch.measures import Samples
from mappings.flows import FLOWS
from sync.cutoff.reports import CutoffPlan
from sync.ports import Afas
from web.app import create_app
from web.ops.console import Console, SignInRules, TrustedHeader
from web.ops.shell import prepare
from web.requests.limits import KeyLimits
from web.requests.looks import ViewingBuffer
from workers.compose.cutoff.cutoff import cutoff_parts
from workers.compose.flows import curer
from workers.compose.outbox.logged_outbox import spanned
from workers.compose.services import Services
from workers.compose.watch.watch import limits
from workers.jobs.measured import measured_in
from workers.settings import Settings


def make_web(services: Services, afas: Afas) -> FastAPI:
    """The portal API and the console."""
    database, chosen = services.database, services.settings
    return create_app(
        web.services.WebServices(
            environment=services.environment,
            flows=tuple(FLOWS),
            reads=Portal(database),
            open_work=spanned(Decisions(database), services.spans),
            wake=services.wake,
            keys=ApiKeys(database),
            files=afas,
            look_through=PdfInspector(),
            readiness=Readiness(database, worker_kinds=("work",)),
            store_errors=(OperationalError,),
            spans=services.spans,
            measures=lambda: measured(services),
            metrics_token=chosen.metrics_token.get_secret_value() if chosen.metrics_token else None,
            proxies=chosen.http_proxies,
            looks=ViewingBuffer(Viewings(database, services.environment), (OperationalError,)),
            key_limits=KeyLimits(chosen.key_rate, chosen.key_burst, chosen.key_at_once),
        ),
        open_console(services, afas),
    )


def open_console(services: Services, afas: Afas) -> Console:
    """The ops console."""
    chosen = services.settings
    cutoff = cutoff_parts(chosen, services.database, afas)
    threading.Thread(target=_warm_up, args=(cutoff.plan,), name="warm-up", daemon=True).start()
    return Console(
        environment=services.environment,
        database=services.database,
        wake=services.wake,
        flows=tuple(FLOWS),
        wrong_from=limits(chosen),
        overlaps=(chosen.overlap_poll, chosen.overlap_wide),
        door=console_door(chosen),
        secret_expires=chosen.afas_secret_expires,
        store_errors=(OperationalError,),
        budgets=chosen.waiting_budgets,
        second_person_from=chosen.second_person_from,
        cutoff_plan=cutoff.plan,
        cutoff_reports=cutoff.reports,
        curer=curer(services, afas),
    )


def _warm_up(plan: CutoffPlan) -> None:
    """Load what the first page would else wait for: templates, and the calendar of holidays."""
    prepare()
    plan.is_holiday(datetime.now(UTC).date())


def console_door(settings: Settings) -> SignInRules:
    """How people sign in."""
    trusted = None
    if settings.ops_person_header:
        roles = {group: Role(role) for group, role in settings.ops_roles.items()}
        trusted = TrustedHeader(
            settings.ops_person_header,
            settings.ops_role_header,
            settings.ops_proxies,
            settings.ops_proxy_secret.get_secret_value() if settings.ops_proxy_secret else "",
            roles,
            settings.ops_sign_out or "",
        )
    return SignInRules(
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
    return {**store.read(), **measured_in(services.broker, services.environment)}
