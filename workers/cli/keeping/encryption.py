"""The keys that encrypt what is personal."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workers.cli.door import FAILED, USAGE, open_store, operator, say, settings
from workers.cli.language import phrase

app = typer.Typer(
    help="Keys that encrypt what is personal (API keys are: loonbrug key).", no_args_is_help=True
)


def add_to(main: typer.Typer) -> None:
    """Add these commands."""
    main.add_typer(app, name="keys", rich_help_panel="Keep")


@app.command()
def create(file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Make a key file, for LOONBRUG_KEYS_FILE. Keep a copy elsewhere: without it nothing can be read."""

    from workers.compose.keeping.keyfile import load_or_make

    if file.exists():
        say(phrase("cli-keeping.keys-there", file=file))
        raise typer.Exit(USAGE)
    made = load_or_make(file)
    say(phrase("cli-keeping.keys-made", file=file, key=made.newest.id))


@app.command("list")
def list_keys() -> None:
    """The keys by id, and how many values each still holds. Never their secrets."""
    from workers.cli import tables
    from workers.compose.keeping.keyfile import key_file, key_ring

    chosen = settings()
    ring = key_ring(chosen)
    with open_store(chosen) as store:
        rows = [
            (key.id, key.made, store.sealed_with(key.id), "encrypts" if key == ring.newest else None)
            for key in ring.keys
        ]
    tables.table(phrase("cli-keeping.keys", file=key_file(chosen)), ("id", "made", "values", "remark"), rows)


@app.command()
def add() -> None:
    """Add a key to the file; new values use it. Processes that run go on with the old one until restarted."""
    from workers.compose.keeping.keyfile import key_file, key_ring, save

    chosen = settings()
    newer = key_ring(chosen).with_new_key()
    with open_store(chosen) as store:
        store.note_keys(operator(), "keys.add", {"key": newer.newest.id})
        save(key_file(chosen), newer)
    say(phrase("cli-keeping.key-added", key=newer.newest.id))


@app.command()
def rotate(
    *,
    same: Annotated[
        bool, typer.Option("--same", help="Add no key: go on with the newest in the file.")
    ] = False,
) -> None:
    """Add a key and encrypt everything with it, in small steps. Stopped half-way: go on with --same."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    if not same:
        add()
    done = 0
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with (
        open_store(settings()) as store,
        Progress(*columns, console=Console(stderr=True), transient=True) as progress,
    ):
        task = progress.add_task("encrypting")
        for count in store.seal_anew(operator()):
            done += count
            progress.update(task, description=f"{done} values encrypted anew")
    say(phrase("cli-keeping.rotated", done=done))


@app.command()
def prune() -> None:
    """Take keys out of the file that encrypt nothing any more. Old backups need the keys of their time."""
    from workers.compose.keeping.keyfile import key_file, key_ring, save

    chosen = settings()
    ring = key_ring(chosen)
    with open_store(chosen) as store:
        held = {key.id: store.sealed_with(key.id) for key in ring.keys[:-1]}
        if unused := [key_id for key_id, count in held.items() if not count]:
            store.note_keys(operator(), "keys.prune", {"keys": unused})
            save(key_file(chosen), ring.without(unused))
    for key_id, count in held.items():
        if count:
            say(phrase("cli-keeping.key-used", key=key_id, values=count))
    say(phrase("cli-keeping.pruned", keys=unused) if unused else phrase("cli-keeping.pruned-none"))
    raise typer.Exit(FAILED if len(unused) < len(held) else 0)
