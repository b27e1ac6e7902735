"""Every alert has its runbook: as a file, at the console, and with commands that exist."""

from __future__ import annotations

import re
from typing import Any

import pytest
import typer.main

from domain.alert import KINDS
from web.ops.pages.runbooks import RUNBOOKS
from workers.cli import app


@pytest.mark.parametrize("name", KINDS)
def test_every_alert_has_a_runbook_that_says_what_it_means_how_to_see_it_and_what_to_do(name):
    text = (RUNBOOKS / f"{name}.md").read_text("utf-8")
    assert text.startswith(f"# {name}\n")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings[:3] == ["What it means", "How to see it", "What to do"]


def test_every_runbook_belongs_to_an_alert():
    assert {file.stem for file in RUNBOOKS.glob("*.md")} == set(KINDS)


def commands() -> list[tuple[str, str]]:
    return [
        (file.stem, line)
        for file in sorted(RUNBOOKS.glob("*.md"))
        for line in re.findall(r"^\$ (\./loonbrug .*)$", file.read_text("utf-8"), re.MULTILINE)
    ]


@pytest.mark.parametrize(("runbook", "line"), commands())
def test_every_command_of_a_runbook_exists_with_its_options(runbook, line):
    words = line.split("  #")[0].split("|")[0].split()[1:]
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        assert words[0] in command.commands, line
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known | {"--help"}, line


def test_each_runbook_has_commands():
    assert {runbook for runbook, _ in commands()} == set(KINDS)


def test_the_console_shows_a_runbook(as_viewer):
    answer = as_viewer.get("/ops/runbooks/unclear-update")
    assert answer.status_code == 200
    assert "What it means" in answer.text


@pytest.mark.parametrize("name", ["nonsense", "..%2f..%2fREADME", "../README"])
def test_no_other_file_can_be_asked_for(as_viewer, name):
    assert as_viewer.get(f"/ops/runbooks/{name}").status_code == 404


def test_who_is_not_signed_in_sees_none(visitor):
    assert visitor.get("/ops/runbooks/unclear-update").status_code in (303, 401)
