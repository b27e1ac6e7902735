"""What is wrong now, as it is told by mail and webhook; and whether telling works."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from workers.cli.door import FAILED, FINE, Json, open_store, say, settings, show_json
from workers.cli.language import phrase

if TYPE_CHECKING:
    from domain.watch.alert import OpenAlert
    from workers.compose.store import StuckNotice

alerts = typer.Typer(no_args_is_help=True, help="What is wrong now: list, and try whether telling works.")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(alerts, name="alerts", rich_help_panel="Look")


@alerts.command("list")
def list_alerts(*, as_json: Json = False) -> None:
    """Open alerts, and mails and webhooks that were not taken. Exit code 1: there are some."""

    chosen = settings()
    with open_store(chosen) as store:
        found = [_shown(each) for each in store.alerts.open()]
        notices = store.notices.stuck()
    if as_json:
        show_json({"alerts": found, "notices": notices})
    else:
        _print(found, notices)
    raise typer.Exit(FAILED if found or notices else FINE)


@alerts.command("test")
def test() -> None:
    """Send one mail and one webhook now, to all who would be told. Exit code 1: something was not taken."""
    from contextlib import ExitStack

    from domain.errors import Refused
    from domain.message import Message
    from workers.compose.watch.watch import try_telling

    with ExitStack() as stack:
        tried = try_telling(settings(), stack)
    if not tried:
        raise Refused(Message("refused.nobody-told"))
    for channel, fault in tried.items():
        say(f"{channel}: {fault or phrase('cli-watch.taken')}")
    raise typer.Exit(FAILED if any(tried.values()) else FINE)


def _shown(each: OpenAlert) -> dict[str, Any]:
    alert = each.alert
    return {
        "name": alert.name,
        "subject": alert.subject,
        "severity": alert.severity.value,
        "summary": alert.summary,
        "raised_at": each.raised_at,
        "seen_at": each.seen_at,
        "told": each.told,
        "runbook": f"docs/ops/runbooks/{alert.name}.md",
    }


def _print(found: list[dict[str, Any]], notices: list[StuckNotice]) -> None:
    from workers.cli import tables

    for each in found:
        tables.line(f"{each['severity']}: {each['summary']}", "bold red")
        since, seen = (f"{each[at]:%Y-%m-%d %H:%M}" for at in ("raised_at", "seen_at"))
        tables.line(phrase("cli-watch.since", since=since, seen=seen, runbook=each["runbook"]))
    if notices:
        columns = ("id", "channel", "topic", "state", "attempts", "reason")
        tables.table("Not taken", columns, [[getattr(each, name) for name in columns] for each in notices])
    if not found and not notices:
        tables.line(phrase("cli-watch.nothing-wrong"), "green")
