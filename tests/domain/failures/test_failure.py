"""Failures of one cause as one line."""

from __future__ import annotations

import pytest

from domain.failures.failure import Group
from domain.message import verbatim
from tests.stages.records.records import NOON


def group(about: str) -> Group:
    return Group("abc", about, verbatim("Regel 7 is fout"), 2, 3, NOON)


@pytest.mark.parametrize(
    ("about", "payment", "rows"),
    [
        ("approve", True, False),
        ("reject", True, False),
        ("sign-off", False, False),
        ("flow:hours", False, True),
    ],
)
def test_a_group_knows_whether_pay_depends_on_it_and_whether_it_is_of_rows(about, payment, rows):
    assert (group(about).payment, group(about).rows) == (payment, rows)


def test_all_victims_count_and_the_pattern_is_without_what_tells_them_apart():
    assert group("approve").count == 5
    assert group("approve").pattern == verbatim("Regel # is fout")
