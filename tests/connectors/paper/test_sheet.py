"""Paper: whatever stands in a cell, the file can be made, and nothing is left out unseen."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from connectors.paper.drawn import MOST_IN_CELL, SIGN
from connectors.paper.sheet import Sheet


def sheet() -> Sheet:
    return Sheet("Proef", "Loonbrug", "nl", datetime(2026, 11, 20, tzinfo=UTC))


def text_of(paper: Sheet) -> str:
    pages = PdfReader(io.BytesIO(paper.pdf())).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


ODD = {
    "a refusal of 2,000 characters": "Kostenplaats niet gevonden. " * 72,
    "one word of 2,000 characters": "x" * 2000,
    "a thousand lines": "regel\n" * 1000,
    "wide letters": "W" * 255,
    "tabs, zeros and marks": "a\tb\x00c\u202ed\u200be\ufefff",
    "nothing": "",
    "blanks": "   ",
    "half a pair": "\ud83d",
    "markup": "**vet** <b>x</b> {nb} %s",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_whatever_stands_in_a_cell_the_paper_is_made(text):
    paper = sheet()
    paper.grid(("Naam", "Reden"), [(text, text), ("Jan", "daarna")], (14, 166), ("L", "L"))
    paper.text_line(text)
    assert "daarna" in text_of(paper)


def test_a_long_cell_is_cut_and_says_so():
    paper = sheet()
    paper.grid(("Reden",), [("woord " * 500,)], (180,), ("L",))
    told = text_of(paper)
    assert told.count("woord") <= MOST_IN_CELL // 6
    assert "…" in told


@pytest.mark.parametrize(
    "name", ["محمد علي", "\U0001f600", "陈伟", "אבי", "\U0001f468\u200d\U0001f469\u200d\U0001f467"]
)
def test_what_the_font_lacks_is_shown_as_a_sign(name):
    paper = sheet()
    paper.grid(("Naam",), [(f"Naam {name} einde",)], (180,), ("L",))
    assert SIGN in text_of(paper)
    assert paper.signs_used


@pytest.mark.parametrize("name", ["Zoë Łukasz Ångström", "Иван Петров", "Γιώργος", "e\u0301", "José €"])
def test_what_the_font_has_is_drawn_as_it_is(name):
    paper = sheet()
    paper.text_line(name)
    assert SIGN not in text_of(paper)
    assert not paper.signs_used
