"""Texts as they can be drawn: on one line, not too long for a cell, a sign for what the font lacks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

MOST_IN_CELL = 300
"""Characters of a table's cell. A row must fit on a page, and AFAS's reasons may have thousands."""
SIGN = "\N{REPLACEMENT CHARACTER}"
"""Stands for characters that the font does not have: a gap would look as if nothing stood there."""

_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")


def drawn(text: str, glyphs: Collection[int]) -> str:
    """The text with a sign for each run of characters that are not in ``glyphs`` (code points of the font).

    Marks that cannot be seen (direction, joining, control) are left out, line ends stay.

    >>> drawn("Zoë \U0001f600!", {ord(each) for each in "Zoë !"})
    'Zoë \ufffd!'
    """
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(
        each if each == "\n" or unicodedata.category(each) not in _UNSEEN else " " * (each == "\t")
        for each in composed
    )
    known = "".join(each if each == "\n" or ord(each) in glyphs else SIGN for each in seen)
    return re.sub(f"{SIGN}+", SIGN, known)


def in_cell(text: str, most: int = MOST_IN_CELL) -> str:
    """On one line, cut where it is longer.

    >>> in_cell("Kostenplaats\\n onbekend", 9)
    'Kostenpl…'
    """
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
