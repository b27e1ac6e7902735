"""AFAS as the settings say: how it is reached, how long it is waited for, what it calls things."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import structlog

from connectors.afas import AfasClient, AfasOptions, CallRecord
from connectors.afas.renaming import RenamingAfas
from connectors.store.slots.slots import PostgresSlots
from connectors.store.watch.afas_calls import CallRepository
from domain.errors import AfasError, OtherEnvironment
from domain.outbox.policy import Patience
from mappings.outbox.approvals import ApprovalRoute
from sync.outbox.kinds import EnvironmentTerms
from workers.compose.services import Services
from workers.compose.watch.call_counts import counting
from workers.compose.watch.tracing import call_span
from workers.settings import Settings, SettingsWrong, missing_for_afas

log = structlog.get_logger("loonbrug.afas")
OpenAfas = AfasClient | RenamingAfas
"""AFAS under our names, or under this environment's."""


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
def open_afas(services: Services, *, proven: bool = True) -> Iterator[OpenAfas]:
    """AFAS, with the limit on calls in flight that all processes share.

    Its credentials are used for nothing before they proved to open our own environment; doctor looks at
    any. What ran into another one ends with OtherEnvironment, when it made something else of it before.
    """
    chosen = services.settings
    slots = PostgresSlots(
        services.database_url,
        services.environment,
        most=chosen.calls_in_flight,
        server_limit=chosen.server_limit,
        write_patience=min(20.0, chosen.look_margin / 2),
    )
    book = CallRepository(services.database, services.environment)
    with closing(slots), counting(book.add) as counts:

        def observe(record: CallRecord) -> None:
            log_call(record)
            counts.count(record)
            call_span(services.spans, record)

        admit = services.belonging if proven else None
        with AfasClient(afas_options(chosen), slots=slots, observe=observe, admit=admit) as afas:
            yield RenamingAfas(afas, chosen.renamed) if chosen.columns else afas
        services.belonging.stand()


@contextmanager
def open_our_afas(services: Services) -> Iterator[OpenAfas]:
    """AFAS for a command. Raises OtherEnvironment before anything was begun."""
    with open_afas(services) as afas:
        try:
            afas.arrive()
        except OtherEnvironment:
            raise
        except AfasError as error:  # the command itself tells, if it needs AFAS at all
            log.info("AFAS does not let us in yet", error_type=type(error).__name__)
        yield afas


def log_call(record: CallRecord) -> None:
    """One line per call to AFAS: names, numbers, no values. Writes at level info, reads at debug only."""
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
        look_holds=settings.look_holds,
        look_gap=settings.look_gap,
        first_look=settings.first_look,
        longest_look=settings.longest_look,
        retries=settings.retries,
        access_retries=settings.access_retries,
        configuration_retries=settings.configuration_retries,
        lease=settings.lease,
    )


def words(settings: Settings) -> EnvironmentTerms:
    """What differs per AFAS environment in what we send."""
    return EnvironmentTerms(
        route=ApprovalRoute(settings.approval_route),
        approve=settings.action_approve,
        reject=settings.action_reject,
        sign_off=settings.action_sign,
        question_type=settings.question_type,
    )
