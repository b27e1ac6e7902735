"""One thing, one word: the catalogues against ``docs/glossary.md``."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from words.catalogue import LANGUAGES, messages

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in GLOSSARY.read_text("utf-8").splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| English"))
]
NEVER = [word.strip() for row in ROWS for word in row[4].split(",") if word.strip()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("word", NEVER)
def test_nobody_reads_a_word_that_means_the_same_elsewhere(language, word):
    wrong = re.compile(rf"\b{re.escape(word)}(s|en|n)?\b", re.IGNORECASE)
    said = [
        (entry.id, text)
        for entry in messages(language)
        for text in ([entry.string] if isinstance(entry.string, str) else entry.string or ())
        if wrong.search(text)
    ]
    assert said == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_the_glossary_names_is_in_the_code(row):
    for name in re.findall(r"`([\w.]+)`", row[3]):
        module, _, last = name.rpartition(".")
        assert hasattr(import_module(module), last) or import_module(name)


def test_the_glossary_is_read():
    assert len(ROWS) > 15
    assert "flexwerker" in NEVER
