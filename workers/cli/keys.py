"""API keys of the portal and of other programs."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from workers.cli.door import USAGE, database, operator, say, settings, show_json

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]

app = typer.Typer(help="API keys: make, list, revoke.", no_args_is_help=True)


def add_to(main: typer.Typer) -> None:
    """Add these commands."""
    main.add_typer(app, name="key", rich_help_panel="Decide")


@app.command()
def create(
    *,
    name: Annotated[str, typer.Option(help="Who uses it.")],
    scope: Annotated[list[str], typer.Option(help="What it opens; may be repeated.")],
    client: Annotated[str | None, typer.Option(help="Only this client's data.")] = None,
    as_json: Json = False,
) -> None:
    """Make a key. It is shown once."""
    from connectors.store.keys import Keys
    from domain.access import Scope

    if unknown := sorted(set(scope) - {known.value for known in Scope}):
        say(f"loonbrug: no such scope: {', '.join(unknown)}; the scopes are {', '.join(Scope)}")
        raise typer.Exit(USAGE)
    chosen = settings()
    with database(chosen) as store:
        made, secret = Keys(store).create(
            name=name,
            scopes=[Scope(each) for each in scope],
            environment=chosen.name,
            client=client,
            by=operator(),
        )
    if as_json:
        show_json(_shown(asdict(made)) | {"key": secret})
    else:
        typer.echo(secret)
        say(f"{made.id} opens {', '.join(sorted(scope))}; keep the key now, it is not shown again")


@app.command("list")
def list_keys(*, as_json: Json = False) -> None:
    """All keys, revoked ones too."""
    from connectors.store.keys import Keys
    from workers.cli import tables

    chosen = settings()
    with database(chosen) as store:
        keys = [_shown(asdict(key)) for key in Keys(store).list(chosen.name)]
    if as_json:
        show_json(keys)
        return
    columns = ("id", "name", "scopes", "client", "created_at", "last_used_at", "revoked_at")
    rows = [
        [", ".join(key["scopes"]) if column == "scopes" else key[column] for column in columns]
        for key in keys
    ]
    tables.table("API keys", columns, rows)


@app.command()
def revoke(key: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """From now on the key opens nothing."""
    from connectors.store.keys import Keys

    with database(settings()) as store:
        revoked = Keys(store).revoke(key, by=operator())
    say(f"{revoked.id} ({revoked.name}) opens nothing any more")


def _shown(key: dict[str, Any]) -> dict[str, Any]:
    return key | {"scopes": sorted(key["scopes"])}
