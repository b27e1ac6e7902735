"""The language of a terminal."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from words import Words

SETTING = "LOONBRUG_CLI_LANGUAGE"
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


def language() -> str:
    """``nl`` or ``en``: as ``LOONBRUG_CLI_LANGUAGE`` says, else the terminal's locale, else English."""
    chosen = os.environ.get(SETTING, "").lower()
    locale = next((value for name in _LOCALE if (value := os.environ.get(name))), "")
    return chosen if chosen in ("nl", "en") else "nl" if locale.lower().startswith("nl") else "en"


def spoken() -> Words:
    """The words of this terminal."""
    return _words(language())


@cache
def _words(of: str) -> Words:
    from words import Words  # noqa: PLC0415 - what says nothing in words must not wait for the catalogue

    return Words(of)


def phrase(message: str, **values: object) -> str:
    """A text of the catalogue in the words of this terminal."""
    return spoken()(message, **values)
