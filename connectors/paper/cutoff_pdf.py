"""The cut-off report on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from connectors.paper.drawn import SIGN
from connectors.paper.sheet import Align, Sheet
from domain.cutoff.reason import stood, told
from domain.cutoff.reckoning import WeekStanding
from domain.cutoff.report import ASKED, Elsewhere, Line, Report
from domain.outbox.update import UpdateState
from words import Words, shown

TYPE = "application/pdf"
MOST = 1000
"""Declarations of a class that are printed; the spreadsheet has all. Exceptions are always printed."""


def cutoff_pdf(report: Report, names: Mapping[str, str], words: Words) -> bytes:
    """The report as a PDF. ``names``: ``employee:<number>`` and ``client:<number>`` -> name."""
    return _CutoffPaper(report, names, words).write()


class _CutoffPaper:
    def __init__(self, report: Report, names: Mapping[str, str], words: Words) -> None:
        self._report = report
        self._names = names
        self._words = words
        self._title = words("cutoff.title", week=report.week)
        footer = f"Loonbrug · {report.environment} · {report.week} · SHA-256 {report.sha256}"
        self._sheet = Sheet(self._title, footer, words.language, report.made.at)

    def write(self) -> bytes:
        """All parts, most important first."""
        self._head()
        self._hours()
        self._sums()
        self._lines(WeekStanding.EXCEPTION)
        self._elsewhere()
        self._findings()
        self._lines(WeekStanding.NOT_APPROVED)
        self._verified()
        self._signature()
        if self._sheet.signs_used:
            self._sheet.text_line(self._words("paper.sign", sign=SIGN), grey=True)
        return self._sheet.pdf()

    def _head(self) -> None:
        report, sheet, words = self._report, self._sheet, self._words
        sheet.heading(self._title, 16)
        sheet.text_line(words("paper.cutoff", at=report.made.cutoff_at))
        sheet.text_line(words("paper.made", at=report.made.at, moment=self._moment(), by=self._by()))
        sheet.text_line(words("paper.read", at=report.read_at))
        sheet.text_line(words("paper.report", id=report.id, environment=report.environment))
        sheet.ln(1)
        sheet.text_line(words("paper.agree" if report.agrees else "paper.differ"), bold=True, size=11)

    def _moment(self) -> str:
        moment = self._report.made.moment
        if moment == ASKED:
            return self._words("cutoff.asked")
        return self._words("paper.before", hours=moment.removeprefix("report-").removesuffix("h"))

    def _by(self) -> str:
        by = self._report.made.by
        return self._words("paper.clock") if by == "clock" else by

    def _hours(self) -> None:
        counts, hours, words = self._report.content["counts"], self._report.hours, self._words
        counted = {**counts, "approved": counts["verified"] + counts["exception"]}
        rows = [
            (words(f"cutoff.{name}"), self._number(counted[name]), self._hours_text(hours[name]))
            for name in ("approved", "verified", "exception", "not-approved")
        ]
        self._sheet.heading(words("week.hours"))
        columns = ("", words("week.declarations"), words("week.hours"))
        self._sheet.grid(columns, rows, (90, 45, 45), ("L", "R", "R"))

    def _sums(self) -> None:
        words = self._words
        rows = [
            (
                words.name("week-sum", each.name),
                self._number(each.left),
                self._number(each.right),
                words("paper.agrees" if each.agrees else "paper.differs"),
            )
            for each in self._report.sums
        ]
        self._sheet.heading(words("week.sums"))
        columns = [words(f"week.{column}") for column in ("sum", "left", "right", "verdict")]
        self._sheet.grid(columns, rows, (100, 25, 25, 30), ("L", "R", "R", "L"))

    def _lines(self, standing: WeekStanding) -> None:
        lines = self._report.lines(standing)
        self._sheet.heading(f"{self._words(f'cutoff.{standing}')} ({len(lines)})")
        if not lines:
            self._sheet.text_line(self._words("paper.nothing"))
            return
        columns = self._columns("worker", "client", "declaration", "hours", "reason", "who")
        align: Sequence[Align] = ("L", "L", "L", "R", "L", "L")
        printed = lines if standing is WeekStanding.EXCEPTION else self._first(lines)
        rows = [(*self._line(line), self._why(line), self._solver(line)) for line in self._sorted(printed)]
        self._sheet.grid(columns, rows, (33, 36, 28, 14, 47, 22), align)

    def _first(self, lines: list[Line]) -> list[Line]:
        """As many as are printed, and a word about the others."""
        if len(lines) > MOST:
            self._sheet.text_line(self._words("cutoff.first", shown=MOST))
        return lines[:MOST]

    def _elsewhere(self) -> None:
        stuck = self._report.elsewhere
        if not stuck:
            return
        self._sheet.heading(f"{self._words('cutoff.elsewhere')} ({len(stuck)})")
        columns = self._columns("week", "worker", "declaration", "hours", "reason")
        rows = [self._other(each) for each in stuck]
        self._sheet.grid(columns, rows, (20, 45, 32, 18, 65), ("L", "L", "L", "R", "L"))

    def _other(self, each: Elsewhere) -> tuple[str, ...]:
        return (
            each.week,
            self._name("employee", each.employee),
            each.number,
            self._hours_text(each.hours),
            self._words.said(stood(UpdateState(each.state), each.reason)),
        )

    def _findings(self) -> None:
        findings = self._report.findings
        if findings:
            self._sheet.heading(f"{self._words('cutoff.findings')} ({len(findings)})")
            for each in findings:
                self._sheet.text_line(f"{self._words.name('finding', each.kind)}: {each.subject}")

    def _verified(self) -> None:
        lines = self._report.lines(WeekStanding.VERIFIED)
        self._sheet.heading(f"{self._words('cutoff.verified')} ({len(lines)})")
        columns = self._columns("worker", "client", "declaration", "hours")
        rows = [self._line(line) for line in self._sorted(self._first(lines))]
        if rows:
            self._sheet.grid(columns, rows, (60, 70, 32, 18), ("L", "L", "L", "R"))

    def _signature(self) -> None:
        report, words = self._report, self._words
        self._sheet.heading(words("cutoff.signed"))
        if report.signed_at is None:
            self._sheet.text_line(words("paper.unsigned"))
            return
        self._sheet.text_line(words("paper.signed", at=report.signed_at, by=report.signed_by))
        if report.signed_note:
            self._sheet.text_line(report.signed_note)

    def _columns(self, *columns: str) -> list[str]:
        return [self._words(f"week.{column}") for column in columns]

    def _sorted(self, lines: Sequence[Line]) -> list[Line]:
        return sorted(lines, key=lambda line: self._line(line)[:2])

    def _line(self, line: Line) -> tuple[str, str, str, str]:
        """Whose, at which client, which, how many hours."""
        worker, client = self._name("employee", line.employee), self._name("client", line.client)
        return worker, client, line.number, self._hours_text(line.hours)

    def _why(self, line: Line) -> str:
        return self._words.said(told(line.reason, line.detail)) if line.reason else ""

    def _solver(self, line: Line) -> str:
        return self._words.name("solver", line.solver) if line.solver else ""

    def _name(self, kind: str, number: str | None) -> str:
        """The name; with the number beside it where the paper cannot show all of the name."""
        name = self._names.get(f"{kind}:{number}") or number or ""
        return name if self._sheet.can_draw(name) else f"{name} ({number})"

    def _number(self, value: float | Decimal) -> str:
        return shown.number(value, self._words.language)

    def _hours_text(self, hours: Decimal) -> str:
        return shown.hours(hours, self._words.language)
