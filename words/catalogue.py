"""The catalogue: one folder per language, one ``.po`` file per subject, read once per process by gettext.

A message is found by an id that says what it is about (``cutoff.report-signed-already``), the same in every
language: what the store keeps is such an id with its values, and must outlive a better wording.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("en", "nl")
REASONS = ("why.", "row-fault.", "afas.")
"""What the ids of reasons begin with."""
FOLDER = Path(__file__).parent


def messages(language: str) -> Catalog:
    """All messages of one language, as its files have them. Raises ValueError for an id that stands twice."""
    every = Catalog(locale=language)
    for file in sorted((FOLDER / language).glob("*.po")):
        with file.open("rb") as text:
            for message in read_po(text, locale=language, abort_invalid=True):
                if message.id and message.id in every:
                    raise ValueError(f"{file.name} says {message.id} once more")
                if message.id:
                    every[message.id] = message
    return every


@cache
def translations(language: str) -> GNUTranslations:
    """The same, ready to be asked."""
    compiled = BytesIO()
    write_mo(compiled, messages(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def template_of(language: str, message: str, count: object = None) -> str | None:
    """The text behind an id, values not filled in; None for an unknown id. ``count`` chooses the plural."""
    known = translations(language)
    plural = count if isinstance(count, int) else 1
    found = known.ngettext(message, message, plural)
    if found == message:
        found = known.gettext(message)
    return None if found == message else found


def ids_saying(part: str) -> tuple[str, ...]:
    """The ids of reasons whose text has that part in any language, whatever its case; none for nothing."""
    wanted = part.casefold()
    return tuple(reason for reason, text in _reasons() if wanted and wanted in text)


@cache
def _reasons() -> tuple[tuple[str, str], ...]:
    """The ids of reasons with their texts, in every language."""
    every = (message for language in LANGUAGES for message in messages(language))
    return tuple(
        (str(each.id), str(each.string).casefold()) for each in every if str(each.id).startswith(REASONS)
    )
