"""People of the console: add, list, disable, reset, unlock."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

import getpass
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workers.cli.door import USAGE, Json, open_store, operator, say, settings, show_json
from workers.cli.language import phrase

if TYPE_CHECKING:
    from domain.access.person import Role
    from workers.compose.store import ConsolePeople

Name = Annotated[str, typer.Argument(metavar="NAME")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="The first line of stdin is the password.")]
Own = Annotated[bool, typer.Option("--own", help="It is my own password: none need be chosen at sign-in.")]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@ -]{0,99}")

app = typer.Typer(help="People of the console: add, list, disable, reset, unlock.", no_args_is_help=True)


def add_to(main: typer.Typer) -> None:
    """Add these commands."""
    main.add_typer(app, name="user", rich_help_panel="Decide")


@app.command()
def add(
    name: Name,
    *,
    role: Annotated[str, typer.Option(help="viewer, operator, approver or administrator.")],
    email: Annotated[str, typer.Option(help="Where to reach this person.")] = "",
    password_stdin: FromStdin = False,
    own: Own = False,
) -> None:
    """Let somebody in. One-time codes are set up at the first sign-in, and so is an own password."""
    from web.ops.access.passwords import hash_password

    if not _NAME.fullmatch(name):
        _stop("a name has 1 to 100 letters, digits, spaces, or . _ @ -, and begins with a letter or digit")
    wanted = _role(role)
    with _people() as people:
        hashed = hash_password(_password(name, from_stdin=password_stdin))
        people.add(
            name=name, email=email, role=wanted, password=hashed, password_due=not own, actor=operator()
        )
    say(phrase("cli-access.added", name=name, role=wanted))


@app.command("list")
def list_people(*, as_json: Json = False) -> None:
    """Everybody, those who were disabled too."""
    from workers.cli import tables

    columns = ("name", "role", "email", "external", "signed_in_at", "disabled_at")
    with _people() as people:
        rows: list[dict[str, Any]] = [
            {column: getattr(person, column) for column in columns} for person in people.list()
        ]
    if as_json:
        show_json(rows)
    else:
        tables.table("People", columns, [list(row.values()) for row in rows])


@app.command()
def change(
    name: Name,
    *,
    role: Annotated[str | None, typer.Option(help="Another role.")] = None,
    email: Annotated[str | None, typer.Option(help="Another address.")] = None,
) -> None:
    """Give another role or address. Open sessions end."""
    wanted = _role(role) if role else None
    with _people() as people:
        person = people.change(name, role=wanted, email=email, actor=operator())
    say(phrase("cli-access.is", name=person.name, role=person.role))


@app.command()
def disable(name: Name) -> None:
    """From now on this person is out; open sessions end."""
    with _people() as people:
        person = people.disable(name, actor=operator())
    say(phrase("cli-access.out", name=person.name))


@app.command()
def reset(name: Name, *, password_stdin: FromStdin = False, own: Own = False) -> None:
    """A new password and a new secret for codes; lets a disabled or locked person in again."""
    from web.ops.access.passwords import hash_password

    with _people() as people:
        hashed = hash_password(_password(name, from_stdin=password_stdin))
        person = people.reset(name, hashed, actor=operator(), password_due=not own)
    _unlock(name)
    say(phrase("cli-access.reset", name=person.name))


@app.command()
def unlock(name: Name) -> None:
    """Forget the failed sign-ins of a name."""
    _unlock(name)
    say(phrase("cli-access.again", name=name))


def _unlock(name: str) -> None:

    chosen = settings()
    with open_store(chosen) as store:
        store.failed_sign_ins.unlock(name, actor=operator())


@contextmanager
def _people() -> Iterator[ConsolePeople]:

    chosen = settings()
    with open_store(chosen) as store:
        yield store.people


def _role(text: str) -> Role:
    from domain.access.person import Role

    if text not in {role.value for role in Role}:
        _stop(f"there is no role {text}; the roles are {', '.join(Role)}")
    return Role(text)


def _password(name: str, *, from_stdin: bool) -> str:
    """Typed twice on a terminal, or the first line of stdin."""
    from web.ops.access.passwords import LONGEST, SHORTEST, weakness

    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            _stop("the two were not the same")
    else:
        _stop("there is no terminal to ask for a password; give it with --password-stdin")
    if (problem := weakness(password, (name,))) == "me.too-short":
        _stop(f"a password has between {SHORTEST} and {LONGEST} characters")
    if problem:
        _stop("that password is among the first that anybody would guess; take a few words")
    return password


def _stop(line: str) -> None:
    say(f"loonbrug: {line}")
    raise typer.Exit(USAGE)
