"""The cut-off report as a spreadsheet: every declaration with its three sides."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.paper.csv_file import csv_bytes
from domain.cutoff.reckoning import WeekStanding
from domain.cutoff.report import Line, Report
from words import Words

COLUMNS = (
    "week", "class", "declaration", "employee", "worker", "client", "client_name", "placement",
    "hours_portal", "hours_store", "hours_afas", "status_portal", "status_afas", "reason", "detail", "who",
    "update",
)  # fmt: skip
"""What the columns hold; ``csv.<column>`` has their headings."""
_ORDER = (WeekStanding.EXCEPTION, WeekStanding.NOT_APPROVED, WeekStanding.VERIFIED)


def cutoff_csv(report: Report, names: Mapping[str, str], words: Words) -> bytes:
    """The report as CSV, exceptions first; ``names`` as for ``cutoff_pdf``."""
    lines = [line for standing in _ORDER for line in report.lines(standing)]
    headings = [words(f"csv.{column}") for column in COLUMNS]
    return csv_bytes(headings, [_row(report.week, line, names, words) for line in lines])


def _row(week: str, line: Line, names: Mapping[str, str], words: Words) -> list[object]:
    name = words.name
    return [
        week, name("standing", line.standing), line.number, line.employee,
        names.get(f"employee:{line.employee}"), line.client, names.get(f"client:{line.client}"),
        line.placement, line.hours, line.kept_hours, line.afas_hours,
        name("fact", line.status), _or_none("fact", line.afas_status, words),
        _or_none("week-reason", line.reason, words), words.said(line.detail) if line.detail else None,
        _or_none("solver", line.solver, words), line.update,
    ]  # fmt: skip


def _or_none(group: str, value: str | None, words: Words) -> str | None:
    return words.name(group, value) if value else None
