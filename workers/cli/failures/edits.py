"""Put a value of a parked update right, or cancel the update: the same as at the console."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from typing import Annotated

import typer

from workers.cli.door import USAGE, Json, open_store, operator, say, settings, show_json
from workers.cli.language import phrase

Update = Annotated[int, typer.Argument(metavar="ID")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (edit, cancel):
        app.command(rich_help_panel="Do")(command)


def edit(
    update: Update,
    values: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Write it and replay; else only shown.")] = False,
    reason: Annotated[str, typer.Option(help="Why; kept with the update.")] = "",
    as_json: Json = False,
) -> None:
    """Put values of a parked update right (cost centre, contact, file name ...) and replay it.

    The values before are kept. Fields: cost_centre, reference, contact, reason, name, comment, mobile, title,
    text, item_type; which of them, depends on the kind of update.
    """
    from sync.failures import edit
    from workers.cli.failures import replays

    wanted = _fields(values)
    if not yes:
        chosen = settings()
        with open_store(chosen) as store:
            _, changes = edit.planned_edit(store.edits, update, wanted)
        _show(changes, as_json=as_json)
        say(phrase("cli-failures.not-written"))
        return
    with replays.open_session() as session:
        services = session.services
        edit.edit(services.store.edits, update, wanted, operator(), reason)
        known = session.done(session.planned(session.book.ask([update], operator())), reason)
        items = session.items(known.id)
    replays.show(known, items, as_json=as_json)
    raise typer.Exit(replays.code_of(known, items))


def cancel(
    update: Update, *, reason: Annotated[str, typer.Option(help="Why; kept with the update.")]
) -> None:
    """Give up an update that is parked or waits, and what its decision owes behind it (a file's sign-off).

    A declaration is offered again if it still waits in AFAS. What may be in AFAS is refused: replay it.
    """
    from sync.failures import edit
    from workers.cli import tables
    from workers.jobs.hints import NoHints

    chosen = settings()
    with open_store(chosen) as store:
        edit.cancel(store.edits, NoHints(), update, operator(), reason)
    tables.line(phrase("cli-failures.void", update=update), "green")


def _fields(values: list[str]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    if not all(name and equals for name, equals, _ in pairs):
        say(phrase("cli-failures.field"))
        raise typer.Exit(USAGE)
    return {name.strip(): value for name, _, value in pairs}


def _show(changes: dict[str, tuple[object, object]], *, as_json: bool) -> None:
    from workers.cli import tables

    if as_json:
        show_json({name: {"before": before, "after": after} for name, (before, after) in changes.items()})
        return
    rows = [(name, before, after) for name, (before, after) in changes.items()]
    tables.table("Would change", ("field", "before", "after"), rows)
