"""The cut-off report as a spreadsheet: every declaration with its three sides."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.paper.csv_file import csv_bytes
from domain.cutoff.reckoning import Standing3
from domain.cutoff.report import Line, Report

COLUMNS = (
    "week", "class", "declaration", "employee", "worker", "client", "client_name", "placement",
    "hours_portal", "hours_store", "hours_afas", "status_portal", "status_afas", "reason", "who", "update",
)  # fmt: skip
_ORDER = (Standing3.EXCEPTION, Standing3.NOT_APPROVED, Standing3.VERIFIED)


def cutoff_csv(report: Report, names: Mapping[str, str]) -> bytes:
    """The report as CSV, exceptions first; ``names`` as for ``cutoff_pdf``."""
    lines = [line for standing in _ORDER for line in report.lines(standing)]
    return csv_bytes(COLUMNS, [_row(report.week, line, names) for line in lines])


def _row(week: str, line: Line, names: Mapping[str, str]) -> list[object]:
    return [
        week, line.standing.value, line.number, line.employee, names.get(f"employee:{line.employee}"),
        line.client, names.get(f"client:{line.client}"), line.placement, line.hours, line.kept_hours,
        line.afas_hours, line.status, line.afas_status, line.reason, line.solver, line.update,
    ]  # fmt: skip
