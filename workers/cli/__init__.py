"""The command line. Each group of commands is a file; what a command needs is imported when it runs.

Exit codes: 0 fine, 1 something is wrong (``doctor``, ``status`` and ``failures`` found trouble), 2 wrong
usage, wrong settings or no database, 3 partly done.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from workers.cli import demonstration, doctor, parts, switches
from workers.cli.access import api_keys, users
from workers.cli.cutoff import reports as cutoff_reports
from workers.cli.cutoff import weeks
from workers.cli.door import FAILED, tell_error
from workers.cli.failures import edits, history, replays
from workers.cli.help_texts import HELP, translate
from workers.cli.keeping import audit, backups, encryption, environment
from workers.cli.language import language, spoken
from workers.cli.pull import parked, pull
from workers.cli.reconcile import findings
from workers.cli.terminal import bear_any_terminal
from workers.cli.watch import alerts, reports

app = typer.Typer(
    name="loonbrug",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": HELP},
)
for group in (
    parts,
    demonstration,
    doctor,
    reports,
    history,
    parked,
    pull,
    replays,
    edits,
    switches,
    environment,
    api_keys,
    users,
    alerts,
    audit,
    encryption,
    backups,
    findings,
    weeks,
    cutoff_reports,
):
    group.add_to(app)


def _tell_version(wanted: bool) -> None:
    if wanted:
        about = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
        typer.echo(f"loonbrug {about['project']['version']}")
        raise typer.Exit


_Version = typer.Option("--version", help="Show the version and exit.", callback=_tell_version, is_eager=True)


@app.callback()
def _about(*, version: Annotated[bool, _Version] = False) -> None:
    """Keeps AFAS Profit and the client portal in step."""


def _command() -> Any:
    """The whole command line; what it says of itself in the language of the terminal."""
    command = typer.main.get_command(app)
    if language() != "en":
        translate(command, spoken())
    return command


def run(arguments: list[str]) -> int:
    """Run one command. Returns the exit code; what can go wrong is told in one line on stderr."""
    bear_any_terminal()
    try:
        _command()(arguments, prog_name="loonbrug", standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    except Exception as error:
        code = tell_error(error)
        if code is None:
            raise
        return code
    return 0
