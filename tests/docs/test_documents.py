"""What the documents name exists: commands with their options, links, files, AFAS's columns."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from mappings.flows import FLOWS
from mappings.pull.flow import Flow
from workers.cli import app

HOUSE = Path(__file__).parents[2]
FOLDERS = "benchmarks|connectors|docs|domain|mappings|requirements|sandbox|sync|tests|web|workers"
OF_THE_LAUNCHER = {"test", "check", "bench", "sandbox", "notice", "sbom"}
DOCUMENTS = [
    each
    for each in sorted(HOUSE.rglob("*.md"))
    if not any(part.startswith(".") for part in each.relative_to(HOUSE).parts)
]


@pytest.fixture(params=DOCUMENTS, ids=lambda each: str(each.relative_to(HOUSE)))
def document(request: pytest.FixtureRequest) -> Path:
    """Each document in turn."""
    return Path(request.param)


def commands(text: str) -> list[list[str]]:
    """The commands that a text shows, as words."""
    shown = re.findall(r"(?:^|`|\$ )(?:\./)?loonbrug ((?:-|[a-z])[^`#|\n]*)", text, re.MULTILINE)
    return [words for words in map(str.split, shown) if words[0] not in OF_THE_LAUNCHER]


def test_every_command_exists_with_its_options(document: Path) -> None:
    for words in commands(document.read_text("utf-8")):
        command: Any = typer.main.get_command(app)
        rest = list(words)
        while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
            assert rest[0] in command.commands, words
            command = command.commands[rest.pop(0)]
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert {word.partition("=")[0] for word in rest if word.startswith("--")} <= known, words


def test_every_link_leads_somewhere(document: Path) -> None:
    for place in re.findall(r"\]\((?!https?://)([^)#\s]+)", document.read_text("utf-8")):
        assert (document.parent / place).exists(), place


def test_every_file_of_the_house_is_there(document: Path) -> None:
    named = re.findall(rf"`((?:{FOLDERS})/[\w./*-]*)`", document.read_text("utf-8"))
    lost = [name for name in named if not any(HOUSE.glob(name.rstrip("/")))]
    assert [name for name in lost if not any(document.parent.glob(name))] == []


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_the_administrator_s_page_lists_every_column_that_we_read(flow: Flow) -> None:
    page = (HOUSE / "docs" / "afas-setup.md").read_text("utf-8")
    section = page.partition(f"### {flow.connector}\n")[2].partition("\n### ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(flow.columns)
    key = re.search(r"^Key: (.*?)\.(?: |$)", section, re.MULTILINE)
    assert key
    assert tuple(re.findall(r"`(\w+)`", key[1])) == flow.key


def test_the_readme_shows_commands() -> None:
    assert len(commands((HOUSE / "README.md").read_text("utf-8"))) > 10
