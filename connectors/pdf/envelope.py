"""What may lie around and between the objects of a PDF: what readers pass over, and nothing that can be more.

Readers look for ``%PDF-`` in the first 1,024 bytes and for ``%%EOF`` near the end. Some programs leave
bytes there: a byte-order mark, empty lines, a line of a mail or a printer, zeros up to a whole block. A
file that is a PDF and a web page, an archive or a program at the same time needs more than such bytes.
"""

from __future__ import annotations

import re

from connectors.pdf.faults import Fault, Unfit
from connectors.pdf.tokens import BLANK

_LATEST_HEADER = 1024
_LONGEST_TAIL = 1024
"""Bytes of words behind the end; zeros and blanks do not count."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PRINTER = re.compile(rb"\x1b%-12345X|@PJL[^\r\n<]*")
"""A printer's own language: the universal exit and its lines."""
_COMMENT = re.compile(rb"%[^\r\n]*")
_MARKUP = re.compile(rb"<[A-Za-z!?/]")
_WORDS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:_+-" + BLANK + b"\x1a"
_BEGINS_OTHERWISE = re.compile(
    rb"\s*(?:MZ|GIF8|BM|II|MM|PK|RIFF|FORM|ID3|OggS|fLaC|8BPS|Rar|7z|Cr24|OTTO|ttcf|true|wOF|[FCZ]WS|BZh|%!)"
)
"""Signs of other kinds of files that words could form; all others need bytes that are refused anyway."""
_ARCHIVE_END = b"PK\x05\x06"
_ARCHIVE_ENTRY = b"PK\x01\x02"
_AT_A_PLACE = {257: b"ustar", 0x8001: b"CD001", 0x8801: b"CD001", 0x9001: b"CD001"}
"""Tape archives and disc images are known by a word in the middle."""


def check_envelope(data: bytes) -> None:
    """Raises Unfit unless the file begins and ends as a PDF, and as nothing else."""
    begin, end = data.find(b"%PDF-", 0, _LATEST_HEADER), data.rfind(b"%%EOF")
    if begin < 0 or end < begin:
        raise Unfit(Fault.NOT_A_PDF)
    front = data[:begin].removeprefix(_BYTE_ORDER_MARK)
    tail = data[end + len(b"%%EOF") :].strip(BLANK)
    if len(tail) > _LONGEST_TAIL:
        raise Unfit(Fault.NOT_A_PDF)
    if _BEGINS_OTHERWISE.match(front) or _is_archive(data):
        raise Unfit(Fault.MIXED)
    check_gap(front)
    check_gap(tail)


def check_gap(gap: bytes) -> None:
    """Raises Unfit unless nothing lies there but blanks, comments and words (a table of objects is words)."""
    if _MARKUP.search(gap):
        raise Unfit(Fault.MIXED)
    gap = gap.removeprefix(_BYTE_ORDER_MARK)
    if _COMMENT.sub(b"", _PRINTER.sub(b"", gap)).translate(None, _WORDS):
        raise Unfit(Fault.MIXED)


def _is_archive(data: bytes) -> bool:
    """Whether a reader of zip archives, which looks from the end, or of others would find one."""
    if any(data.startswith(sign, at) for at, sign in _AT_A_PLACE.items()):
        return True
    end = data.rfind(_ARCHIVE_END)
    return end >= 0 and data.rfind(_ARCHIVE_ENTRY, 0, end) >= 0
