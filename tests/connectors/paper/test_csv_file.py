"""Files for spreadsheets: what a spreadsheet would take for a formula cannot become one."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from connectors.paper.csv_file import cell, csv_bytes


def read(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+31612345678", "-2+3", "@SUM(A1)", "\tx", "\rx", "\n=x", "  =1+1", "\u00a0=1+1",
        "\uff1d1+1", "\u2003=1+1", "\u200b=1+1", "\ufeff@x", " \t=1", '=HYPERLINK("http://x";"y")',
    ],
)  # fmt: skip
def test_a_formula_becomes_a_text(text):
    assert read(csv_bytes(("name",), [[text]]))[1] == [f"'{text}"]


@pytest.mark.parametrize("text", ["Łucja 't Zandstra", "De Vries-Bakker", "a=b", "000000000005.01", ""])
def test_an_ordinary_text_stays_as_it_is(text):
    assert cell(text) == text


def test_numbers_are_numbers_also_below_zero():
    assert [cell(Decimal("-7.5000")), cell(Decimal(8)), cell(Decimal("0.125")), cell(-3)] == [
        "-7,50", "8,00", "0,125", "-3",
    ]  # fmt: skip
    assert cell(date(2026, 11, 20)) == "2026-11-20"


def test_quotes_semicolons_and_lines_survive():
    texts = ['a "quoted" one', "b; c", "two\r\nlines", "ünïcödé"]
    content = csv_bytes(("text",), [[text] for text in texts])
    assert content.startswith(b"\xef\xbb\xbf")
    assert [row[0] for row in read(content)[1:]] == texts
