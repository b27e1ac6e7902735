"""A signed document as it is taken in."""

from __future__ import annotations

from dataclasses import dataclass, field

LARGEST_PDF = 20 * 1024 * 1024
"""Bytes of a signed document that are taken in."""


@dataclass(frozen=True, slots=True)
class PlainPdf:
    """The bytes of a PDF that was looked through: whole, readable, and unable to act."""

    content: bytes = field(repr=False)
