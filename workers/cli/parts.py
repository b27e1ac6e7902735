"""The parts that run: all together, or one of them."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

import typer

from workers.cli.door import say, settings
from workers.cli.language import phrase


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (up, work, clock, web, migrate):
        app.command(rich_help_panel="Run")(command)


def up() -> None:
    """Run everything here: web, workers and clock; PostgreSQL and Redis too unless their URLs are set."""
    from workers.logs.set_up import set_up_logging
    from workers.run.stopping import stop_on_signals
    from workers.run.supervise import run_up
    from workers.settings import SettingsWrong, missing_for_afas

    chosen = settings()
    if missing := missing_for_afas(chosen):
        raise SettingsWrong(missing)
    set_up_logging(level=chosen.log_level, form=chosen.log, process="up")
    raise typer.Exit(run_up(chosen, stop_on_signals(), say))


def work() -> None:
    """Run one worker process."""
    _run_part("work")


def clock() -> None:
    """Run a clock. Any number may run: one leads."""
    _run_part("clock")


def web() -> None:
    """Run the portal API."""
    _run_part("web")


def migrate() -> None:
    """Bring the database to the schema that this version needs."""
    from workers.compose.servers import migrated

    applied = migrated(settings())
    say("\n".join(phrase("cli.applied", name=name) for name in applied) or phrase("cli.up-to-date"))


def _run_part(part: str) -> None:
    from workers.run.parts import run_part
    from workers.settings import SettingsWrong, missing_for_afas

    chosen = settings()
    if missing := missing_for_afas(chosen):
        raise SettingsWrong(missing)
    raise typer.Exit(run_part(part, chosen))
