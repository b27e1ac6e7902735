"""The text of a small file that a person saved, however their editor writes it."""

from __future__ import annotations

import codecs
import unicodedata

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def text_of(content: bytes) -> str:
    r"""UTF-8 or UTF-16, with a byte order mark or without, and lines that end as on Windows.

    Raises ValueError, without the content in it.

    >>> text_of(b"\xef\xbb\xbfgeheim\r\n"), text_of("geheim".encode("utf-16"))
    ('geheim\n', 'geheim')
    """
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    try:
        text = content.decode(encoding or _unmarked(content))
    except UnicodeDecodeError:
        raise ValueError("is not saved as UTF-8; save it as UTF-8") from None
    return text.replace("\r\n", "\n")


def unseen_in(text: str) -> bool:
    """Whether a text holds what cannot be seen, and what no header or login bears: line ends, marks."""
    return any(unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp") for each in text)


def _unmarked(content: bytes) -> str:
    """UTF-16 without its mark has a zero in every other byte of a plain text."""
    if len(content) % 2 == 0 and content and not any(content[1::2]):
        return "utf-16-le"
    return "utf-16-be" if len(content) % 2 == 0 and content and not any(content[::2]) else "utf-8"
