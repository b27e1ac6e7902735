"""How reports look on a terminal. Everything here is for people; programs take ``--json``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from domain.message import Message
from workers.cli.language import phrase, spoken

console = Console()
_LONG = 25
"""Characters from which on a column may wrap, to ``_NARROW`` at the least."""
_NARROW = 8
_AROUND = 3
"""What a column takes beside its text."""


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; None becomes a dash, and nothing in a cell is markup.

    What is long may wrap; the rest stays whole, since people type it again, on a narrow terminal too.
    """
    columns, title = [heading(each) for each in columns], heading(title)
    made = Table(title=title, title_justify="left", header_style="bold", box=SIMPLE_HEAD, padding=(0, 1))
    cells = [[text(cell) for cell in row] for row in rows]
    lengths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    for column, length in zip(columns, lengths, strict=True):
        made.add_column(column, no_wrap=length < _LONG, overflow="fold")
    for row in cells:
        made.add_row(*map(escape, row))
    if made.row_count:
        least = sum((length if length < _LONG else _NARROW) + _AROUND for length in lengths) + 1
        Console(width=max(console.width, least)).print(made)
    else:
        line(phrase("cli.none", title=title))


def pairs(facts: Mapping[str, object]) -> None:
    """Print names and values, one a line."""
    for name, value in facts.items():
        console.print(f"[bold]{heading(name)}[/]  {escape(text(value))}")


def heading(name: str) -> str:
    """What a column, a fact or a table is called; its own name when the catalogue has no other."""
    return spoken().name("heading", name).replace("_", " ")


def line(words: str, style: str | None = None) -> None:
    """Print one line."""
    console.print(escape(words), style=style)


def text(value: Any) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return "-"
    if isinstance(value, Message):
        from workers.cli.door import said  # noqa: PLC0415 - the words are read when something is said

        return said(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%SZ}" if value.year < 9999 else phrase("cli.until-resumed")
    return phrase("cli.yes" if value else "cli.no") if isinstance(value, bool) else str(value)


def ago(seconds: float | None) -> str:
    """A duration in its largest unit.

    >>> ago(7300), ago(None)
    ('2 h', '-')
    """
    if seconds is None:
        return "-"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
