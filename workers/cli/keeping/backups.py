"""Backup, restore, the way back to work after it, and the erasure of a person."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workers.cli.door import FINE, PARTLY, USAGE, Json, open_store, operator, say, settings, show_json
from workers.cli.language import phrase

if TYPE_CHECKING:
    from workers.compose.store import AfterRestore, Restored


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (backup, restore, erase):
        app.command(rich_help_panel="Keep")(command)


def backup(file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Write everything of this moment into one encrypted file. Its keys are not in it: keep them apart."""

    chosen = settings()
    with open_store(chosen) as store:
        taken = store.back_up(file, operator())
    say(
        phrase(
            "cli-keeping.backup",
            file=file,
            rows=sum(taken.rows.values()),
            tables=len(taken.rows),
            bytes=file.stat().st_size,
        )
    )


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it.")] = False,
) -> None:
    """Put a backup into an empty database. Nothing is sent afterwards until: resume --after-restore."""

    from workers.compose.servers import migrated

    if not yes:
        say(phrase("cli-keeping.restore-how"))
        raise typer.Exit(USAGE)
    chosen = settings()
    migrated(chosen)
    with open_store(chosen, as_owner=True) as store:
        done = store.restore(file, operator())
    say(phrase("cli-keeping.restored", rows=sum(done.rows.values()), at=f"{done.taken:%Y-%m-%d %H:%M:%SZ}"))
    say(phrase("cli-keeping.restored-next"))


def resume_after_restore() -> None:
    """Look everything up that is owed, then let writing go on; or say what is missing, with exit code 3."""
    from sync.outbox.after_restore import look_up_and_release
    from sync.outbox.kinds import kinds
    from workers.compose.afas import open_our_afas, words
    from workers.compose.servers import database_url
    from workers.compose.services import open_services

    chosen = settings()
    with database_url(chosen) as url, open_services(chosen, url, None, size=4) as services:
        held = services.store.held_back
        state = held.state()
        if state is None:
            say(phrase("cli-keeping.not-held", name=chosen.name))
            raise typer.Exit(FINE)
        if state.missing:
            raise typer.Exit(_not_yet(held, state))
        with open_our_afas(services) as afas:
            looked = look_up_and_release(afas, held, kinds(words(chosen)), operator())
    say(phrase("cli-keeping.looked", done=looked.done, owed=looked.owed))
    say(phrase("cli-keeping.writing"))


def _not_yet(held: AfterRestore, state: Restored) -> int:
    held.want_whole()
    say(phrase("cli-keeping.held", why=state.reason))
    say(phrase("cli-keeping.unread", flows=state.missing))
    return PARTLY


def erase(
    *,
    employee: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="A worker, by number in AFAS.")
    ] = None,
    contact: Annotated[str | None, typer.Option(metavar="NUMBER", help="A contact of a client.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it only the plan is shown.")] = False,
    as_json: Json = False,
) -> None:
    """Blank what is personal of one person, on request. Hours, sums and the audit trail stay."""

    from workers.compose.store import Who

    if (employee is None) == (contact is None):
        say(phrase("cli-keeping.whom", worker="--employee", contact="--contact"))
        raise typer.Exit(USAGE)
    who, key = (Who.EMPLOYEE, employee or "") if employee is not None else (Who.CONTACT, contact or "")
    chosen = settings()
    with open_store(chosen) as store:
        erasure = store.erasure
        plan = erasure.erase(who, key, operator()) if yes else erasure.plan(who, key)
    if as_json:
        show_json({"done": yes} | asdict(plan))
        return
    what = ", ".join(f"{count} of {table}" for table, count in plan.rows.items())
    typer.echo(f"{who} {', '.join(plan.keys)}: {what}")
    if plan.under_way:
        say(phrase("cli-keeping.under-way", updates=plan.under_way))
    elif yes:
        say(phrase("cli-keeping.erased"))
    else:
        say(phrase("cli.not-done"))
