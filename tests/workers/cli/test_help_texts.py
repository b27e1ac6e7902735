"""The help of every command, in both languages."""

from __future__ import annotations

import pytest
import typer
from typer import rich_utils

from tests.stages.spoken import ENGLISH
from words import Words
from words.catalogue import template_of
from workers.cli import app, run
from workers.cli.help_texts import FRAME, texts_of
from workers.cli.language import SETTING

TEXTS = dict(texts_of(typer.main.get_command(app)))
COMMANDS = [text.removeprefix("help.") for text in TEXTS if text.count(".") == 1]


def test_the_english_of_the_catalogue_is_that_of_the_code():
    assert {text: template_of("en", text) for text in TEXTS} == {
        text: bearer.help for text, bearer in TEXTS.items()
    }


def test_every_text_has_dutch():
    assert [text for text in TEXTS if template_of("nl", text) in (None, template_of("en", text))] == []


@pytest.mark.parametrize("command", [["--help"], ["pull", "-h"], ["audit", "list", "--help"]], ids=" ".join)
def test_help_is_dutch_on_a_dutch_terminal(command, monkeypatch, capsys):
    for name in FRAME:
        monkeypatch.setattr(rich_utils, name, getattr(rich_utils, name))  # as it was, for the next test
    monkeypatch.setenv(SETTING, "nl")
    assert run(command) == 0
    shown = capsys.readouterr().out
    assert Words("nl")("help.of-this") in shown
    assert ENGLISH.findall(shown) == []


def test_help_is_english_again_elsewhere(monkeypatch, capsys):
    monkeypatch.setenv(SETTING, "en")
    assert run(["pull", "--help"]) == 0
    assert "Pull one flow now" in capsys.readouterr().out
