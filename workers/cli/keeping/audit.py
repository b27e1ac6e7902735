"""The audit trail: look, verify, export."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workers.cli.door import FAILED, FINE, USAGE, Json, open_store, said, say, settings, show_json
from workers.cli.language import phrase

if TYPE_CHECKING:
    from domain.audit.entry import AuditRecord
    from workers.compose.store import Anchor


app = typer.Typer(help="Who did what: look, verify that nothing was changed, export.", no_args_is_help=True)


def add_to(main: typer.Typer) -> None:
    """Add these commands."""
    main.add_typer(app, name="audit", rich_help_panel="Look")


@app.command()
def verify(
    *,
    anchor: Annotated[
        list[str] | None,
        typer.Option(metavar="NUMBER:HASH", help="An anchor from the log; may be repeated."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Look through the whole trail. Exit code 1: it is broken; the first broken record is named."""

    told = [_anchor(text) for text in anchor or []]
    chosen = settings()
    with open_store(chosen) as store:
        found = store.audit_check.verify(*told)
    if as_json:
        report = {"environment": found.environment, "records": found.records, "head": found.head.hex()}
        show_json(report | {"record": found.record, "fault": found.fault})
    elif found.fault:
        good = f"({found.records} good records before it)"
        typer.echo(f"broken at record {found.record}: {said(found.fault)} {good}")
    else:
        typer.echo(f"{found.records} records, all whole; the head is {found.records}:{found.head.hex()}")
    raise typer.Exit(FAILED if found.fault else FINE)


@app.command("list")
def list_records(
    *,
    actor: Annotated[str | None, typer.Option(help="Such as cli:anna or key:key-1a2b.")] = None,
    action: Annotated[str | None, typer.Option(help="Such as update.replay, or a beginning: key.")] = None,
    subject: Annotated[str | None, typer.Option(help="Such as update:12 or claim:10010.")] = None,
    before: Annotated[int | None, typer.Option(help="Only numbers below this one: the next page.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Most records to show.")] = 50,
    as_json: Json = False,
) -> None:
    """What was done, newest first."""
    from domain.audit.entry import detail_text
    from workers.cli import tables
    from workers.compose.store import AuditFilter

    chosen = settings()
    with open_store(chosen) as store:
        wanted = AuditFilter(actor=actor, action=action, subject=subject)
        records = store.audit.page(wanted, before=before, limit=limit)
    if as_json:
        show_json([_plain(record) for record in records])
        return
    columns = ("number", "at", "actor", "action", "subject", "detail")
    rows = [
        [*(getattr(each, column) for column in columns[:-1]), detail_text(each.readable)] for each in records
    ]
    tables.table(phrase("cli-keeping.trail", name=chosen.name), columns, rows)


@app.command()
def views(
    *,
    actor: Annotated[str | None, typer.Option(help="Such as user:anna or key:key-1a2b.")] = None,
    subject: Annotated[str | None, typer.Option(help="Such as contact=22834 or week=2026-W47.")] = None,
    days: Annotated[int, typer.Option(min=1, max=4000, help="How far back.")] = 30,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Most rows to show.")] = 100,
    as_json: Json = False,
) -> None:
    """Who looked at what that shows people: in the console and by API keys, newest first."""
    from dataclasses import asdict

    from workers.cli import tables

    chosen = settings()
    with open_store(chosen) as store:
        found = store.viewings.newest(actor=actor, subject=subject, days=days, limit=limit)
    shown = [{"minute": each.minute, **asdict(each.viewing), "times": each.times} for each in found]
    if as_json:
        show_json(shown)
        return
    columns = ("minute", "actor", "address", "what", "subject", "times")
    tables.table(
        phrase("cli-keeping.viewings", name=chosen.name),
        columns,
        [[row[each] for each in columns] for row in shown],
    )


@app.command()
def export() -> None:
    """The whole trail on stdout, one JSON document a line, in order: anybody can recompute its hashes."""

    chosen = settings()
    with open_store(chosen) as store:
        for record in store.audit.all():
            typer.echo(json.dumps(_plain(record), ensure_ascii=False))


def _plain(record: AuditRecord) -> dict[str, Any]:
    """A record as JSON; ``detail`` stays the text that was hashed."""
    return {
        "environment": record.environment,
        "number": record.number,
        "at": record.at.isoformat(timespec="microseconds"),
        "actor": record.actor,
        "action": record.action,
        "subject": record.subject,
        "detail": record.detail,
        "previous": record.previous.hex(),
        "hash": record.hash.hex(),
    }


def _anchor(text: str) -> Anchor:

    from workers.compose.store import Anchor

    number, _, digest = text.partition(":")
    try:
        return Anchor(int(number), bytes.fromhex(digest))
    except ValueError:
        say(phrase("cli-keeping.anchor"))
        raise typer.Exit(USAGE) from None
