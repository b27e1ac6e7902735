"""Reconcile now, list what was found, and cure it: the plan first, the deed with --yes."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workers.cli.door import FAILED, FINE, USAGE, database, database_url, say, settings, show_json

if TYPE_CHECKING:
    from domain.finding import KnownFinding
    from domain.reckoning import Reckoning
    from sync.reconcile import Reconciled
    from workers.compose import Services

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(rich_help_panel="Look")(findings)
    app.command(rich_help_panel="Do")(reconcile)
    app.command(rich_help_panel="Do")(cure)


def reconcile(
    *,
    light: Annotated[bool, typer.Option("--light", help="Sums only, rows where they differ.")] = False,
    week: Annotated[
        str | None, typer.Option(metavar="2026-W47", help="Reckon one week three ways, row by row.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare portal, store and AFAS read afresh. Exit code 1 when something differs.

    With --week nothing is written down: every declaration of the week is classed, and the sums are checked.
    """
    _known_week(week)
    with _services() as services:
        if week is not None:
            raise typer.Exit(_show_reckoning(_reckon(services, week), as_json=as_json))
        done = _reconcile(services, "light" if light else "whole")
    if done is None:
        say("loonbrug: it is under way already, or AFAS could not be read; see: loonbrug findings --runs")
        raise typer.Exit(FAILED)
    _show_reconciled(done, as_json=as_json)
    raise typer.Exit(FAILED if done.findings else FINE)


def findings(
    finding: Annotated[int | None, typer.Argument(metavar="[ID]", help="Show this one.")] = None,
    *,
    kind: Annotated[str | None, typer.Option(help="Such as changed-unseen.")] = None,
    client: Annotated[str | None, typer.Option(help="Of this client.")] = None,
    week: Annotated[str | None, typer.Option(metavar="2026-W47", help="Of this week.")] = None,
    payment: Annotated[bool, typer.Option("--payment", help="Only what wages hang on.")] = False,
    closed: Annotated[bool, typer.Option("--closed", help="Those that were resolved.")] = False,
    runs: Annotated[bool, typer.Option("--runs", help="The last reconciliations instead.")] = False,
    as_json: Json = False,
) -> None:
    """List what portal, store and AFAS do not agree on. Exit code 1 when there is anything open."""
    from connectors.store.findings import FindingBook
    from connectors.store.reconciliations import ReconciliationBook

    chosen = settings()
    _known_week(week)
    with database(chosen) as store:
        if runs:
            return _show_runs(ReconciliationBook(store, chosen.name).recent(), as_json=as_json)
        book = FindingBook(store, chosen.name)
        if finding is not None:
            return _show_one(book.one(finding), finding, as_json=as_json)
        found = book.search(
            open=not closed, kind=kind, client=client, week=week, payment=True if payment else None
        )
    _show_findings(found, as_json=as_json)
    raise typer.Exit(FAILED if found and not closed else FINE)


def cure(
    finding: Annotated[int, typer.Argument(metavar="ID", help="The finding; see: loonbrug findings.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it only the plan is shown.")] = False,
    reason: Annotated[str, typer.Option(help="Why; kept with it.")] = "cured by an operator",
    as_json: Json = False,
) -> None:
    """Cure a finding. Shows what would happen, by looking into AFAS; --yes does it."""
    from workers.compose import curer, open_afas

    with _services() as services, open_afas(services) as afas:
        cures = curer(services, afas)
        plan = cures.plan(finding)
        told = None
        if yes and plan.possible:
            told = cures.cure(finding, f"cli:{getpass.getuser()}", reason)
    if as_json:
        show_json({"finding": finding, "possible": plan.possible, "plan": list(plan.steps), "done": told})
    else:
        _show_plan(plan.finding, plan.steps, told)
    if not plan.possible:
        say("loonbrug: only a person can cure this, as told above")
    raise typer.Exit(FINE if plan.possible else FAILED)


@contextmanager
def _services() -> Iterator[Services]:
    from connectors.embedded.redis import EmbeddedRedis
    from workers.compose import open_services
    from workers.settings import SettingsWrong, missing_for_afas

    chosen = settings()
    if missing := missing_for_afas(chosen):
        raise SettingsWrong(missing)
    redis_url = chosen.redis_url.get_secret_value() if chosen.redis_url else EmbeddedRedis(chosen.data).url
    with database_url(chosen) as url, open_services(chosen, url, redis_url, size=4) as services:
        yield services


def _reconcile(services: Services, kind: str) -> Reconciled | None:
    from workers.compose import open_afas, reconciling

    with open_afas(services) as afas:
        work = reconciling(services, afas)
        wanted = work.book.want(kind)
        return work.work(wanted) if wanted else None


def _reckon(services: Services, week: str) -> Reckoning:
    from workers.compose import open_afas, reconciling

    with open_afas(services) as afas:
        return reconciling(services, afas).reconciler.three_way(week)


def _known_week(week: str | None) -> None:
    """Nothing, or exit code 2 for a week that is none."""
    from datetime import date

    if week is None:
        return
    try:
        year, _, number = week.partition("-W")
        date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        say("loonbrug: write a week such as 2026-W47")
        raise typer.Exit(USAGE) from None


def _show_reconciled(done: Reconciled, *, as_json: bool) -> None:
    booked = asdict(done.booked)
    if as_json:
        report = {"compared": dict(done.compared), "calls": done.calls, "weeks": done.weeks, **booked}
        show_json(report | {"findings": [_plain(each) for each in done.findings]})
        return
    from workers.cli import tables

    tables.pairs({**done.compared, "calls": done.calls, **booked})
    rows = [(each.kind, each.week, _pay(each), each.what, each.cure) for each in done.findings]
    tables.table("Findings", ("kind", "week", "pay", "what", "cure"), rows)


def _show_findings(found: Sequence[KnownFinding], *, as_json: bool) -> None:
    if as_json:
        return show_json([_known(each) for each in found])
    from workers.cli import tables

    rows = [
        (
            each.id,
            each.finding.kind,
            each.finding.week,
            _pay(each.finding),
            each.finding.what,
            each.finding.cure,
        )
        for each in found
    ]
    return tables.table("Findings", ("id", "kind", "week", "pay", "what", "cure"), rows)


def _show_one(known: KnownFinding | None, finding: int, *, as_json: bool) -> None:
    from domain.errors import NotFound

    if known is None:
        raise NotFound(f"there is no finding {finding}")
    if as_json:
        return show_json(_known(known))
    from workers.cli import tables

    told = _known(known)
    sides = told.pop("sides")
    tables.pairs(told)
    names = sorted({name for side in sides.values() for name in side})
    rows = [
        (name, *(sides.get(side, {}).get(name) for side in ("portal", "store", "afas"))) for name in names
    ]
    return tables.table("Sides", ("", "portal", "store", "AFAS"), rows)


def _show_plan(known: KnownFinding, steps: Sequence[str], told: str | None) -> None:
    from workers.cli import tables

    tables.line(known.finding.what, "bold")
    tables.line(f"{known.finding.cure}: {known.finding.advice}")
    for step in steps:
        tables.line(f"  {step}")
    if told:
        tables.line(f"done: {told}", "green")
    else:
        say("nothing was done yet; do it with --yes")


def _show_runs(runs: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        return show_json(runs)
    from workers.cli import tables

    columns = (
        "id",
        "kind",
        "state",
        "started_at",
        "ended_at",
        "calls",
        "raised",
        "seen_again",
        "resolved",
        "error",
    )
    return tables.table("Reconciliations", columns, [[run[column] for column in columns] for run in runs])


def _show_reckoning(reckoning: Reckoning, *, as_json: bool) -> int:
    code = FINE if reckoning.agrees and not reckoning.exceptions else FAILED
    if as_json:
        sums = [
            {"name": s.name, "left": s.left, "right": s.right, "agrees": s.agrees} for s in reckoning.sums
        ]
        show_json(asdict(reckoning) | {"sums": sums, "agrees": reckoning.agrees})
        return code
    from workers.cli import tables

    sums_shown = [(s.name, s.left, s.right, "yes" if s.agrees else "NO") for s in reckoning.sums]
    tables.table(f"Sums of {reckoning.week}", ("", "left", "right", "agrees"), sums_shown)
    rows = [
        (row.number, row.standing, row.hours, row.kept_hours, row.afas_hours, row.reason, row.solver)
        for row in reckoning.rows
    ]
    tables.table("Declarations", ("number", "class", "portal", "store", "AFAS", "reason", "who"), rows)
    return code


def _known(known: KnownFinding) -> dict[str, Any]:
    times = (
        "id",
        "first_seen",
        "last_seen",
        "times_seen",
        "cured_at",
        "cured_by",
        "cure_told",
        "resolved_at",
    )
    return {name: getattr(known, name) for name in (*times, "resolution")} | _plain(known.finding)


def _plain(finding: Any) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in finding.__dataclass_fields__}


def _pay(finding: Any) -> str:
    return "pay" if finding.payment else ""
