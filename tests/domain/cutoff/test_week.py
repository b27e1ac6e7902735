"""Weeks, and the sums of a board."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.calendar import days_of, is_week, neighbour
from domain.cutoff.week import STAGES, Reason, ReasonCount, Stages, WeekBoard, WeekRow, WeekSums, by_client

SUMS = WeekSums(*map(Decimal, (40, 0, 40, 0, 40, 40, 0)))


def row(client, *hours):
    return WeekRow(client, f"Client {client}", "P", "E", "W", 1, Stages(*map(Decimal, hours)))


@pytest.mark.parametrize(
    "text", ["2026-W54", "2026-W00", "2025-W53", "2026W47", "x", "", "2026-W4", "\u0662026-W47"]
)
def test_a_week_that_is_none_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - any of them
        days_of(text)


def test_a_week_goes_from_monday_to_sunday():
    assert days_of("2026-W47") == (date(2026, 11, 16), date(2026, 11, 22))
    assert days_of("2026-W53") == (date(2026, 12, 28), date(2027, 1, 3))


@pytest.mark.parametrize("text", ["2026-W01", "2026-W53", "2027-W52", "2020-W53"])
def test_a_week_that_is_one_is_known(text):
    assert is_week(text)


@pytest.mark.parametrize("text", ["2027-W53", "2026-W54", "2026-W00", "2026-W7", "2026-w47", "2026-W47 ", ""])
def test_a_week_that_is_none_is_known(text):
    assert not is_week(text)


def test_weeks_have_neighbours_across_the_year():
    assert neighbour("2026-W53", 1) == "2027-W01"
    assert neighbour("2026-W01", -1) == "2025-W52"


def test_differences_are_what_has_not_come_so_far():
    stages = Stages(*map(Decimal, (40, 36, 36, 30, 20, 20, 0)))
    assert list(stages.differences.values()) == [4, 0, 6, 10, 0, 20]
    assert list(stages.differences) == list(STAGES[1:])


def test_a_client_sums_its_placements():
    rows = [row("1", 8, 8, 8, 8, 8, 8, 8), row("1", 4, 4, 4, 0, 0, 0, 0), row("2", 1, 1, 1, 1, 1, 1, 1)]
    (first, members), (second, _) = by_client(rows)
    assert (first.client, first.declarations) == ("1", 2)
    assert (first.stages.booked, first.stages.paid) == (Decimal(12), Decimal(8))
    assert len(members) == 2
    assert second.client == "2"


def test_what_is_approved_and_not_in_afas_must_be_named():
    rows = (row("1", 40, 40, 40, 40, 30, 0, 0),)
    named = ReasonCount(Reason.PARKED, 1, Decimal(10))
    assert WeekBoard("2026-W47", None, rows, (), (named,), SUMS).agrees
    silent = WeekBoard("2026-W47", None, rows, (), (), SUMS)
    assert [check.name for check in silent.checks if not check.agrees] == ["approved"]


@pytest.mark.parametrize(
    "text",
    [
        *("2027-W53", "2026-W54", "2026-W00", "2026-W5", "26-W05", "2026W05", "2026-w05", "", "2026-W5x"),
        *("9999-W52", "0001-W01", "0000-W10", "٢٠٢٦-W10", "2026-W10\n"),
    ],
)
def test_a_week_that_is_none_is_no_week(text: str) -> None:
    assert not is_week(text)
