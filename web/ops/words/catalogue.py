"""The words of the console, in English and Dutch. Each part is a file beside this one, with ``WORDS``."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from domain.said import Said

Texts = Mapping[str, tuple[str, str]]
"""Key -> English, Dutch; ``{name}`` stands for a value."""

LANGUAGES = ("en", "nl")
_PREFERENCE = re.compile(r"\s*([a-zA-Z]{1,8})(?:-[a-zA-Z0-9]+)*\s*(?:;\s*q=([0-9.]{1,5}))?\s*")


class Words:
    """The words of one language: ``words("now.title")``, ``words("age.days", count=3)``."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._place = LANGUAGES.index(language)

    def __call__(self, key: str, **values: object) -> str:
        """The text behind a key, with its values filled in; the key itself when it has no text."""
        texts = all_texts().get(key)
        return texts[self._place].format(**values) if texts else key

    def said(self, sentence: Said) -> str:
        """A sentence that carries its own Dutch."""
        return sentence.nl if self.language == "nl" else sentence.en

    def name(self, group: str, value: object) -> str:
        """What people call a value, such as a state: the text ``group.value``, or the value as it is."""
        texts = all_texts().get(f"{group}.{value}")
        return texts[self._place] if texts else str(value)


@cache
def all_texts() -> Texts:
    """The texts of all parts. Raises ValueError when two parts give one key different texts."""
    import web.ops.words  # noqa: PLC0415 - its folder is looked through

    found: dict[str, tuple[str, str]] = {}
    for module in pkgutil.iter_modules(web.ops.words.__path__):
        texts: Texts = getattr(import_module(f"web.ops.words.{module.name}"), "WORDS", {})
        if texts:
            for key, text in texts.items():
                if found.setdefault(key, text) != text:
                    raise ValueError(f"two texts for {key}")
    return found


def language_of(chosen: str | None, accepted: str) -> str:
    """The language for a person: the one chosen, else the first of ours in ``Accept-Language``, else English.

    >>> language_of(None, "fr, nl-BE;q=0.9, en;q=0.8"), language_of("en", "nl"), language_of(None, "")
    ('nl', 'en', 'en')
    """
    if chosen in LANGUAGES:
        return chosen
    wishes = [match for part in accepted[:200].split(",") if (match := _PREFERENCE.fullmatch(part))]
    weighed = sorted(wishes, key=lambda wish: -_weight(wish[2]))
    return next((wish[1].lower() for wish in weighed if wish[1].lower() in LANGUAGES), "en")


def _weight(text: str | None) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
