"""The week board as a spreadsheet: every placement, then every exception."""

from __future__ import annotations

from connectors.paper.csv_file import csv_bytes
from domain.cutoff.week import STAGES, WeekBoard, WeekException, WeekRow
from words import Words

_BEFORE = ("line", "week", "client", "client_name", "placement", "employee", "worker")
_BEHIND = ("declaration", "reason", "detail", "who", "update")
"""``line`` is ``hours`` (a placement) or ``exception``; an exception has its hours under the first stage."""


def week_csv(board: WeekBoard, words: Words) -> bytes:
    """The whole board as CSV."""
    headings = [
        *(words(f"csv.{column}") for column in _BEFORE),
        *(words(f"week-stage.{stage}") for stage in STAGES),
        *(words(f"csv.{column}") for column in _BEHIND),
    ]
    rows = [_hours(board.week, row, words) for row in board.rows]
    return csv_bytes(headings, rows + [_exception(board.week, each, words) for each in board.exceptions])


def _hours(week: str, row: WeekRow, words: Words) -> list[object]:
    return [
        words("csv-line.hours"), week, row.client, row.client_name, row.placement, row.employee, row.worker,
        *(getattr(row.stages, stage) for stage in STAGES), *([None] * len(_BEHIND)),
    ]  # fmt: skip


def _exception(week: str, each: WeekException, words: Words) -> list[object]:
    return [
        words("csv-line.exception"), week, each.client, each.client_name, each.placement, each.employee,
        each.worker, each.hours, *([None] * (len(STAGES) - 1)), each.number,
        words.name("week-reason", each.reason), words.said(each.detail) if each.detail else None,
        words.name("solver", each.solver), each.update,
    ]  # fmt: skip
