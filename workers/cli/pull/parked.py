"""Rows of AFAS that could not be read: list, look at one, try again after a fix."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from typing import Annotated

import typer

from workers.cli.door import (
    FAILED,
    FINE,
    PARTLY,
    USAGE,
    Json,
    open_store,
    operator,
    say,
    settings,
    shallow,
    show_json,
)
from workers.cli.language import phrase

app = typer.Typer(
    help="Rows of AFAS that could not be read: list them, look at one, try again.",
    invoke_without_command=True,
)


def add_to(main: typer.Typer) -> None:
    """Add these commands."""
    main.add_typer(app, name="parked", rich_help_panel="Look")


@app.callback()
def parked(context: typer.Context, *, as_json: Json = False) -> None:
    """Rows of AFAS that could not be read: list them, look at one, try again."""
    if context.invoked_subcommand is None:
        list_rows(flow=None, as_json=as_json)


@app.command("list")
def list_rows(
    *, flow: Annotated[str | None, typer.Option(help="Only this flow.")] = None, as_json: Json = False
) -> None:
    """All of them, newest first, without their content."""
    from workers.cli import tables

    chosen = settings()
    with open_store(chosen) as store:
        rows = store.overview.parked_rows(flow=flow)
    if as_json:
        show_json(rows)
        return
    columns = ("id", "flow", "key", "reason", "first_seen", "last_seen")
    tables.table("Parked rows", columns, [[getattr(row, column) for column in columns] for row in rows])


@app.command()
def show(
    row: Annotated[int, typer.Argument(metavar="ID")],
    *,
    content: Annotated[bool, typer.Option("--content", help="Its raw values too: personal data.")] = False,
    as_json: Json = False,
) -> None:
    """One of them: flow, key, reason, and the names and types of what it holds."""
    from domain.errors import NotFound
    from domain.message import Message
    from workers.cli import tables

    chosen = settings()
    with open_store(chosen) as store:
        found = store.overview.parked_row(row)
    if found is None:
        raise NotFound(Message("no-such.row-see", {"row": row}))
    report = {name: value for name, value in shallow(found).items() if name != "row"}
    report["row"] = found.row if content else {name: _kind(value) for name, value in found.row.items()}
    if as_json:
        show_json(report)
    else:
        tables.pairs(report)


@app.command()
def retry(
    rows: Annotated[list[int] | None, typer.Argument(metavar="ID...")] = None,
    *,
    group: Annotated[
        str | None, typer.Option(metavar="CAUSE", help="All that are parked for this cause; see: failures.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read these again, after a fix. Exit code 3 when some, 1 when all of them still cannot be read."""
    from domain.failures.failure import FailureQuery
    from mappings.flows import FLOWS
    from sync.pull.retry import retry_parked
    from workers.cli import tables

    chosen = settings()
    with open_store(chosen) as store:
        of_cause = store.failures.row_ids(FailureQuery(cause=group)) if group else []
        wanted = list(dict.fromkeys([*(rows or []), *of_cause]))
        tried = retry_parked(store.parked(operator()), FLOWS, wanted)
    if as_json:
        show_json([shallow(each) for each in tried])
    else:
        tables.table(
            "Retried", ("id", "flow", "result"), [(r.parked, r.flow, r.reason or "read") for r in tried]
        )
    if not tried:
        say(phrase("cli-pull.none-parked"))
        raise typer.Exit(USAGE)
    read = sum(each.reason is None for each in tried)
    raise typer.Exit(FINE if read == len(wanted) else PARTLY if read else FAILED)


def _kind(value: object) -> str:
    return "empty" if value is None or value == "" else type(value).__name__
