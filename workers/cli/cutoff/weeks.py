"""The week board on a terminal, as JSON, or as a CSV file."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workers.cli.door import FAILED, FINE, USAGE, Json, open_store, say, settings, show_json
from workers.cli.language import phrase, spoken

if TYPE_CHECKING:
    from domain.cutoff.week import WeekBoard

MOST = 100_000


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command(rich_help_panel="Look")(week)


def week(
    week: Annotated[str, typer.Argument(help="ISO week, such as 2026-W47.")],
    *,
    client: Annotated[str | None, typer.Option(help="One client only, by its number.")] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Write everything to this file, for a spreadsheet.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Where the hours of a week stand, from booked to paid. Exit code 1: sums that must agree differ."""

    from workers.compose.cutoff.cutoff import lateness

    chosen = settings()
    with open_store(chosen) as store:
        try:
            board = store.weeks.board(week, lateness=lateness(chosen, week), client=client, most=MOST)
        except ValueError:
            say(phrase("cli.no-week", week=week))
            raise typer.Exit(USAGE) from None
    if csv is not None:
        from connectors.paper.week_csv import week_csv
        from words import Words

        csv.write_bytes(week_csv(board, Words(chosen.mail_language)))
        say(phrase("cli.written", file=csv))
    elif as_json:
        show_json(as_report(board))
    else:
        _print(board)
    raise typer.Exit(FINE if board.agrees else FAILED)


def as_report(board: WeekBoard) -> dict[str, Any]:
    """The board as plain values; hours are texts, exact."""
    checks = [asdict(check) | {"agrees": check.agrees} for check in board.checks]
    exceptions = [asdict(each) | {"who": each.solver.value} for each in board.exceptions]
    return {
        "week": board.week,
        "client": board.client,
        "agrees": board.agrees,
        "total": asdict(board.total),
        "checks": checks,
        "reasons": [asdict(each) for each in board.reasons],
        "exceptions": exceptions,
        "rows": [asdict(row) for row in board.rows],
    }


def _print(board: WeekBoard) -> None:
    from domain.cutoff.week import STAGES, by_client
    from workers.cli import tables

    words = spoken()

    def cells(stages: Any) -> list[str]:
        return [f"{getattr(stages, stage):.2f}" for stage in STAGES]

    headings = [stage.replace("_", " ") for stage in STAGES]
    rows: list[list[object]] = []
    for client, placements in by_client(board.rows):
        rows.append([client.client_name or client.client, None, None, *cells(client.stages)])
        rows += [["", row.placement, row.worker, *cells(row.stages)] for row in placements]
    rows.append(["all", None, None, *cells(board.total)])
    tables.table(
        phrase("cli-cutoff.hours", week=board.week), ("client", "placement", "worker", *headings), rows
    )
    if board.exceptions:
        columns = ("reason", "worker", "client", "declaration", "hours", "who", "update", "detail")
        tables.table(
            "Exceptions",
            columns,
            [
                (
                    words.name("week-reason", e.reason),
                    e.worker,
                    e.client_name,
                    e.number,
                    f"{e.hours:.2f}",
                    words.name("solver", e.solver),
                    e.update,
                    words.said(e.detail) if e.detail else None,
                )
                for e in board.exceptions
            ],
        )
    for check in board.checks:
        told = f"{check.name}: {check.left:.2f} = {check.right:.2f}"
        if check.agrees:
            tables.line(told, "green")
        else:
            tables.line(told.replace("=", "is not"), "bold red")
