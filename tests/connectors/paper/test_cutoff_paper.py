"""The report and the week board on paper and in spreadsheets, in the reader's language."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from connectors.paper.cutoff_csv import COLUMNS, cutoff_csv
from connectors.paper.cutoff_pdf import cutoff_pdf
from connectors.paper.week_csv import week_csv
from domain.cutoff.reason import Reason
from domain.cutoff.week import Stages, WeekBoard, WeekException, WeekRow, WeekSums
from domain.message import verbatim
from tests.stages.cutoff.reckoned_week import all_sides, content, report
from words import Words

REPORT = report(content(all_sides()))
SIGNED = replace(REPORT, signed_at=datetime(2026, 11, 26, 9, 30, tzinfo=UTC), signed_by="user:bea")
FIRST = report(json.loads((Path(__file__).parents[2] / "domain/cutoff/first_format.json").read_text("utf-8")))
NAMES = {"employee:001001": "Jan Vries", "client:10010": "Bakkerij Bos"}


def text_of(kept, language):
    pages = PdfReader(io.BytesIO(cutoff_pdf(kept, NAMES, Words(language)))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def rows_of(file):
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "nl",
            (
                "Sluitingsrapport van 2026-W47", "Sluiting: do 26 nov 2026 12:00",
                "(4 u voor de sluiting), door de klok", "Medewerker", "Opdrachtgever",
                "Goedgekeurd, maar de wijziging is geparkeerd: Kostenplaats KP-9 bestaat niet",
                "de plaatsing is niet bekend", "geparkeerd: periode afgesloten", "ontbreekt hier",
                "Uren goedgekeurd = uren teruggezien + uren op de lijst", "Nog niet afgetekend.", "8,00",
            ),
        ),
        (
            "en",
            (
                "Cut-off report of 2026-W47", "Cut-off: Thu 26 Nov 2026 12:00",
                "(4 h before the cut-off), by the clock", "Worker", "Client",
                "Approved, and the update is parked: Kostenplaats KP-9 bestaat niet",
                "its placement is not known", "parked: periode afgesloten", "missing here",
                "Hours approved = hours verified + hours on the list", "Not signed off yet.", "8.00",
            ),
        ),
    ],
)  # fmt: skip
def test_the_paper_speaks_one_language(language, told):
    text = text_of(REPORT, language)
    assert [each for each in told if each not in text] == []


def test_no_english_stands_on_dutch_paper():
    dutch = set(re.findall(r"[a-z]{3,}", text_of(REPORT, "nl").lower()))
    assert not dutch & {"approved", "worker", "client", "reason", "and", "the", "hours", "not", "parked"}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_report_of_the_first_format_says_the_same_as_one_of_today(language):
    old = text_of(FIRST, language).replace(FIRST.sha256, "")
    assert old == text_of(REPORT, language).replace(REPORT.sha256, "")


def test_who_signed_and_when_stands_at_the_end():
    assert "Afgetekend do 26 nov 2026 10:30 door user:bea" in text_of(SIGNED, "nl")


def test_the_spreadsheet_has_its_headings_and_words_in_the_reader_s_language():
    rows = rows_of(cutoff_csv(REPORT, NAMES, Words("nl")))
    assert len(rows) == len(all_sides())
    assert len(rows[0]) == len(COLUMNS)
    assert rows[0]["Soort"] == "uitzondering"
    parked = next(row for row in rows if row["Declaratie"] == "000000000002.01")
    assert (parked["Medewerker"], parked["Opdrachtgever"]) == ("Jan Vries", "Bakkerij Bos")
    assert (parked["Reden"], parked["Toelichting"], parked["Wie kan het oplossen"]) == (
        "Goedgekeurd, maar de wijziging is geparkeerd", "Kostenplaats KP-9 bestaat niet", "beheer",
    )  # fmt: skip
    assert (parked["Status in het portaal"], parked["Status in AFAS"]) == ("goedgekeurd", "ter beoordeling")
    assert rows_of(cutoff_csv(REPORT, NAMES, Words("en")))[0]["Class"] == "exception"


def test_the_board_has_a_line_per_placement_and_per_exception():
    stages = Stages(*map(Decimal, (8, 8, 8, 8, 0, 0, 0)))
    row = WeekRow("10010", "Bakkerij Bos", "PL000001", "001001", "Jan Vries", 1, stages)
    stuck = WeekException(
        "000000000002.01", Reason.PARKED, Decimal(8), "10010", "Bakkerij Bos", "PL000001", "001001",
        "Jan Vries", verbatim("KP-9"), 7,
    )  # fmt: skip
    sums = WeekSums(*map(Decimal, (8, 0, 8, 0, 8, 8, 0)))
    board = WeekBoard("2026-W47", None, (row,), (stuck,), (), sums)
    hours, exception = rows_of(week_csv(board, Words("nl")))
    assert (hours["Wat"], hours["Geboekt"], hours["In AFAS"], hours["Reden"]) == ("uren", "8,00", "0,00", "")
    assert (exception["Wat"], exception["Geboekt"], exception["Wijziging"]) == ("uitzondering", "8,00", "7")
    assert exception["Reden"] == "Goedgekeurd, maar de wijziging is geparkeerd"
    assert (exception["Toelichting"], exception["Wie kan het oplossen"]) == ("KP-9", "beheer")
