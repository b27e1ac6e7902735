"""Reconcile now, list what was found, and cure it: the plan first, the deed with --yes."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from workers.cli.door import (
    FAILED,
    FINE,
    Json,
    known_week,
    open_store,
    operator,
    said,
    say,
    settings,
    show_json,
)
from workers.cli.failures.replays import open_services
from workers.cli.language import phrase
from workers.cli.reconcile import tables as finding_tables

if TYPE_CHECKING:
    from domain.cutoff.reckoning import Reckoning
    from sync.reconcile.reconcile import Reconciled
    from workers.compose.services import Services


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
    known_week(week)
    with open_services() as services:
        if week is not None:
            raise typer.Exit(finding_tables.reckoning(_reckon(services, week), as_json=as_json))
        done = _reconcile(services, "light" if light else "whole")
    if done is None:
        say(phrase("cli-reconcile.under-way"))
        raise typer.Exit(FAILED)
    finding_tables.reconciled(done, as_json=as_json)
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

    chosen = settings()
    known_week(week)
    with open_store(chosen) as store:
        if runs:
            return finding_tables.runs(store.reconciliations.recent(), as_json=as_json)
        book = store.findings
        if finding is not None:
            return finding_tables.one(book.one(finding), finding, as_json=as_json)
        found = book.search(
            open=not closed, kind=kind, client=client, week=week, payment=True if payment else None
        )
    finding_tables.findings(found, as_json=as_json)
    raise typer.Exit(FAILED if found and not closed else FINE)


def cure(
    finding: Annotated[int, typer.Argument(metavar="ID", help="The finding; see: loonbrug findings.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it only the plan is shown.")] = False,
    reason: Annotated[str, typer.Option(help="Why; kept with it.")] = "",
    as_json: Json = False,
) -> None:
    """Cure a finding. Shows what would happen, by looking into AFAS; --yes does it."""
    from workers.compose.afas import open_our_afas
    from workers.compose.flows import curer

    with open_services() as services, open_our_afas(services) as afas:
        cures = curer(services, afas.looking())
        plan = cures.plan(finding)
        told = None
        if yes and plan.possible:
            told = cures.cure(finding, operator(), reason)
    if as_json:
        show_json(
            {
                "finding": finding,
                "possible": plan.possible,
                "plan": [said(step) for step in plan.steps],
                "done": told and said(told),
            }
        )
    else:
        finding_tables.plan(plan, told)
    if not plan.possible:
        say(phrase("cli-reconcile.nothing"))
    raise typer.Exit(FINE if plan.possible else FAILED)


def _reconcile(services: Services, kind: str) -> Reconciled | None:
    from workers.compose.afas import open_our_afas
    from workers.compose.flows import reconciling

    with open_our_afas(services) as afas:
        work = reconciling(services, afas)
        wanted = work.reconciliations.want(kind)
        return work.work(wanted) if wanted else None


def _reckon(services: Services, week: str) -> Reckoning:
    from workers.compose.afas import open_our_afas
    from workers.compose.cutoff.cutoff import lateness
    from workers.compose.flows import reconciling

    with open_our_afas(services) as afas:
        return reconciling(services, afas).reconciler.three_way(week, lateness(services.settings, week))
