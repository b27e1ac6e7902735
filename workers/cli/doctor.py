"""Examine everything that must be right before Loonbrug can work."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from workers.cli.door import FAILED, FINE, Json, settings, show_json

if TYPE_CHECKING:
    from workers.compose.services import Services
    from workers.doctor.examination import CheckResult
    from workers.settings import Settings

_STYLES = {"fine": "green", "warning": "yellow", "wrong": "bold red"}


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(rich_help_panel="Look")(doctor)


def doctor(*, as_json: Json = False) -> None:
    """Check settings, database, Redis and AFAS, and say what to do. Exit code 1: something is wrong."""
    from rich.console import Console

    chosen = settings()
    found: list[CheckResult] = []
    console = Console(stderr=True)
    with console.status("looking") as status:
        for finding in _examine(chosen):
            status.update(f"looked at {finding.subject}")
            found.append(finding)
            if not as_json:
                _print(finding)
    if as_json:
        show_json([asdict(finding) for finding in found])
    raise typer.Exit(FAILED if any(finding.health == "wrong" for finding in found) else FINE)


def _examine(chosen: Settings) -> Iterator[CheckResult]:
    from workers.compose.servers import database_url, redis_could_start, running_redis
    from workers.compose.services import open_services
    from workers.doctor.connections import examine_connections
    from workers.doctor.here import (
        examine_console,
        examine_database,
        examine_redis,
        examine_settings,
        examine_standbys,
    )
    from workers.doctor.keeping import examine_keeping
    from workers.doctor.onboarding import examine_onboarding

    yield from examine_settings(chosen)
    yield from examine_console(chosen)
    yield from examine_connections(chosen)
    with database_url(chosen) as url, open_services(chosen, url, None, size=4) as services:
        yield from examine_database(services.store)
        yield from examine_standbys(services.store)
        yield from examine_keeping(services.store, chosen)
        yield from examine_onboarding(services.store.onboarding_items_seen(), chosen.task_words)
        redis = running_redis(chosen)
        if redis or not redis_could_start():
            yield from examine_redis(redis)
        else:
            from workers.doctor.examination import fine

            yield fine("redis", "none is set; `up` starts its own")
        if chosen.afas_address and chosen.afas_login:
            yield from _examine_afas(services)


def _examine_afas(services: Services) -> Iterator[CheckResult]:
    from datetime import UTC, datetime

    from domain.calendar import AMSTERDAM
    from workers.compose.afas import open_afas
    from workers.doctor.afas import examine_afas
    from workers.doctor.clock import examine_clock

    store = services.store
    with open_afas(services, proven=False) as afas:
        yield from examine_afas(
            afas.looking(), services.settings, store.control, datetime.now(AMSTERDAM).date()
        )
        yield from examine_clock(datetime.now(UTC), afas.told_time(), store.rows_ahead())


def _print(finding: CheckResult) -> None:
    from rich.markup import escape

    from workers.cli import tables

    style = _STYLES[finding.health]
    tables.console.print(f"[{style}]{finding.health:8}[/] {finding.subject}: {escape(finding.found)}")
    if finding.remedy:
        tables.console.print(f"         -> {escape(finding.remedy)}")
