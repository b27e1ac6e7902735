"""Which AFAS environment this database belongs to, and the one way to change it."""

from __future__ import annotations

from typing import Annotated

import typer

from workers.cli.door import FAILED, USAGE, open_store, operator, say, settings
from workers.cli.language import phrase

Identity = Annotated[
    str | None, typer.Argument(metavar="ID", help="AFAS's own id of the environment, such as T12345AA.")
]
InsteadOf = Annotated[
    str | None, typer.Option("--instead-of", metavar="ID", help="The one it belongs to now, to be sure.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(rich_help_panel="Decide")(environment)


def environment(identity: Identity = None, *, instead_of: InsteadOf = None) -> None:
    """Show which AFAS environment this database belongs to; with ID and --instead-of, change it on purpose.

    Everything is held back afterwards, as after a restore: what is known and owed came from the other one.
    """

    chosen = settings()
    with open_store(chosen) as store:
        control = store.control
        known = control.known_identity()
        if identity is None:
            if known is None:
                say(phrase("cli-keeping.belongs-nowhere", name=chosen.name))
                raise typer.Exit(FAILED)
            typer.echo(known)
            return
        _refuse_unless_meant(known, identity, instead_of)
        control.change_identity(identity, by=operator())
    say(phrase("cli-keeping.belongs-now", name=chosen.name, identity=identity))
    say(phrase("cli-keeping.belongs-next"))


def _refuse_unless_meant(known: str | None, identity: str, instead_of: str | None) -> None:
    if known == identity:
        say(phrase("cli-keeping.belongs-already", identity=identity))
        raise typer.Exit
    if known is not None and instead_of != known:
        say(phrase("cli-keeping.belongs-other", known=known))
        raise typer.Exit(USAGE)
