"""The stages of a week, and the sums of its board."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.cutoff.reason import Reason
from domain.cutoff.week import STAGES, ReasonCount, Stages, WeekBoard, WeekRow, WeekSums, by_client

SUMS = WeekSums(*map(Decimal, (40, 0, 40, 0, 40, 40, 0)))


def row(client, *hours):
    return WeekRow(client, f"Client {client}", "P", "E", "W", 1, Stages(*map(Decimal, hours)))


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


PASSED = (row("1", 40, 40, 40, 40, 40, 0, 0),)


@pytest.mark.parametrize(
    ("wrong", "which"),
    [
        ({}, []),
        ({"lines": Decimal(41)}, ["booked"]),
        ({"stray": Decimal(1)}, ["booked"]),
        ({"open_lines": Decimal(1)}, ["booked"]),
        ({"claims": Decimal(41), "declared": Decimal(41)}, ["submitted"]),
        ({"claims": Decimal("40.02"), "declared": Decimal("40.02"), "rounding": Decimal("0.02")}, []),
        (
            {"claims": Decimal("40.03"), "declared": Decimal("40.03"), "rounding": Decimal("0.02")},
            ["submitted"],
        ),
        ({"declared": Decimal(39)}, ["declared"]),
        ({"unapproved": Decimal(1)}, ["processed"]),
    ],
)
def test_each_check_finds_its_own_fault_and_forgives_only_what_afas_rounded(wrong, which):
    board = WeekBoard("2026-W47", None, PASSED, (), (), replace(SUMS, **wrong))
    assert [check.name for check in board.checks if not check.agrees] == which
    assert board.agrees is (not which)


def test_exceptions_that_are_not_listed_are_counted():
    counts = (ReasonCount(Reason.PARKED, 300, Decimal(8)), ReasonCount(Reason.WAITS, 2, Decimal(8)))
    assert WeekBoard("2026-W47", None, PASSED, (), counts, SUMS).exception_count == 302
