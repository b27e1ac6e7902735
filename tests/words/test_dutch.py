"""The Dutch half of the catalogue is Dutch."""

from __future__ import annotations

import re

from tests.stages.spoken import ENGLISH
from words.catalogue import messages

ALIKE = {
    "afas", "code", "connector", "detail", "document", "hashes", "in", "is", "item", "later", "live",
    "loonbrug", "min", "moment", "open", "overlap", "pid", "plan", "sha", "status", "was", "web", "week",
}  # fmt: skip
"""The same word in both languages."""
COMMANDS = re.compile(r"loonbrug [a-z-]+|--[a-z-]+|Content-[A-Za-z-]+|signed_at")
"""What is typed or sent is the same everywhere."""


def test_no_dutch_text_is_the_english_one_left_as_it_was() -> None:
    english = texts("en")
    same = [message for message, text in texts("nl").items() if text == english[message]]
    assert {word for message in same for word in words_in(english[message])} <= ALIKE


def test_no_english_word_stands_in_a_dutch_text() -> None:
    assert {message: text for message, text in texts("nl").items() if ENGLISH.search(text)} == {}


def texts(language: str) -> dict[str, str]:
    """Ids with their texts, without values and commands."""
    found = {}
    for entry in filter(lambda each: each.id, messages(language)):
        text = entry.string if isinstance(entry.string, str) else " ".join(entry.string or ())
        found[str(entry.id if isinstance(entry.id, str) else entry.id[0])] = bare(text)
    return found


def bare(text: str) -> str:
    """Without values and commands."""
    return COMMANDS.sub("", re.sub(r"\{[^}]*\}", "", text))


def words_in(text: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Za-z]{2,}", text)}
