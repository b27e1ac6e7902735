"""Replay what failed: the plan first, the deed with --yes."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from workers.cli.door import FAILED, FINE, PARTLY, USAGE, database_url, say, settings, show_json

if TYPE_CHECKING:
    from sync.replay import Planned, Replays
    from workers.compose import Services


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(rich_help_panel="Do")(replay)


def replay(
    updates: Annotated[list[int] | None, typer.Argument(metavar="ID...")] = None,
    *,
    all_like: Annotated[
        str | None, typer.Option(metavar="ID|REASON", help="All parked like this one, or with such a reason.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it only the plan is shown.")] = False,
    reason: Annotated[str, typer.Option(help="Why; kept with the update.")] = "replayed by an operator",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Try parked or unclear updates again. Shows what would happen, by looking into AFAS; --yes does it.

    Exit code 3 when some of them cannot be replayed, 1 when none can.
    """
    with _services() as services:
        wanted = list(dict.fromkeys([*(updates or []), *_alike(services, all_like)]))
        if not wanted:
            say("loonbrug: name the ids of updates, or --all-like; see: loonbrug failures")
            raise typer.Exit(USAGE)
        with _replays(services) as replays:
            plan = _planned(replays, wanted, quiet=as_json)
            if yes:
                plan = replays.replay(plan, f"cli:{getpass.getuser()}", reason)
                for planned in plan:
                    services.wake.deliver(planned.update)
    _show(plan, done=yes, as_json=as_json)
    raise typer.Exit(_code(plan))


def _code(plan: Sequence[Planned]) -> int:
    from sync.replay import Prospect

    refused = sum(planned.prospect is Prospect.REFUSED for planned in plan)
    if not refused:
        return FINE
    return FAILED if refused == len(plan) else PARTLY


def _alike(services: Services, wanted: str | None) -> list[int]:
    """Ids of parked updates like that one, or whose reason holds those words."""
    from connectors.store.operating import OutboxDesk
    from connectors.store.overview import Overview

    if not wanted:
        return []
    if wanted.isdigit():
        return OutboxDesk(services.database, services.environment).all_like(int(wanted))
    parked = Overview(services.database, services.environment).failed_updates(states=["parked"], limit=10_000)
    return [row["id"] for row in parked if wanted.casefold() in (row["reason"] or "").casefold()]


@contextmanager
def _services() -> Iterator[Services]:
    from connectors.embedded.redis import EmbeddedRedis
    from workers.compose import open_services
    from workers.settings import SettingsWrong, missing_for_afas

    chosen = settings()
    if missing := missing_for_afas(chosen):
        raise SettingsWrong(missing)
    redis_url = chosen.redis_url.get_secret_value() if chosen.redis_url else EmbeddedRedis(chosen.data).url
    with database_url(chosen) as url, open_services(chosen, url, redis_url, size=4) as services:
        yield services


@contextmanager
def _replays(services: Services) -> Iterator[Replays]:
    from connectors.store.operating import OutboxDesk
    from connectors.store.outbox import PostgresOutbox
    from sync.kinds import kinds
    from sync.replay import Replays
    from workers.compose import open_afas, patience, words

    chosen = services.settings
    with open_afas(services) as afas:
        outbox = PostgresOutbox(services.database, services.database_url, services.environment)
        desk = OutboxDesk(services.database, services.environment)
        yield Replays(afas, outbox, desk, kinds(words(chosen)), patience(chosen))


def _planned(replays: Replays, wanted: Sequence[int], *, quiet: bool) -> list[Planned]:
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return [
        replays.plan([update])[0]
        for update in track(wanted, "looking into AFAS", console=console, transient=True, disable=quiet)
    ]


def _show(plan: Sequence[Planned], *, done: bool, as_json: bool) -> None:
    from workers.cli import tables

    if as_json:
        show_json({"done": done, "plan": [asdict(planned) for planned in plan]})
        return
    rows = [(planned.update, planned.prospect, planned.why) for planned in plan]
    tables.table("Done" if done else "Plan", ("id", "what", "why"), rows)
    if not done:
        say("nothing was done yet; do it with --yes")
