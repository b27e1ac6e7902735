"""Pull one flow now, in this process, and tell what came."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workers.cli.door import FAILED, FINE, USAGE, database_url, operator, say, settings, show_json
from workers.cli.switches import known_flow

if TYPE_CHECKING:
    from sync.pull import Outcome
    from workers.compose import Services


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(rich_help_panel="Do")(pull)


def pull(
    flow: Annotated[str, typer.Argument(help="Such as hours or claims; a wrong name lists them all.")],
    *,
    full: Annotated[bool, typer.Option("--full", help="Read everything, and mark what is gone.")] = False,
    force: Annotated[bool, typer.Option("--force", help="With --full: much is gone indeed.")] = False,
    since: Annotated[
        str | None, typer.Option(help="Read from here, Amsterdam time: 2026-11-20T14:00:00.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Pull one flow now. Exit code 1 when it failed or another worker is at it."""
    from workers.compose import open_services
    from workers.settings import SettingsWrong, missing_for_afas

    known_flow(flow)
    since = _as_afas(since)
    chosen = settings()
    if missing := missing_for_afas(chosen):
        raise SettingsWrong(missing)
    with database_url(chosen) as url, open_services(chosen, url, None, size=4) as services:
        outcome = _pull(services, flow, full=full, force=force, since=since, quiet=as_json)
    raise typer.Exit(_tell(outcome, flow, as_json=as_json))


def _pull(
    services: Services, flow: str, *, full: bool, force: bool, since: str | None, quiet: bool
) -> Outcome | None:
    from connectors.store.console_runs import ConsoleRuns
    from connectors.store.runs import RunBook
    from domain.run import RunKind
    from workers.compose import open_flows

    kind = RunKind.FULL if full else RunKind.POLL
    book = RunBook(services.database, services.environment)
    wanted = book.want(flow, kind, since=since, forced=force)
    run = wanted or _waiting(services, flow, kind)
    if run is None:
        return None
    if wanted:
        console = ConsoleRuns(services.database, services.environment)
        console.note_pull(flow, kind.value, wanted, operator(), since=since, forced=force)
    with open_flows(services) as flows, _progress(services, flow, run, quiet=quiet):
        outcome = flows.puller.run_due(run)
        if outcome is not None and outcome.counts is not None and not outcome.failure:
            flows.derive(services.environment)
        return outcome


def _waiting(services: Services, flow: str, kind: object) -> int | None:
    """A run that is due already and as wide as ours; None when one is running."""
    from connectors.store.overview import Overview

    due = Overview(services.database, services.environment).due_run(flow)
    return due["id"] if due and due["kind"] == kind else None


@contextmanager
def _progress(services: Services, flow: str, run: int, *, quiet: bool) -> Iterator[None]:
    """A line that counts the rows while they come in, on a terminal only."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from connectors.store.overview import Overview

    overview = Overview(services.database, services.environment)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as progress:
        task, stop = progress.add_task(f"{flow}: asking AFAS"), threading.Event()

        def follow() -> None:
            while not stop.wait(0.5):
                row = overview.run(run)
                if row:
                    progress.update(task, description=f"{flow}: {row['read']} rows read")

        thread = threading.Thread(target=follow, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def _tell(outcome: Outcome | None, flow: str, *, as_json: bool) -> int:
    if outcome is None:
        say(f"loonbrug: another worker is pulling {flow}, or it is paused; see: loonbrug status")
        return FAILED
    report: dict[str, Any] = {"run": outcome.run.id, "flow": flow, "kind": outcome.run.kind.value}
    report |= asdict(outcome.counts) if outcome.counts else {}
    report["failure"] = outcome.failure
    if as_json:
        show_json(report)
    elif outcome.counts is None:
        say(f"loonbrug: {flow} failed: {outcome.failure}")
    else:
        counts = ", ".join(f"{number} {name}" for name, number in asdict(outcome.counts).items())
        typer.echo(f"{flow}: {counts}")
    return FAILED if outcome.counts is None else FINE


def _as_afas(since: str | None) -> str | None:
    """The time as AFAS spells it, or exit code 2."""
    from datetime import datetime

    if since is None:
        return None
    try:
        moment = datetime.fromisoformat(since.removesuffix("Z"))
    except ValueError:
        say("loonbrug: --since wants a time such as 2026-11-20T14:00:00, Amsterdam time")
        raise typer.Exit(USAGE) from None
    if moment.tzinfo is not None:
        say("loonbrug: --since is Amsterdam time, without an offset")
        raise typer.Exit(USAGE)
    return moment.isoformat(timespec="seconds")
