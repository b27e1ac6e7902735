"""Reports: how everything stands, and what failed."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from domain.message import Message
from workers.cli.door import FAILED, FINE, Json, open_store, said, settings, shallow, show_json
from workers.cli.language import phrase, spoken

if TYPE_CHECKING:
    from domain.failures.failure import Group
    from domain.watch.judge import Matter
    from domain.watch.waiting import WaitingKind
    from workers.compose.store import FailedUpdate, FlowOverview, ParkedRow, Store
    from workers.settings import Settings

_MOST = 500
_UPDATE_COLUMNS = ("id", "kind", "subject", "client", "week", "state", "sends")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (status, failures):
        app.command(rich_help_panel="Look")(command)


def status(*, as_json: Json = False) -> None:
    """How everything stands: flows, what is owed to AFAS, who is at work. Exit code 1: something is wrong."""
    from words import Words
    from workers.run.health import problems_of

    report = _status()
    report["problems"] = problems_of(report["problems"], Words("en") if as_json else spoken())
    if as_json:
        show_json(report)
    else:
        _print_status(report)
    raise typer.Exit(FAILED if report["problems"] else FINE)


def failures(
    *,
    kind: Annotated[str, typer.Option(help="Only this kind of update, such as approve.")] = "",
    flow: Annotated[str, typer.Option(help="Only rows of this flow.")] = "",
    state: Annotated[str, typer.Option(help="parked or unclear.")] = "",
    client: Annotated[str, typer.Option(help="Only of this client.")] = "",
    week: Annotated[str, typer.Option(help="Only of this week: 2026-W47.")] = "",
    reason: Annotated[str, typer.Option(help="With these words in reason, subject or id.")] = "",
    connector: Annotated[str, typer.Option(help="Only about this connector of AFAS.")] = "",
    age: Annotated[float | None, typer.Option(help="At least so many hours old.")] = None,
    group: Annotated[str, typer.Option(metavar="CAUSE", help="The victims of one cause, one by one.")] = "",
    as_json: Json = False,
) -> None:
    """What failed, one line per cause, and flows that stopped. Exit code 1: there is something."""
    from mappings.flows import FLOWS
    from sync.failures.search import Search

    search = Search(state, kind, flow, client, week, reason, connector, age)
    chosen = settings()
    with open_store(chosen) as store:
        reads, wanted = store.failures, search.wanted(group or None)
        groups = [*reads.groups(wanted), *reads.row_groups(wanted)]
        updates, rows = reads.updates(wanted, limit=_MOST), reads.rows(wanted, limit=_MOST)
        flows = [each for each in store.overview.flows(list(FLOWS)) if each.broken]
    if as_json:
        causes = [shallow(each) | {"count": each.count, "pattern": each.pattern} for each in groups]
        show_json({"groups": causes, "updates": updates, "rows": rows, "flows": flows})
    else:
        everything = search == Search() and not group
        _print_failures(
            groups, updates if group else [], rows if group else [], flows, searched=not everything
        )
    raise typer.Exit(FAILED if groups or flows else FINE)


def _status() -> dict[str, Any]:
    from mappings.flows import FLOWS

    chosen = settings()
    with open_store(chosen) as store:
        overview = store.overview
        state = store.control.state()
        found = _judged(store, chosen, state.mode, held=state.held is not None)
        flows, outbox, processes = overview.flows(list(FLOWS)), overview.outbox(), overview.processes()
    return {"environment": chosen.name, **shallow(state)} | {
        "flows": flows,
        "outbox": outbox,
        "processes": processes,
        "problems": found,
    }


def _judged(store: Store, chosen: Settings, mode: str, *, held: bool) -> list[Matter]:
    from domain.calendar import AMSTERDAM
    from domain.watch.judge import Standing, judge
    from mappings.flows import FLOWS
    from workers.compose.watch.watch import limits

    facts = store.watching.facts(list(FLOWS))
    expires = chosen.afas_secret_expires or facts.token_expires
    standing = Standing(
        facts=replace(facts, token_expires=expires),
        limits=limits(chosen),
        today=datetime.now(AMSTERDAM).date(),
        mode=mode,
        findings=store.findings.counts(),
        resting=[each.kind for each in store.now.resting_kinds()],
        held=held,
        waiting=_waits_too_long(store, chosen),
        clock=any(each.kind == "clock" and each.lives for each in store.overview.processes()),
    )
    return judge(standing)


def _waits_too_long(store: Store, chosen: Settings) -> list[WaitingKind]:
    from sync.cutoff.clock import near
    from sync.watch.waiting import closes_soon
    from workers.compose.cutoff.cutoff import cutoff_plan

    now = datetime.now(UTC)
    soon, budgets = closes_soon(now, near(now, cutoff_plan(chosen))), chosen.waiting_budgets
    return [each for each in store.waiting.read() if budgets.exceeded(each, near=soon)]


def _print_status(report: dict[str, Any]) -> None:
    from workers.cli import tables

    tables.table(
        phrase("cli-watch.flows", name=report["environment"], mode=report["mode"]),
        ("flow", "lag", "last run", "read", "new", "changed", "parked", "calls"),
        [_flow_row(flow, tables.ago(flow.seconds_since_success)) for flow in report["flows"]],
    )
    for flow in report["flows"]:
        if remark := _remark(flow):
            tables.line(f"  {flow.flow}: {remark}", "yellow")
    tables.table(
        "Owed to AFAS",
        ("state", "updates", "oldest"),
        [(state, o.updates, tables.ago(o.oldest_seconds)) for state, o in report["outbox"].items()],
    )
    tables.table(
        "At work",
        ("kind", "host", "pid", "seen"),
        [(p.kind, p.host, p.pid, f"{p.seconds_since_seen:.0f} s ago") for p in report["processes"]],
    )
    for problem in report["problems"]:
        tables.line(problem, "bold red")
    if not report["problems"]:
        tables.line(phrase("cli-watch.well"), "green")


def _flow_row(flow: FlowOverview, lag: str) -> tuple[object, ...]:
    run = flow.last_run
    if run is None:
        return (flow.flow, lag, None, None, None, None, flow.parked_rows, None)
    return (
        flow.flow,
        lag,
        f"{run.kind} {run.state}",
        run.read,
        run.new,
        run.changed,
        flow.parked_rows,
        run.calls,
    )


def _remark(flow: FlowOverview) -> str | None:
    """Why a flow stands still, or why its last run failed."""
    why = flow.broken or flow.pause_reason or (flow.last_run.error if flow.last_run else None)
    return said(why) if isinstance(why, Message) else why


def _print_failures(
    groups: list[Group],
    updates: list[FailedUpdate],
    rows: list[ParkedRow],
    flows: Sequence[FlowOverview],
    *,
    searched: bool,
) -> None:
    from workers.cli import tables

    if groups:
        lines = [(g.cause, g.about, g.pattern, g.parked, g.unclear, g.oldest) for g in groups]
        tables.table("Causes", ("cause", "about", "reason", "parked", "unclear", "oldest"), lines)
    for title, columns, found in (
        ("Updates", _UPDATE_COLUMNS, updates),
        ("Rows", ("id", "flow", "key", "reason", "first_seen"), rows),
    ):
        if found:
            tables.table(title, columns, [[getattr(each, column) for column in columns] for each in found])
    if flows:
        tables.table("Flows", ("flow", "stopped because"), [[each.flow, each.broken] for each in flows])
    if not groups and not flows:
        tables.line(phrase("cli-watch.none-of-these" if searched else "cli-watch.none-failed"), "green")
