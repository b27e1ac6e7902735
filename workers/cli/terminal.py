"""Terminals that cannot show every letter: what they lack is written in plain letters, and never a traceback.

A terminal of Windows, a container without a locale or a pipe may take ASCII or one page of letters only.
"""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata

_HANDLER = "loonbrug-plain"
_SIGNS = {"…": "...", "€": "EUR", "·": "-", "•": "*", "→": "->", "←": "<-", "✓": "ok", "✗": "no", "✔": "ok"}
_LETTERS = {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
_OTHERS = {"✘": "no", "▇": "#", "█": "#", "░": ".", "đ": "d", "\N{MULTIPLICATION SIGN}": "x"}
_PLAIN = str.maketrans(_SIGNS | _LETTERS | _OTHERS)


def bear_any_terminal() -> None:
    """From now on nothing that is printed by this process can fail for want of a letter."""
    codecs.register_error(_HANDLER, _instead)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)


def plain(text: str) -> str:
    """The text in ASCII: letters without their marks, signs as they are typed, the rest as ``?``.

    >>> plain("Zoë … ━ Łódź 陈")
    'Zoe ... - Lodz ?'
    """
    return "".join(map(_plain, unicodedata.normalize("NFC", text).translate(_PLAIN)))


def _plain(sign: str) -> str:
    if sign.isascii():
        return sign
    if "BOX DRAWINGS" in unicodedata.name(sign, "") or unicodedata.category(sign) == "Pd":
        return "|" if "VERTICAL" in unicodedata.name(sign, "") else "-"
    if unicodedata.category(sign) in ("Pi", "Pf"):
        return "'" if "SINGLE" in unicodedata.name(sign) else '"'
    bare = "".join(each for each in unicodedata.normalize("NFKD", sign) if each.isascii())
    return bare or ("" if unicodedata.category(sign) in ("Cf", "Mn") else "?")


def _instead(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return plain(error.object[error.start : error.end]), error.end
