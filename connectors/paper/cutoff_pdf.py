"""The cut-off report on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from connectors.paper.cutoff_words import reason_words, solver_words, word
from connectors.paper.drawn import SIGN
from connectors.paper.sheet import Align, Sheet
from domain.calendar import AMSTERDAM
from domain.cutoff.reckoning import Standing3
from domain.cutoff.report import ASKED, Line, Report

TYPE = "application/pdf"
MOST = 1000
"""Declarations of a class that are printed; the spreadsheet has all. Exceptions are always printed."""


Reasons = Callable[[str | None, str], str]


def cutoff_pdf(
    report: Report, names: Mapping[str, str], language: str = "nl", reasons: Reasons = reason_words
) -> bytes:
    """The report as a PDF. ``names``: ``employee:<number>`` and ``client:<number>`` -> name.

    ``reasons``: a reason in a language.
    """
    return _CutoffPaper(report, names, language, reasons).write()


class _CutoffPaper:
    def __init__(self, report: Report, names: Mapping[str, str], language: str, reasons: Reasons) -> None:
        self._reasons = reasons
        self._report = report
        self._names = names
        self._language = language
        title = f"{self._word('title')} {report.week}"
        footer = f"Loonbrug · {report.environment} · {report.week} · SHA-256 {report.sha256}"
        self._sheet = Sheet(title, footer, language, report.made.at)

    def write(self) -> bytes:
        """All parts, most important first."""
        self._head()
        self._hours()
        self._sums()
        self._lines("exception", Standing3.EXCEPTION, "no-exceptions")
        self._elsewhere()
        self._findings()
        self._lines("not-approved", Standing3.NOT_APPROVED, "no-exceptions")
        self._verified()
        self._signature()
        if self._sheet.signs_used:
            self._sheet.text_line(self._word("sign").format(sign=SIGN), grey=True)
        return self._sheet.pdf()

    def _head(self) -> None:
        report, sheet = self._report, self._sheet
        sheet.heading(f"{self._word('title')} · {self._word('week').lower()} {report.week}", 16)
        moment = report.made.moment
        hours = moment.removeprefix("report-").removesuffix("h")
        when = self._word("moment.report").format(hours=hours)
        when = self._word("moment.asked") if moment == ASKED else when
        by = self._word("clock") if report.made.by == "clock" else report.made.by
        made = f"{self._when(report.made.at)} ({when}), {self._word('by')} {by}"
        facts = (
            ("cutoff", self._when(report.made.cutoff_at)),
            ("made", made),
            ("read", self._when(datetime.fromisoformat(report.content["read_at"]))),
            ("report", f"{report.id} · {report.environment}"),
        )
        for key, value in facts:
            sheet.text_line(f"{self._word(key)}: {value}")
        sheet.ln(1)
        sheet.text_line(self._word("agree" if report.agrees else "differ"), bold=True, size=11)

    def _hours(self) -> None:
        report = self._report
        counts, hours = report.content["counts"], report.hours
        approved = counts["verified"] + counts["exception"]
        rows = [(self._word("approved"), str(approved), self._hours_text(hours["approved"]))]
        rows += [
            (self._word(name), str(counts[name]), self._hours_text(hours[name]))
            for name in ("verified", "exception", "not-approved")
        ]
        self._sheet.heading(self._word("hours"))
        columns = ("", self._word("count"), self._word("hours"))
        self._sheet.grid(columns, rows, (90, 45, 45), ("L", "R", "R"))

    def _sums(self) -> None:
        rows = [
            (
                self._word(each["name"]),
                self._number(Decimal(each["left"])),
                self._number(Decimal(each["right"])),
                self._word("yes" if each["agrees"] else "no"),
            )
            for each in self._report.sums
        ]
        self._sheet.heading(self._word("sums"))
        columns = (self._word("sum"), self._word("left"), self._word("right"), self._word("verdict"))
        self._sheet.grid(columns, rows, (100, 25, 25, 30), ("L", "R", "R", "L"))

    def _lines(self, title: str, standing: Standing3, nothing: str) -> None:
        lines = self._report.lines(standing)
        self._sheet.heading(f"{self._word(title)} ({len(lines)})")
        if not lines:
            self._sheet.text_line(self._word(nothing))
            return
        columns = [self._word(key) for key in ("worker", "client", "number", "hours", "reason", "who")]
        align: Sequence[Align] = ("L", "L", "L", "R", "L", "L")
        shown = lines if standing is Standing3.EXCEPTION else self._first(lines)
        rows = [
            (
                *self._who(line),
                line.number,
                self._hours_text(line.hours),
                self._reasons(line.reason, self._language),
                solver_words(line.solver, self._language),
            )
            for line in sorted(shown, key=self._who)
        ]
        self._sheet.grid(columns, rows, (33, 36, 28, 14, 47, 22), align)

    def _first(self, lines: list[Line]) -> list[Line]:
        """As many as are printed, and a word about the others."""
        if len(lines) > MOST:
            self._sheet.text_line(self._word("first").format(shown=MOST))
        return lines[:MOST]

    def _elsewhere(self) -> None:
        stuck = self._report.content["elsewhere"]
        if not stuck:
            return
        self._sheet.heading(f"{self._word('elsewhere')} ({len(stuck)})")
        columns = [self._word(key) for key in ("week", "worker", "number", "hours", "reason")]
        rows = [
            (
                each["week"],
                self._name("employee", each["employee"]),
                each["number"],
                self._hours_text(Decimal(each["hours"])),
                f"{self._word('state.' + each['state'])}: "
                f"{self._reasons(each['reason'], self._language)}".rstrip(": "),
            )
            for each in stuck
        ]
        self._sheet.grid(columns, rows, (20, 45, 32, 18, 65), ("L", "L", "L", "R", "L"))

    def _findings(self) -> None:
        findings = self._report.content["findings"]
        if findings:
            self._sheet.heading(f"{self._word('findings')} ({len(findings)})")
            for each in findings:
                self._sheet.text_line(f"{each['kind']}: {each['subject']}")

    def _verified(self) -> None:
        lines = self._report.lines(Standing3.VERIFIED)
        self._sheet.heading(f"{self._word('verified')} ({len(lines)})")
        columns = [self._word(key) for key in ("worker", "client", "number", "hours")]
        shown = sorted(self._first(lines), key=self._who)
        rows = [(*self._who(line), line.number, self._hours_text(line.hours)) for line in shown]
        if rows:
            self._sheet.grid(columns, rows, (60, 70, 32, 18), ("L", "L", "L", "R"))

    def _signature(self) -> None:
        report, sheet = self._report, self._sheet
        sheet.heading(self._word("signed"))
        if report.signed_at is None:
            sheet.text_line(self._word("unsigned"))
            return
        sheet.text_line(f"{self._when(report.signed_at)} {self._word('by')} {report.signed_by}")
        if report.signed_note:
            sheet.text_line(report.signed_note)

    def _who(self, line: Line) -> tuple[str, str]:
        return self._name("employee", line.employee), self._name("client", line.client)

    def _name(self, kind: str, number: str | None) -> str:
        """The name; with the number beside it where the paper cannot show all of the name."""
        name = self._names.get(f"{kind}:{number}") or number or ""
        return name if self._sheet.can_draw(name) else f"{name} ({number})"

    def _word(self, key: str) -> str:
        return word(key, self._language)

    def _number(self, value: Decimal, *, decimals: int = 0) -> str:
        text = f"{value:,.2f}" if decimals or value != value.to_integral() else f"{value:,.0f}"
        return text.translate(str.maketrans(",.", ".,")) if self._language == "nl" else text

    def _hours_text(self, hours: Decimal) -> str:
        return self._number(hours.quantize(Decimal("0.01")), decimals=2)

    def _when(self, moment: datetime) -> str:
        return f"{moment.astimezone(AMSTERDAM):%d-%m-%Y %H:%M}"
