"""A4 paper with our font, so that every name is written as its owner writes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout, TextEmphasis, WrapMode, XPos, YPos

_FONTS = Path(__file__).parent / "fonts"
_FAMILY = "DejaVu"
_GREY = (85, 97, 106)

Align = Literal["L", "R"]


class Sheet(FPDF):
    """Paper with a footer on each page: what it is, and which page of how many."""

    def __init__(self, title: str, footer: str, language: str, made_at: datetime) -> None:
        super().__init__(format="A4", unit="mm")
        self._footer = footer
        self.add_font(_FAMILY, "", _FONTS / "DejaVuSansCondensed.ttf")
        self.add_font(_FAMILY, "B", _FONTS / "DejaVuSansCondensed-Bold.ttf")
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
        self.cell(0, 5, self._footer, align="L", new_x=XPos.LMARGIN, new_y=YPos.TOP)
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="R")

    def heading(self, text: str, size: float = 12.0) -> None:
        """A heading that stays with what follows it."""
        if self.will_page_break(30):
            self.add_page()
        self.ln(3 if size < 15 else 0)
        self._pen(size, bold=True)
        self.multi_cell(0, size * 0.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)

    def text_line(self, text: str, *, bold: bool = False, grey: bool = False, size: float = 9.0) -> None:
        """A paragraph."""
        self._pen(size, bold=bold, grey=grey)
        self.multi_cell(0, size * 0.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def grid(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[str]],
        widths: Sequence[int],
        align: Sequence[Align],
    ) -> None:
        """A table whose heading is repeated on each page."""
        self._pen(8)
        heading = FontFace(emphasis=TextEmphasis.B, fill_color=(236, 239, 241))
        with self.table(
            col_widths=tuple(widths),
            text_align=tuple(align),
            headings_style=heading,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            line_height=4.2,
            padding=(0.6, 1.2),
            wrapmode=WrapMode.WORD,
        ) as table:
            table.row(columns)
            for row in rows:
                table.row(row)

    def pdf(self) -> bytes:
        """The file."""
        return bytes(self.output())

    def _pen(self, size: float, *, bold: bool = False, grey: bool = False) -> None:
        self.set_font(_FAMILY, "B" if bold else "", size)
        self.set_text_color(*(_GREY if grey else (0, 0, 0)))
