"""CSV that a spreadsheet opens well and that cannot do harm.

UTF-8 with a byte order mark, semicolons between the columns, a decimal comma, CRLF: what Excel set to Dutch
opens with a double click. A text that a spreadsheet would take for a formula gets an apostrophe in front
(OWASP: CSV injection); numbers of ours are numbers and may be negative.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

TYPE = "text/csv; charset=utf-8"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - full-width ones count too
_UNSEEN = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*")
"""Spaces of any kind, and what shows as nothing: a spreadsheet may drop them and then see a formula."""


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A file with one line of column names and a line per row."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def cell(value: object) -> str:
    """A value as it stands in the file.

    >>> cell("=1+1"), cell(Decimal("-7.5000")), cell(Decimal("8.6666700000")), cell(None)
    ("'=1+1", '-7,50', '8,66667', '')
    """
    match value:
        case None:
            return ""
        case Decimal():
            shown = f"{value:.2f}" if value == round(value, 2) else f"{value.normalize():f}"
            return shown.replace(".", ",")
        case datetime() | date():
            return value.isoformat()
        case int():
            return str(value)
    text = str(value).replace("\0", "")
    return (
        f"'{text}"
        if text.startswith(_FORMULA) or _UNSEEN.sub("", text, count=1).startswith(_FORMULA)
        else text
    )
