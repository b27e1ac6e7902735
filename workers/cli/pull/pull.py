"""Pull one flow now, in this process, and tell what came."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workers.cli.door import FAILED, FINE, USAGE, Json, said, say, settings, show_json
from workers.cli.language import phrase
from workers.cli.switches import known_flow

if TYPE_CHECKING:
    from sync.pull.pull import PullOutcome
    from workers.cli.pull.turn import Ended, Wish
    from workers.compose.jobs_of_flows import Flows
    from workers.compose.services import Services


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
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for a run that goes on already.")
    ] = 600.0,
    as_json: Json = False,
) -> None:
    """Pull one flow now; what runs already is waited for. Exit code 1 when it failed, or must not begin."""
    from domain.pull.run import RunKind
    from workers.cli.pull.turn import Wish
    from workers.compose.servers import database_url
    from workers.compose.services import open_services
    from workers.settings import SettingsWrong, missing_for_afas

    if force and not full:
        say(phrase("cli-pull.force"))
        raise typer.Exit(USAGE)
    wish = Wish(known_flow(flow), RunKind.FULL if full else RunKind.POLL, _as_afas(since), force)
    chosen = settings()
    if missing := missing_for_afas(chosen):
        raise SettingsWrong(missing)
    with database_url(chosen) as url, open_services(chosen, url, None, size=4) as services:
        ended = _pull(services, wish, wait, quiet=as_json)
    raise typer.Exit(_tell(ended, flow, as_json=as_json))


def _pull(services: Services, wish: Wish, wait: float, *, quiet: bool) -> Ended | None:
    from workers.cli.pull.turn import Turn
    from workers.compose.afas import open_our_afas
    from workers.compose.flows import make_flows

    turn = Turn(services.store, wish, limit=wait)
    with open_our_afas(services) as afas:
        flows = make_flows(services, afas)
        run = turn.take()
        if run is None:
            return None
        with _progress(services, wish.flow, run, quiet=quiet):
            return turn.see(run, _attempt(services, flows))


def _attempt(services: Services, flows: Flows) -> Callable[[int], PullOutcome | None]:
    def attempt(run: int) -> PullOutcome | None:
        outcome = flows.puller.run_due(run)
        if outcome is not None and outcome.counts is not None and not outcome.failure:
            flows.derive(services.environment)
        return outcome

    return attempt


@contextmanager
def _progress(services: Services, flow: str, run: int, *, quiet: bool) -> Iterator[None]:
    """A line that counts the rows while they come in, on a terminal only."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    runs = services.store.run_reads
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as progress:
        task, stop = progress.add_task(f"{flow}: asking AFAS"), threading.Event()

        def follow() -> None:
            while not stop.wait(0.5):
                if seen := runs.run(run):
                    progress.update(task, description=f"{flow}: {seen.read} rows read")

        thread = threading.Thread(target=follow, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def _tell(ended: Ended | None, flow: str, *, as_json: bool) -> int:
    if ended is None:
        return FAILED
    report: dict[str, Any] = {"run": ended.run, "flow": flow, "kind": ended.kind}
    report |= ended.counts or {}
    report["failure"] = ended.failure
    if as_json:
        show_json(report)
    elif ended.counts is None:
        why = said(ended.failure) if ended.failure else ""
        say(phrase("cli-pull.failed", flow=flow, why=why))
    else:
        typer.echo(f"{flow}: " + ", ".join(f"{number} {name}" for name, number in ended.counts.items()))
    return FAILED if ended.counts is None else FINE


def _as_afas(since: str | None) -> str | None:
    """The time as AFAS spells it, or exit code 2."""
    from datetime import datetime

    if since is None:
        return None
    try:
        moment = datetime.fromisoformat(since.removesuffix("Z"))
    except ValueError:
        say(phrase("cli-pull.since"))
        raise typer.Exit(USAGE) from None
    if moment.tzinfo is not None:
        say(phrase("cli-pull.offset"))
        raise typer.Exit(USAGE)
    return moment.isoformat(timespec="seconds")
