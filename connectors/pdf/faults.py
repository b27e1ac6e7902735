"""Why a PDF is not taken in, in words for whoever hands it in."""

from __future__ import annotations

from enum import Enum


class Fault(Enum):
    """One kind of reason. The value is the id of the message that completes the sentence "the file ..."."""

    NOT_A_PDF = "pdf.not-whole"
    UNREADABLE = "pdf.unreadable"
    MIXED = "pdf.mixed"
    ENCRYPTED = "pdf.encrypted"
    NO_PAGES = "pdf.no-pages"
    ACTS = "pdf.acts"
    HOLDS_FILES = "pdf.holds-files"
    COSTLY = "pdf.costly"


class Unfit(Exception):  # noqa: N818 - named after what the file is
    """The file is not taken in."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault
