"""Is this a plain PDF? Nothing in it is executed: what could act when it is opened is refused."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass, field

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from domain.errors import Incomplete

LARGEST_PDF = 20 * 1024 * 1024
"""Bytes of a signed document that are taken in."""

_MOST_OBJECTS = 100_000
_ACTING_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/Movie", "/Sound"}
)
_ACTING_KEYS = frozenset(
    {"/JS", "/JavaScript", "/EmbeddedFiles", "/EmbeddedFile", "/EF", "/RichMediaContent", "/XFA"}
)
_UNREADABLE = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What a broken or hostile file makes a PDF reader raise."""


@dataclass(frozen=True, slots=True)
class PlainPdf:
    """The bytes of a PDF that was looked through; made by ``plain_pdf``."""

    content: bytes = field(repr=False)


def plain_pdf(content: bytes) -> PlainPdf:
    """Look through a file, which may take a second: not to be done while anything is locked.

    Raises Incomplete (field ``file``) unless it is a readable, unencrypted PDF that cannot act.
    """
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        raise Incomplete("file", "is not a PDF, or not a whole one")
    if len(content) > LARGEST_PDF:
        raise Incomplete("file", f"is larger than {LARGEST_PDF} bytes")
    try:
        fault = _fault(content)
    except _UNREADABLE as error:
        raise Incomplete("file", "is a PDF that cannot be read") from error
    if fault:
        raise Incomplete("file", fault)
    return PlainPdf(content)


def _fault(content: bytes) -> str | None:
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        return "is encrypted"
    if len(reader.pages) == 0:
        return "has no pages"
    return _acting_part(reader)


def _acting_part(reader: PdfReader) -> str | None:
    """Walk everything that can be reached from the document's root, each object once."""
    todo: list[object] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    visited = 0
    while todo:
        thing = todo.pop()
        visited += 1
        if visited > _MOST_OBJECTS * 10 or len(seen) > _MOST_OBJECTS:
            return "has too many parts"
        if isinstance(thing, IndirectObject):
            if (thing.idnum, thing.generation) not in seen:
                seen.add((thing.idnum, thing.generation))
                todo.append(thing.get_object())
        elif isinstance(thing, DictionaryObject):
            if fault := _acting(thing):
                return fault
            todo.extend(dict.values(thing))
        elif isinstance(thing, ArrayObject):
            todo.extend(list.__iter__(thing))
    return None


def _acting(part: DictionaryObject) -> str | None:
    keys = set(dict.keys(part))
    if keys & _ACTING_KEYS or (dict.get(part, "/S") in _ACTING_ACTIONS):
        return "carries a script, an action or another file; print it to a plain PDF first"
    return None
