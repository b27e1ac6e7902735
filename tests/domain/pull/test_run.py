"""What becomes of rows is counted so that nothing can be missing (G5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.message import verbatim
from domain.pull.run import BadRow, Counts, Page

counts = st.builds(Counts, *[st.integers(0, 10**6)] * 7)


@given(counts, counts, counts)
def test_counts_of_pages_are_those_of_the_run_in_whatever_order(one, two, three):
    assert one + two == two + one
    assert (one + two) + three == one + (two + three)
    assert one + Counts() == one


@given(counts, counts)
def test_what_adds_up_on_each_page_adds_up_in_the_run(one, two):
    def conserved(each: Counts) -> int:
        return each.read - each.new - each.changed - each.unchanged - each.parked

    assert conserved(one + two) == conserved(one) + conserved(two)


@pytest.mark.parametrize(
    ("told", "news"),
    [
        ("new", True),
        ("changed", True),
        ("withdrawn", True),
        ("read", False),
        ("unchanged", False),
        ("parked", False),
    ],
)
def test_news_is_what_was_written(told, news):
    assert Counts(**{told: 1}).news is news


def test_a_page_counts_good_bad_and_doubled_rows():
    page = Page(records=("a", "b"), bad=(BadRow("1", verbatim("why"), {}),), doubles=3)
    assert page.read == 6


def test_a_bad_row_shows_nothing_of_its_content():
    assert "geheim" not in repr(BadRow("1", verbatim("why"), {"Email": "geheim"}))
