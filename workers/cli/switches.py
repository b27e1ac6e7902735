"""Switches: pause and resume, and what may be written to AFAS."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from workers.cli.door import USAGE, open_store, operator, say, settings
from workers.cli.language import phrase

if TYPE_CHECKING:
    from domain.outbox.update import UpdateKind

What = Annotated[
    str | None, typer.Argument(help="A flow, or a kind of update such as approve; everything without it.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (pause, resume, mode):
        app.command(rich_help_panel="Decide")(command)


def known_flow(flow: str) -> str:
    """The flow's name, or one line and exit code 2."""
    from mappings.flows import FLOWS

    if flow not in FLOWS:
        say(phrase("cli.no-flow", flow=flow, flows=list(FLOWS)))
        raise typer.Exit(USAGE)
    return flow


def pause(
    what: What = None,
    *,
    reason: Annotated[str, typer.Option(help="Why; shown until it is resumed.")] = "paused by an operator",
) -> None:
    """Begin nothing new until it is resumed: one flow, one kind of update, or everything."""

    chosen, kind = settings(), _known_kind(what)
    with open_store(chosen) as store:
        if kind:
            store.operations.rest_kind(kind, reason, by=operator())
        elif what:
            store.control.pause_flow(what, reason, by=operator())
        else:
            store.control.pause(reason, by=operator())
    say(phrase("cli.paused", what=what or chosen.name, again=what or "").rstrip())


def resume(
    what: What = None,
    *,
    after_restore: Annotated[
        bool, typer.Option("--after-restore", help="Look up what is owed, then let writing go on.")
    ] = False,
) -> None:
    """Go on, at once."""
    if after_restore:
        from workers.cli.keeping.backups import resume_after_restore

        resume_after_restore()
        return

    chosen, kind = settings(), _known_kind(what)
    with open_store(chosen) as store:
        if kind:
            store.operations.wake_kind(kind, by=operator())
        elif what:
            store.control.resume_flow(what, by=operator())
        else:
            store.control.resume(by=operator())
    say(phrase("cli.goes-on", what=what or chosen.name))


def _known_kind(what: str | None) -> UpdateKind | None:
    """The kind of update of that name; None when it is a flow, or nothing was named."""
    from domain.outbox.update import UpdateKind

    if what in {kind.value for kind in UpdateKind}:
        return UpdateKind(what)
    if what:
        known_flow(what)
    return None


def mode(
    wanted: Annotated[
        str, typer.Argument(metavar="dry-run|live|paused", help="What may be written to AFAS.")
    ],
) -> None:
    """live: all is done. dry-run: all but the write, which is shown. paused: nothing is begun."""
    from domain.outbox.delivery import Mode

    if wanted not in {known.value for known in Mode}:
        say(phrase("cli.no-mode", mode=wanted, modes=list(Mode)))
        raise typer.Exit(USAGE)
    chosen = settings()
    with open_store(chosen) as store:
        store.operations.set_mode(Mode(wanted), by=operator())
    say(phrase("cli.mode", name=chosen.name, mode=wanted))
