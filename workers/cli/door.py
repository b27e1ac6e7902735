"""What all commands share: exit codes, what is said when something is wrong, the way to the database."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workers.cli.language import phrase, spoken

if TYPE_CHECKING:
    import psycopg
    from _typeshed import DataclassInstance

    from domain.message import Message
    from workers.compose.store import Store
    from workers.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
"""The option of every command that shows something."""
FINE, FAILED, USAGE, PARTLY = 0, 1, 2, 3
PATIENCE = 5.0
"""Seconds that a command waits for the database."""


def settings() -> Settings:
    """The settings, or SettingsWrong."""
    from workers.logs.set_up import set_up_logging
    from workers.settings import read_settings

    chosen = read_settings()
    set_up_logging(level="warning", form=chosen.log)
    return chosen


def tell_error(error: Exception) -> int | None:
    """Say in one line what is wrong. Returns the exit code, or None for what nobody foresaw."""
    known = _known(error)
    if known is None:
        return None
    code, lines = known
    for line in lines:
        print(f"loonbrug: {line}", file=sys.stderr)  # noqa: T201
    return code


def _known(error: Exception) -> tuple[int, list[str]] | None:
    import psycopg

    from connectors.embedded.process import EmbeddedServerFailed
    from domain.errors import AfasError, LoonbrugError, OtherEnvironment
    from workers.logs.redaction import redact
    from workers.settings import SettingsWrong

    match error:
        case SettingsWrong():
            return USAGE, error.problems
        case psycopg.Error():
            told = _of_database(error)
            return (USAGE, [told]) if told else None
        case AfasError() if not isinstance(error, OtherEnvironment):
            return FAILED, [f"AFAS: {redact(str(error))}"]
        case LoonbrugError() | EmbeddedServerFailed():
            why = said(error.why) if isinstance(error, LoonbrugError) else str(error)
            return USAGE, [redact(why)]
        case OSError() if error.filename is not None:
            return USAGE, [f"{error.filename}: {error.strerror}"]
    return None


def _of_database(error: psycopg.Error) -> str | None:
    """What the database's error means for the operator; None for what nobody foresaw."""
    import psycopg

    match error:
        case psycopg.errors.UndefinedTable():
            return "the database has no tables of Loonbrug yet; run: loonbrug migrate"
        case psycopg.errors.InsufficientPrivilege():
            return "the database role may not do this; migrate and restore as the owner of the tables"
        case psycopg.OperationalError():
            return "no database: PostgreSQL does not answer; look at DATABASE_URL"
    return None


@contextmanager
def open_store(chosen: Settings, *, as_owner: bool = False) -> Iterator[Store]:
    """The store for one command; ``as_owner`` for what changes the tables themselves."""
    from workers.compose import store

    with store.open_store(chosen, patience=PATIENCE, as_owner=as_owner) as opened:
        yield opened


def operator() -> str:
    """Who works at this terminal, as the audit trail and the updates' own histories name them.

    ``LOONBRUG_OPERATOR`` is what somebody says, for an account that several people share (a container's).
    """
    import re

    from workers.settings import SettingsWrong

    said = os.environ.get("LOONBRUG_OPERATOR", "")
    if said and not re.fullmatch(r"[\w.@-]{1,60}", said):
        raise SettingsWrong(["LOONBRUG_OPERATOR: a name of letters, digits and . _ @ -, at most 60"])
    return f"cli:{account()}/{said}" if said else f"cli:{account()}"


def account() -> str:
    """The account of this process, and behind sudo that of who called it.

    The system tells it. LOGNAME and USER do not count: anybody may set them.
    """
    import pwd

    number = os.getuid()
    if number == 0 and (caller := os.environ.get("SUDO_USER")):
        return caller
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def say(line: str) -> None:
    """One line for a person, on stderr: stdout is for what was asked."""
    typer.echo(line, err=True)


def said(message: Message) -> str:
    """A message in the words of this terminal."""
    return spoken().said(message)


def show_json(value: Any) -> None:
    """One JSON document on stdout, for programs: in English on every terminal. Times are ISO 8601 in UTC."""
    typer.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def shallow(of: DataclassInstance) -> dict[str, Any]:
    """The fields of a dataclass, each as it is: a message in it is no document of its own."""
    return {each.name: getattr(of, each.name) for each in fields(of)}


def _plain(value: Any) -> Any:
    from domain.message import Message
    from words import Words

    if isinstance(value, Message):
        return Words("en").said(value)
    if is_dataclass(value) and not isinstance(value, type):
        return shallow(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)


def known_week(week: str | None) -> None:
    """Nothing, or exit code 2 for a week that is none."""
    from domain.calendar import is_week

    if week is not None and not is_week(week):
        say(phrase("cli.week"))
        raise typer.Exit(USAGE)
