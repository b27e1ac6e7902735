"""API keys of the portal and of other programs."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from domain.watch.facts import KEY_STAGES
from workers.cli.door import USAGE, Json, open_store, operator, say, settings, show_json
from workers.cli.language import phrase

if TYPE_CHECKING:
    from domain.access.api_key import ApiKey


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
    expires: Annotated[
        str | None, typer.Option(help="Last day on which it opens anything, in Amsterdam: 2027-06-30.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a key. It is shown once."""
    from domain.access.api_key import Scope

    if unknown := sorted(set(scope) - {known.value for known in Scope}):
        say(phrase("cli-access.no-scope", unknown=list(unknown), scopes=list(Scope)))
        raise typer.Exit(USAGE)
    expires_at = _end_of(expires) if expires else None
    chosen = settings()
    with open_store(chosen) as store:
        made, secret = store.api_keys.create(
            name=name,
            scopes=[Scope(each) for each in scope],
            environment=chosen.name,
            client=client,
            expires_at=expires_at,
            by=operator(),
        )
    if as_json:
        show_json(_shown(asdict(made)) | {"key": secret})
    else:
        typer.echo(secret)
        until = f" up to {expires} inclusive" if expires else " for ever (see --expires)"
        say(phrase("cli-access.made", key=made.id, scopes=sorted(scope), until=until))


@app.command("list")
def list_keys(*, as_json: Json = False) -> None:
    """All keys, revoked ones too."""
    from workers.cli import tables

    chosen = settings()
    with open_store(chosen) as store:
        keys = [_shown(asdict(key)) | {"note": _note(key)} for key in store.api_keys.list(chosen.name)]
    if as_json:
        show_json(keys)
        return
    columns = (
        *("id", "name", "scopes", "client", "created_at"),
        *("last_used_at", "expires_at", "revoked_at", "note"),
    )
    rows = [
        [", ".join(key["scopes"]) if column == "scopes" else key[column] for column in columns]
        for key in keys
    ]
    tables.table("API keys", columns, rows)


@app.command()
def revoke(key: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """From now on the key opens nothing."""

    with open_store(settings()) as store:
        revoked = store.api_keys.revoke(key, by=operator())
    say(phrase("cli-access.revoked", key=revoked.id, name=revoked.name))


def _end_of(day: str) -> datetime:
    """The end of a day in Amsterdam, which must not be over."""
    from domain.calendar import AMSTERDAM

    try:
        end = datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), AMSTERDAM)
    except (ValueError, OverflowError):
        say(phrase("cli-access.no-day", day=day))
        raise typer.Exit(USAGE) from None
    if end <= datetime.now(UTC):
        say(phrase("cli-access.over", day=day))
        raise typer.Exit(USAGE)
    return end


def _note(key: ApiKey) -> str:
    """What somebody should know of it."""
    if key.revoked_at is not None or key.expires_at is None:
        return "" if key.revoked_at else "does not expire"
    left = key.expires_at - datetime.now(UTC)
    if left <= timedelta(0):
        return "expired"
    return f"expires in {left.days} day(s)" if left.days <= KEY_STAGES[-1] else ""


def _shown(key: dict[str, Any]) -> dict[str, Any]:
    return key | {"scopes": sorted(key["scopes"])}
