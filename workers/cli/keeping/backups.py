"""Backup, restore, the way back to work after it, and the erasure of a person."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workers.cli.door import FINE, PARTLY, USAGE, Json, open_store, operator, said, say, settings, show_json

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
    say(f"{file}: {sum(taken.rows.values())} rows of {len(taken.rows)} tables, {file.stat().st_size} bytes")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it.")] = False,
) -> None:
    """Put a backup into an empty database. Nothing is sent afterwards until: resume --after-restore."""

    from workers.compose.servers import migrated

    if not yes:
        say("loonbrug: stop everything else, let DATABASE_URL name an empty database, then add --yes")
        raise typer.Exit(USAGE)
    chosen = settings()
    migrated(chosen)
    with open_store(chosen, as_owner=True) as store:
        done = store.restore(file, operator())
    say(f"restored {sum(done.rows.values())} rows of {done.taken:%Y-%m-%d %H:%M:%SZ}")
    say("nothing is sent to AFAS yet; start Loonbrug, then: loonbrug resume --after-restore")


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
            say(f"nothing is held back in {chosen.name}")
            raise typer.Exit(FINE)
        if state.missing:
            raise typer.Exit(_not_yet(held, state))
        with open_our_afas(services) as afas:
            looked = look_up_and_release(afas, held, kinds(words(chosen)), operator())
    say(f"{looked.done} update(s) were found in AFAS and are done, {looked.owed} are still owed")
    say("writing goes on")


def _not_yet(held: AfterRestore, state: Restored) -> int:
    held.want_whole()
    say(f"{said(state.reason)}; nothing is sent yet")
    say(f"not read whole since then: {', '.join(state.missing)}; the workers are at it, ask again in a while")
    return PARTLY


def erase(
    *,
    employee: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="A worker, by employee number.")
    ] = None,
    contact: Annotated[str | None, typer.Option(metavar="NUMBER", help="A contact of a client.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it only the plan is shown.")] = False,
    as_json: Json = False,
) -> None:
    """Blank what is personal of one person, on request. Hours, sums and the audit trail stay."""

    from workers.compose.store import Who

    if (employee is None) == (contact is None):
        say("loonbrug: name --employee or --contact")
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
        say(f"under way, so it cannot be done yet: update {', '.join(map(str, plan.under_way))}")
    elif yes:
        say("done; older backups still hold it until they are thrown away, and AFAS does: erase it there too")
    else:
        say("nothing was done yet; do it with --yes")
