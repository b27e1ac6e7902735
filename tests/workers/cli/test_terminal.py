"""Terminals that lack letters: plain ones stand in for them, and no command ends in a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from workers.cli.terminal import plain

pytestmark = pytest.mark.slow
HOUSE = Path(__file__).parents[3]
SHOWS = """
from workers.cli import tables
from workers.cli.terminal import bear_any_terminal
bear_any_terminal()
tables.table("Uren …", ("naam", "—"), [("Zoë Łódź 陈 😀", "✓"), ("x" * 200, "\\udce9")])
tables.pairs({"naam": "Zoë → Łódź"})
tables.line("klaar \N{LEFT SINGLE QUOTATION MARK}zo”", "bold")
"""


def run(arguments: list[str], encoding: str) -> subprocess.CompletedProcess[bytes]:
    environ = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    environ |= {"COLUMNS": "80", "PYTHONPATH": str(HOUSE)}
    environ |= {"PYTHONIOENCODING": encoding} if encoding else {}
    return subprocess.run([sys.executable, *arguments], env=environ, capture_output=True, check=False)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "cp437", "ascii:strict", "utf-8", ""])
def test_tables_and_lines_are_shown_in_letters_that_the_terminal_has(encoding: str, tmp_path: Path) -> None:
    program = tmp_path / "shows.py"
    program.write_text(SHOWS, "utf-8")
    shown = run([str(program)], encoding)
    text = shown.stdout.decode(encoding.partition(":")[0] or "ascii")
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert "Zo" in text
    assert "klaar" in text
    assert "?" in text  # what has no plain letter is not left out


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["doctor", "--help"], 0),
        (["week", "2026-W5é"], 2),
        (["pull", "--since", "é…"], 2),
        (["é"], 2),
    ],
)
def test_commands_end_as_they_should_whatever_the_terminal(
    encoding: str, arguments: list[str], code: int
) -> None:
    shown = run(["-m", "workers", *arguments], encoding)
    told = shown.stdout + shown.stderr
    assert b"Traceback" not in told
    assert shown.returncode == code, told
    assert told


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë Ångström Łukasz", "Zoe Angstrom Lukasz"),
        ("4 € … \N{EN DASH} — \N{MULTIPLICATION SIGN}", "4 EUR ... - - x"),
        ("┃━┏", "|--"),
        ("Straße", "Strasse"),
        ("陈\u200b😀", "??"),
    ],
)
def test_letters_are_written_without_their_marks(text: str, shown: str) -> None:
    assert plain(text) == shown
