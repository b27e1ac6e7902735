"""The command line. Each group of commands is a file; what a command needs is imported when it runs.

Exit codes: 0 fine, 1 something is wrong (``doctor``, ``status`` and ``failures`` found trouble), 2 wrong
usage, wrong settings or no database, 3 partly done.
"""

from __future__ import annotations

import typer

from workers.cli import (
    alerts,
    audit,
    cutoffs,
    demonstration,
    doctor,
    encryption,
    findings,
    keeping,
    keys,
    lives,
    mending,
    parking,
    parts,
    pulling,
    replays,
    reports,
    switches,
    users,
    weeks,
)
from workers.cli.door import FAILED, tell_error

app = typer.Typer(
    name="loonbrug",
    help="Keeps AFAS Profit and the client portal in step.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (
    parts,
    demonstration,
    doctor,
    reports,
    lives,
    parking,
    pulling,
    replays,
    mending,
    switches,
    keys,
    users,
    alerts,
    audit,
    encryption,
    keeping,
    findings,
    weeks,
    cutoffs,
):
    group.add_to(app)


def run(arguments: list[str]) -> int:
    """Run one command. Returns the exit code; what can go wrong is told in one line on stderr."""
    try:
        app(arguments, prog_name="loonbrug", standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    except Exception as error:
        code = tell_error(error)
        if code is None:
            raise
        return code
    return 0
