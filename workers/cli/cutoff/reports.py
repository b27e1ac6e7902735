"""The cut-off on the command line: when it is, its reports, their sign-off."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workers.cli.door import (
    FAILED,
    FINE,
    USAGE,
    Json,
    account,
    known_week,
    open_store,
    operator,
    said,
    say,
    settings,
    show_json,
)
from workers.cli.language import phrase, spoken

if TYPE_CHECKING:
    from domain.cutoff.changes import ReportChange
    from domain.cutoff.report import Line, Report
    from words import Words
    from workers.compose.cutoff.cutoff import CutoffParts

Number = Annotated[int, typer.Argument(metavar="REPORT", help="Its number: loonbrug cutoff list.")]

commands = typer.Typer(no_args_is_help=True, help="The pay run's cut-off and its reports.")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (next_cutoff, list_reports, report, show, sign_off):
        name = {"next_cutoff": "next", "list_reports": "list", "sign_off": "sign-off"}
        commands.command(name.get(command.__name__, command.__name__))(command)
    app.add_typer(commands, name="cutoff", rich_help_panel="Do")


def next_cutoff(*, as_json: Json = False) -> None:
    """When the next cut-off is, and what is due before it."""
    from datetime import UTC, datetime

    from domain.cutoff import when
    from workers.cli import tables
    from workers.compose.cutoff.cutoff import cutoff_plan

    plan = cutoff_plan(settings())
    coming = when.next_cutoff(datetime.now(UTC), plan.rule, plan.is_holiday)
    moments = when.moments_of(coming, plan.rule)
    if as_json:
        told = [{"name": moment.name, "at": moment.at.isoformat()} for moment in moments]
        show_json(asdict(coming) | {"moments": told})
        return
    tables.line(
        phrase(
            "cli-cutoff.moved" if coming.moved else "cli-cutoff.at", week=coming.week, at=_local(coming.at)
        )
    )
    tables.table("Before it", ("what", "when"), [(each.name, _local(each.at)) for each in moments])


def list_reports(
    *, week: Annotated[str | None, typer.Option(help="One week only.")] = None, as_json: Json = False
) -> None:
    """The newest reports."""
    from workers.cli import tables

    known_week(week)
    chosen = settings()
    with open_store(chosen) as store:
        found = store.cutoff_reports.newest(week)
    if as_json:
        show_json(found)
        return
    columns = ("report", "week", "made", "approved", "verified", "exceptions", "sums", "signed")
    rows = [
        (
            each.id, each.week, each.made_at, each.hours["approved"],
            each.hours["verified"], each.counts["exception"], "agree" if each.agrees else "DIFFER",
            each.signed_by,
        )
        for each in found
    ]  # fmt: skip
    tables.table("Cut-off reports", columns, rows)


def report(
    week: Annotated[str | None, typer.Argument(help="ISO week; by default the one that closes next.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Make the report of a week now, AFAS read afresh. Exit code 1: exceptions, or sums that differ."""
    with _cutoff() as parts:
        try:
            made = parts.reports.make(week or _coming(parts), operator())
        except ValueError:
            say(phrase("cli.no-week", week=week))
            raise typer.Exit(USAGE) from None
    _tell(made, as_json=as_json)
    raise typer.Exit(FINE if made.agrees and not made.exceptions else FAILED)


def show(
    number: Number,
    *,
    pdf: Annotated[Path | None, typer.Option(help="Write it to this file as PDF.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write it to this file for a spreadsheet.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Read AFAS: does it still hold?")] = False,
    as_json: Json = False,
) -> None:
    """One report. Exit code 1 with --check: it does not hold any more."""

    chosen = settings()
    with open_store(chosen) as store:
        book = store.cutoff_reports
        kept = book.known(number)
        names = book.names(kept.content)
    _write(kept, names, pdf, csv, chosen.mail_language)
    if not pdf and not csv:
        _tell(kept, as_json=as_json)
    if check:
        raise typer.Exit(_checked(number))


def sign_off(
    number: Number, *, note: Annotated[str, typer.Option(help="What you want to add.")] = ""
) -> None:
    """Sign a report off, as an approver of the console who is called like you are here.

    Refused, with what changed, when it does not hold any more.
    """
    from domain.cutoff.changes import StaleReport

    _refuse_others()
    with _cutoff() as parts:
        try:
            signed = parts.reports.sign_off(number, operator(), note)
        except StaleReport as stale:
            _say_changes(stale.changes)
            raise
    say(phrase("cli-cutoff.signed", report=signed.id, week=signed.week, by=signed.signed_by))


def _refuse_others() -> None:
    """Raises Refused unless whoever is logged in here may sign off in the console too."""
    from domain.access.person import Role
    from domain.errors import Refused
    from domain.message import Message

    chosen, name = settings(), account()
    with open_store(chosen) as store:
        people = store.people.list()
    if not any(
        each.name == name and not each.disabled_at and each.role.may(Role.APPROVER) for each in people
    ):
        raise Refused(Message("refused.no-approver", {"name": name}))


def _checked(number: int) -> int:
    with _cutoff() as parts:
        changes = parts.reports.changes(number)
    _say_changes(changes)
    say(phrase("cli-cutoff.fell" if changes else "cli-cutoff.holds"))
    return FAILED if changes else FINE


def _say_changes(changes: Sequence[ReportChange]) -> None:

    for change in changes:
        say(said(change.told))


@contextmanager
def _cutoff() -> Iterator[CutoffParts]:
    from workers.compose.afas import open_our_afas
    from workers.compose.cutoff.cutoff import cutoff_parts
    from workers.compose.servers import database_url
    from workers.compose.services import open_services
    from workers.settings import SettingsWrong, missing_for_afas

    chosen = settings()
    if missing := missing_for_afas(chosen):
        raise SettingsWrong(missing)
    with (
        database_url(chosen) as url,
        open_services(chosen, url, None, size=3) as services,
        open_our_afas(services) as afas,
    ):
        yield cutoff_parts(chosen, services.database, afas)


def _coming(parts: CutoffParts) -> str:
    from datetime import UTC, datetime

    from domain.cutoff import when

    return when.next_cutoff(datetime.now(UTC), parts.plan.rule, parts.plan.is_holiday).week


def _tell(kept: Report, *, as_json: bool) -> None:
    from workers.cli import tables

    if as_json:
        about: dict[str, Any] = {"report": kept.id, "sha256": kept.sha256, "signed_by": kept.signed_by}
        show_json(about | {"content": kept.content})
        return
    tables.line(phrase("cli-cutoff.report", report=kept.id, week=kept.week, hash=kept.sha256))
    words = spoken()
    if kept.exceptions:
        columns = ("declaration", "employee", "client", "hours", "reason", "who", "update")
        tables.table("Exceptions", columns, [_exception(each, words) for each in kept.exceptions])
    for each in kept.sums:
        name = words.name("week-sum", each.name)
        tables.line(
            phrase("cli-cutoff.sum", name=name, left=str(each.left), right=str(each.right)),
            "green" if each.agrees else "bold red",
        )


def _exception(line: Line, words: Words) -> tuple[object, ...]:
    from domain.cutoff.reason import told

    why = words.said(told(line.reason, line.detail)) if line.reason else None
    who = words.name("solver", line.solver)
    return (line.number, line.employee, line.client, line.hours, why, who, line.update)


def _write(kept: Report, names: Any, pdf: Path | None, csv: Path | None, language: str) -> None:
    from connectors.paper.cutoff_csv import cutoff_csv
    from connectors.paper.cutoff_pdf import cutoff_pdf
    from words import Words

    words = Words(language)
    if pdf is not None:
        pdf.write_bytes(cutoff_pdf(kept, names, words))
    if csv is not None:
        csv.write_bytes(cutoff_csv(kept, names, words))


def _local(moment: Any) -> str:
    from domain.calendar import AMSTERDAM

    return str(moment.astimezone(AMSTERDAM).strftime("%a %d-%m-%Y %H:%M"))
