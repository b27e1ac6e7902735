"""Why a PDF is not taken in, in words for whoever hands it in."""

from __future__ import annotations

from enum import Enum


class Fault(Enum):
    """One kind of reason. The value completes the sentence "the file ..."."""

    NOT_A_PDF = "is not a PDF, or not a whole one"
    UNREADABLE = "is a PDF that cannot be read"
    MIXED = "holds something beside the PDF; save it as a PDF again"
    ENCRYPTED = "is encrypted; save it without a password"
    NO_PAGES = "has no pages"
    ACTS = "carries a script or an action; print it to a plain PDF first"
    HOLDS_FILES = "carries or calls for another file; print it to a plain PDF first"
    COSTLY = "takes too much to look through; print it to a plain PDF first"


class Unfit(Exception):  # noqa: N818 - named after what the file is
    """The file is not taken in."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault
