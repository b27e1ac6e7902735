"""Switches: pause and resume, and what may be written to AFAS."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from typing import Annotated

import typer

from workers.cli.door import USAGE, database, say, settings

Flow = Annotated[str | None, typer.Argument(help="One flow; all of the environment without it.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (pause, resume, mode):
        app.command(rich_help_panel="Decide")(command)


def known_flow(flow: str) -> str:
    """The flow's name, or one line and exit code 2."""
    from mappings.flows import FLOWS

    if flow not in FLOWS:
        say(f"loonbrug: there is no flow {flow}; the flows are {', '.join(FLOWS)}")
        raise typer.Exit(USAGE)
    return flow


def pause(
    flow: Flow = None, reason: Annotated[str, typer.Option(help="Why; shown until it is resumed.")] = ""
) -> None:
    """Begin nothing new until it is resumed: one flow, or everything."""
    from connectors.store.control import Control

    chosen = settings()
    if flow:
        known_flow(flow)
    with database(chosen) as store:
        control = Control(store, chosen.name)
        if flow:
            control.pause_flow(flow, reason)
        else:
            control.pause(reason or "paused by an operator")
    say(f"{flow or chosen.name} is paused; go on with: loonbrug resume {flow or ''}".rstrip())


def resume(flow: Flow = None) -> None:
    """Go on, at once."""
    from connectors.store.control import Control

    chosen = settings()
    if flow:
        known_flow(flow)
    with database(chosen) as store:
        control = Control(store, chosen.name)
        if flow:
            control.resume_flow(flow)
        else:
            control.resume()
    say(f"{flow or chosen.name} goes on")


def mode(
    wanted: Annotated[
        str, typer.Argument(metavar="dry-run|live|paused", help="What may be written to AFAS.")
    ],
) -> None:
    """live: all is done. dry-run: all but the write, which is shown. paused: nothing is begun."""
    from connectors.store.control import MODES, Control

    if wanted not in MODES:
        say(f"loonbrug: there is no mode {wanted}; the modes are {', '.join(MODES)}")
        raise typer.Exit(USAGE)
    chosen = settings()
    with database(chosen) as store:
        before = Control(store, chosen.name).set_mode(wanted)
    say(f"{chosen.name}: {before} -> {wanted}")
