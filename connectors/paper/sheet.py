"""A4 paper with our font, so that every name is written as its owner writes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout, TextEmphasis, WrapMode, XPos, YPos
from fpdf.fonts import TTFFont

from connectors.paper.drawn import SIGN, drawn, in_cell

_FONTS = Path(__file__).parent / "fonts"
_FAMILY = "DejaVu"
_PADDING = 1.2
_MOST_LINES = 15
"""Lines of a cell, if words broke nowhere; with words that do not fit side by side it is twice as many."""
_GREY = (85, 97, 106)

Align = Literal["L", "R"]


class Sheet(FPDF):
    """Paper with a footer on each page: what it is, and which page of how many."""

    def __init__(self, title: str, footer: str, language: str, made_at: datetime) -> None:
        super().__init__(format="A4", unit="mm")
        self._footer = footer
        self._signs_used = False
        self.add_font(_FAMILY, "", _FONTS / "DejaVuSansCondensed.ttf")
        self.add_font(_FAMILY, "B", _FONTS / "DejaVuSansCondensed-Bold.ttf")
        self._glyphs = frozenset.intersection(*(_glyphs_of(font) for font in self.fonts.values()))
        self.set_margins(15, 15, 15)
        self.set_auto_page_break(auto=True, margin=18)
        self.set_title(title)
        self.set_lang(language)
        self.set_creator("Loonbrug")
        self.set_creation_date(made_at)
        self.alias_nb_pages()
        self.add_page()

    def footer(self) -> None:
        """Called by fpdf2 at the end of each page."""
        self.set_y(-13)
        self._pen(7.5, grey=True)
        self.cell(0, 5, self._drawn(self._footer), align="L", new_x=XPos.LMARGIN, new_y=YPos.TOP)
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="R")

    def heading(self, text: str, size: float = 12.0) -> None:
        """A heading that stays with what follows it."""
        if self.will_page_break(30):
            self.add_page()
        self.ln(3 if size < 15 else 0)
        self._pen(size, bold=True)
        self.multi_cell(0, size * 0.5, self._drawn(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)

    def text_line(self, text: str, *, bold: bool = False, grey: bool = False, size: float = 9.0) -> None:
        """A paragraph."""
        self._pen(size, bold=bold, grey=grey)
        self.multi_cell(0, size * 0.5, self._drawn(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def grid(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[str]],
        widths: Sequence[int],
        align: Sequence[Align],
    ) -> None:
        """A table whose heading is repeated on each page. Long cells are cut: a row must fit on a page."""
        self._pen(8)
        rooms = [_MOST_LINES * (self.epw * width / sum(widths) - 2 * _PADDING) for width in widths]
        heading = FontFace(emphasis=TextEmphasis.B, fill_color=(236, 239, 241))
        with self.table(
            col_widths=tuple(widths),
            text_align=tuple(align),
            headings_style=heading,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            line_height=4.2,
            padding=(0.6, _PADDING),
            wrapmode=WrapMode.WORD,
        ) as table:
            table.row(columns)
            for row in rows:
                table.row([self._fitting(each, room) for each, room in zip(row, rooms, strict=True)])

    @property
    def signs_used(self) -> bool:
        """Whether anything so far has a character that the font lacks."""
        return self._signs_used

    def can_draw(self, text: str) -> bool:
        """Whether the font has every character of it."""
        return SIGN not in drawn(text, self._glyphs)

    def pdf(self) -> bytes:
        """The file."""
        return bytes(self.output())

    def _fitting(self, text: str, room: float) -> str:
        """The text of a cell, cut to so many millimetres of line: a row that is too high has no page."""
        line = self._drawn(in_cell(text))
        wide = self.get_string_width(line)
        return line if wide <= room else in_cell(line, max(1, int(len(line) * room / wide)))

    def _drawn(self, text: str) -> str:
        shown = drawn(text, self._glyphs)
        self._signs_used = self._signs_used or SIGN in shown
        return shown

    def _pen(self, size: float, *, bold: bool = False, grey: bool = False) -> None:
        self.set_font(_FAMILY, "B" if bold else "", size)
        self.set_text_color(*(_GREY if grey else (0, 0, 0)))


def _glyphs_of(font: object) -> frozenset[int]:
    return frozenset(font.cmap) if isinstance(font, TTFFont) else frozenset()
