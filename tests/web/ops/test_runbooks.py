"""Every alert has its runbook: as a file with commands, and at the console."""

from __future__ import annotations

import re

import pytest

from domain.alert import KINDS
from web.ops.pages.runbooks import RUNBOOKS


@pytest.mark.parametrize("name", KINDS)
def test_every_alert_has_a_runbook_that_says_what_it_means_how_to_see_it_and_what_to_do(name):
    text = (RUNBOOKS / f"{name}.md").read_text("utf-8")
    assert text.startswith(f"# {name}\n")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings[:3] == ["What it means", "How to see it", "What to do"]


def test_every_runbook_belongs_to_an_alert():
    assert {file.stem for file in RUNBOOKS.glob("*.md")} == set(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_each_runbook_shows_commands(name):
    assert re.search(r"^\$ \./loonbrug ", (RUNBOOKS / f"{name}.md").read_text("utf-8"), re.MULTILINE)


def test_the_console_shows_a_runbook(as_viewer):
    answer = as_viewer.get("/ops/runbooks/unclear-update")
    assert answer.status_code == 200
    assert "What it means" in answer.text


@pytest.mark.parametrize("name", ["nonsense", "..%2f..%2fREADME", "../README"])
def test_no_other_file_can_be_asked_for(as_viewer, name):
    assert as_viewer.get(f"/ops/runbooks/{name}").status_code == 404


def test_who_is_not_signed_in_sees_none(visitor):
    assert visitor.get("/ops/runbooks/unclear-update").status_code in (303, 401)
