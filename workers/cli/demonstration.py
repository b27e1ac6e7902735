"""``loonbrug demo``."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command(rich_help_panel="Run")(demo)


def demo(
    once: Annotated[bool, typer.Option("--once", help="End by itself when the week is paid.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="The counts as one JSON object, last line.")
    ] = False,
    workers: Annotated[int, typer.Option(min=3, max=500, help="Flex workers in the story.")] = 24,
    seed: Annotated[int, typer.Option(help="Another seed is another agency.")] = 1,
    port: Annotated[int | None, typer.Option(help="Port of the portal API; a free one if left out.")] = None,
) -> None:
    """A working week in about a minute, against a faithful AFAS with faults. Needs no settings."""
    from workers.demo.command import run_demo

    raise typer.Exit(run_demo(once=once, as_json=as_json, workers=workers, seed=seed, port=port))
