"""A Dutch screen on which every word of the catalogue is marked: what is not, came from somewhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from string import Formatter
from typing import Any

import pytest

from words import shown, speech
from words.catalogue import template_of

_BEGIN, _END = "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}", "\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"
_MARKED = re.compile(f"{_BEGIN}[^{_BEGIN}{_END}]*{_END}")
_WORD = re.compile(r"(?<![\w@/.:-])[^\W\d_]{2,}(?![\w@/]|-\w|:\S)")
_NAME = re.compile(r"\w+[a-z][A-Z]\w*|[A-Z]+")
"""No words: what has digits, points or underscores, ids (``user:anna``), connectors, abbreviations."""
_SAID_IN = ("title", "aria-label", "placeholder", "alt")
_SILENT = ("script", "style", "code", "pre")
"""Elements without words for people; ``code`` and ``pre`` show what is the same in every language."""
_VOID = frozenset(("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))


def mark_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on Dutch is marked: texts of the catalogue without their values, and Babel's formats."""

    def marked(language: str, message: str, count: object = None) -> str | None:
        text = template_of(language, message, count)
        return text if text is None or language != "nl" else _marked(text)

    monkeypatch.setattr(speech, "template_of", marked)
    for name in ("moment", "long_moment", "day", "number", "hours"):
        monkeypatch.setattr(shown, name, _marking(getattr(shown, name)))


def _marking(show: Callable[[Any, str], str]) -> Callable[[Any, str], str]:
    return lambda value, language: f"{_BEGIN}{show(value, language)}{_END}"


def _marked(text: str) -> str:
    """The text with its own words marked and its values not."""
    pieces = []
    for words, name, spec, _ in Formatter().parse(text):
        escaped = words.replace("{", "{{").replace("}", "}}")
        pieces.append(f"{_BEGIN}{escaped}{_END}" if words else "")
        if name is not None:
            pieces.append("{" + name + (f":{spec}" if spec else "") + "}")
    return "".join(pieces)


def unspoken(page: str, known: Iterable[str]) -> Iterator[str]:
    """What a page shows that is no text of the catalogue: pieces with a word in them.

    ``known``: names and texts that whoever made the data put in.
    """
    longest_first = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    names = re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)")
    shows = _Shown()
    shows.feed(page)
    shows.close()
    for piece in shows.pieces:
        left = names.sub(" ", " ".join(_MARKED.sub(" ", piece).split()))
        if any(not _NAME.fullmatch(word) for word in _WORD.findall(left)):
            yield " ".join(left.split())


class _Shown(HTMLParser):
    """Gathers what a page shows or reads out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if not self._silent and tag != "meta":
            self.pieces += [str(named[name]) for name in _SAID_IN if named.get(name)]
            if tag == "input" and named.get("type") in ("submit", "button"):
                self.pieces.append(str(named.get("value")))
        if tag in _VOID:
            return
        if self._silent or tag in _SILENT or named.get("lang") == "en":
            self._silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)
