"""The demo: a working week against the sandbox."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(rich_help_panel="Run")(demo)


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="End when the week is over.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object as the last line.")] = False,
    workers: Annotated[int, typer.Option(min=4, help="Flex workers in the story.")] = 12,
    seed: Annotated[int, typer.Option(help="The same seed tells the same story.")] = 1,
    port: Annotated[int | None, typer.Option(help="Port of the portal API; a free one without it.")] = None,
) -> None:
    """Watch a working week go by on a sandbox AFAS, with faults switched on; nothing needs to be set."""
    from workers.demo.command import run_demo

    raise typer.Exit(run_demo(once=once, as_json=as_json, workers=workers, seed=seed, port=port))
