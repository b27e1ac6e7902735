"""Looks through the catalogue: ``python -m words.check``, a part of ``./loonbrug check``.

Each message in both languages, with the same values; each id that code or a template names is there; none is
there that nobody names.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Message as Entry

from words.catalogue import LANGUAGES, messages

HOUSE = Path(__file__).parents[1]
FLOORS = ("connectors", "domain", "mappings", "sync", "web", "words", "workers")
_ASKED = re.compile(r"""\bt\(\s*['"]([^'"]+)['"]""")
_QUOTED = re.compile(r"""['"]([a-z0-9.-]+)['"]""")


def problems() -> list[str]:
    """What is wrong with the catalogue, a line each."""
    languages = [dict(_texts(language)) for language in LANGUAGES]
    named = set(_named())
    return [
        *(f"{each}: not in every language" for each in sorted(languages[0].keys() ^ languages[1].keys())),
        *(f"{each}: other values in each language" for each in sorted(_differing(*languages))),
        *(f"{each}: named in the code, and has no text" for each in sorted(_asked() - languages[0].keys())),
        *(f"{each}: nobody says it" for each in sorted(languages[0].keys()) if not _is_said(each, named)),
    ]


def _texts(language: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Ids with their texts: one, or one per plural form."""
    for entry in messages(language):
        if entry.id:
            yield _id(entry), (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())


def _id(entry: Entry) -> str:
    return str(entry.id if isinstance(entry.id, str) else entry.id[0])


def _differing(one: dict[str, tuple[str, ...]], other: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Ids whose texts are empty in one language, or take other values."""
    for each in one.keys() & other.keys():
        texts = (*one[each], *other[each])
        if not all(texts) or len({_values(text) for text in texts}) > 1:
            yield each


def _values(text: str) -> frozenset[str]:
    """The values of a text; a plural may say "one" instead of its count."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name and name != "count")


def _asked() -> set[str]:
    """Ids that a template or a call names outright."""
    asked = {each for text in _templates() for each in _ASKED.findall(text) if not each.endswith((".", "-"))}
    for tree in _modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and _speaks(node.func):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    asked.add(first.value)
    return asked


def _speaks(called: ast.expr) -> bool:
    """Whether a call makes or says a message: ``Message(...)``, ``words(...)``, ``phrase(...)``."""
    return isinstance(called, ast.Name) and called.id in ("Message", "phrase", "words", "t")


def _named() -> Iterator[str]:
    """Whatever looks like an id, or like the beginning of one (``f"age.{name}"``, ``name("state", ...)``)."""
    for text in _templates():
        yield from _QUOTED.findall(text)
    for tree in _modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
    for language in LANGUAGES:
        for _, texts in _texts(language):
            for text in texts:
                yield from (spec for _, _, spec, _ in Formatter().parse(text) if spec)


def _is_said(message: str, named: set[str]) -> bool:
    """Whether somebody names the id, or what it begins with."""
    return any(message[:length] in named for length in (*_joints(message), len(message)))


def _joints(message: str) -> Iterator[int]:
    """Where an id may be put together: at its first point, behind a point or a hyphen."""
    yield message.find(".")
    yield from (place + 1 for place, letter in enumerate(message) if letter in ".-")


def _templates() -> Iterator[str]:
    for file in sorted((HOUSE / "web").rglob("*.html")):
        yield file.read_text("utf-8")


def _modules() -> Iterator[ast.Module]:
    for floor in FLOORS:
        for file in sorted((HOUSE / floor).rglob("*.py")):
            yield ast.parse(file.read_text("utf-8"))


if __name__ == "__main__":
    found = problems()
    sys.stdout.writelines(f"{each}\n" for each in found)
    sys.exit(1 if found else 0)
