"""The week board as a spreadsheet: every placement, then every exception."""

from __future__ import annotations

from connectors.paper.csv_file import csv_bytes
from domain.cutoff.week import STAGES, WeekBoard

COLUMNS = ("line", "week", "client", "client_name", "placement", "employee", "worker", *STAGES,
           "declaration", "reason", "who", "detail")  # fmt: skip
"""``line`` is ``hours`` (a placement) or ``exception``; an exception has its hours under ``booked``."""


def week_csv(board: WeekBoard) -> bytes:
    """The whole board as CSV."""
    rows: list[list[object]] = [
        [
            "hours", board.week, row.client, row.client_name, row.placement, row.employee, row.worker,
            *(getattr(row.stages, stage) for stage in STAGES), None, None, None, None,
        ]
        for row in board.rows
    ]  # fmt: skip
    nothing = [None] * (len(STAGES) - 1)
    rows += [
        [
            "exception", board.week, each.client, each.client_name, each.placement, each.employee,
            each.worker, each.hours, *nothing, each.number, each.reason.value, each.solver.value, each.detail,
        ]
        for each in board.exceptions
    ]  # fmt: skip
    return csv_bytes(COLUMNS, rows)
