"""Reading a window by key while the table moves."""

from __future__ import annotations

import threading
from typing import cast

import pytest

from connectors.afas.pages import pages
from domain.errors import AskForLess, Rejected, UnreadableAnswer
from domain.pull.query import EVERYTHING, Condition, Operator, Row, Where, any_of

COMPARE = {
    Operator.EQUAL: lambda a, b: a == b,
    Operator.AT_LEAST: lambda a, b: a >= b,
    Operator.GREATER: lambda a, b: a > b,
}


class Table:
    """Rows that can be asked for as AFAS can, and that may move between two calls."""

    def __init__(self, *rows: Row, key: tuple[str, ...] = ("Id",), bears: int = 10_000) -> None:
        self.rows = list(rows)
        self.key = key
        self.bears = bears
        self.asked: list[int] = []

    def fetch(self, where: Where, take: int) -> list[Row]:
        self.asked.append(take)
        if take > self.bears:
            raise AskForLess("Out of memory")
        found = [row for row in self.rows if any(all(_holds(row, c) for c in group) for group in where)]
        return sorted(found, key=lambda row: tuple(cast("int", row[column]) for column in self.key))[:take]

    def read(self, take: int, where: Where = EVERYTHING) -> list[list[Row]]:
        return list(pages(self.fetch, self.key, where, take))


def _holds(row: Row, condition: Condition) -> bool:
    found = row[condition.column]
    wanted = int(condition.value) if isinstance(found, int) else condition.value
    return bool(COMPARE[condition.operator](found, wanted))


def _ids(found: list[list[Row]]) -> list[list[object]]:
    return [[row["Id"] for row in page] for page in found]


def _table(count: int, bears: int = 10_000) -> Table:
    return Table(*_numbered(1, count + 1), bears=bears)


def _numbered(first: int, end: int) -> list[Row]:
    return [{"Id": number} for number in range(first, end)]


def test_all_rows_come_in_the_order_of_their_key():
    assert _ids(_table(5).read(2)) == [[1, 2], [3, 4], [5]]


def test_it_stops_after_the_first_short_page():
    table = _table(5)
    table.read(2)
    assert table.asked == [2, 2, 2]


def test_a_full_last_page_is_followed_by_an_empty_one_that_is_not_shown():
    table = _table(4)
    assert _ids(table.read(2)) == [[1, 2], [3, 4]]
    assert len(table.asked) == 3


def test_an_empty_window_has_no_pages():
    assert _table(0).read(2) == []


def test_the_window_holds_on_every_page():
    assert _ids(_table(6).read(1, any_of("Id", ["2", "5"]))) == [[2], [5]]


def test_a_key_of_several_columns():
    pairs: list[Row] = [{"A": a, "B": b} for a in (1, 2) for b in ("x", "y", "z")]
    table = Table(*pairs, key=("A", "B"))
    found = [(row["A"], row["B"]) for page in table.read(2) for row in page]
    assert found == [(a, b) for a in (1, 2) for b in ("x", "y", "z")]


def test_a_row_that_is_deleted_or_added_while_we_read_hides_no_other():
    table = _table(9)
    found = pages(table.fetch, ("Id",), EVERYTHING, 3)
    seen = [next(found)]
    table.rows = [row for row in table.rows if row["Id"] not in (1, 2)] + [{"Id": 0}, {"Id": 10}]
    seen += list(found)
    assert [id_ for page in _ids(seen) for id_ in page] == list(range(1, 11))


def test_two_pages_are_fetched_while_the_caller_works_and_no_third():
    table = _table(10)
    ahead = threading.Semaphore(0)

    def fetch(where: Where, take: int) -> list[Row]:
        rows = table.fetch(where, take)
        ahead.release()
        return rows

    found = pages(fetch, ("Id",), EVERYTHING, 2)
    next(found)
    assert all(ahead.acquire(timeout=60) for _ in range(3))  # without asking for the second page
    assert not ahead.acquire(timeout=0.05)
    next(found)
    assert ahead.acquire(timeout=60)
    found.close()


def test_too_much_data_halves_the_page_and_the_smaller_size_is_remembered():
    table = _table(7, bears=3)
    assert _ids(table.read(8)) == [[1, 2], [3, 4], [5, 6], [7]]
    assert table.asked == [8, 4, 2, 2, 2, 2]


def test_too_much_data_in_a_single_row_is_said():
    with pytest.raises(AskForLess):
        _table(3, bears=0).read(4)


def test_what_goes_wrong_on_a_later_page_is_said_after_the_earlier_ones():
    table = _table(4)

    def fetch(where: Where, take: int) -> list[Row]:
        if table.asked:
            raise Rejected("no")
        return table.fetch(where, take)

    found = pages(fetch, ("Id",), EVERYTHING, 2)
    assert _ids([next(found)]) == [[1, 2]]
    with pytest.raises(Rejected):
        next(found)


def test_closing_early_fetches_no_further_and_leaves_no_thread():
    table = _table(100)
    found = pages(table.fetch, ("Id",), EVERYTHING, 2)
    next(found)
    found.close()
    for thread in threading.enumerate():
        if thread.name.startswith("afas-page"):
            thread.join(5)
            assert not thread.is_alive()
    assert len(table.asked) <= 3


def test_a_row_without_a_key_does_not_stop_the_others():
    shown: list[list[Row]] = [[{"Id": 1}, {"Id": None}], [{"Id": 2}]]
    asked: list[Where] = []

    def fetch(where: Where, _take: int) -> list[Row]:
        asked.append(where)
        return shown[len(asked) - 1]

    assert list(pages(fetch, ("Id",), EVERYTHING, 2)) == shown
    assert asked[1] == ((Condition("Id", Operator.GREATER, "1"),),)


def test_a_whole_page_without_keys_cannot_be_gone_on_from():
    with pytest.raises(UnreadableAnswer, match="Id"):
        list(pages(lambda _where, _take: [{"Id": None}], ("Id",), EVERYTHING, 1))


def test_a_server_that_ignores_the_key_is_noticed():
    with pytest.raises(UnreadableAnswer, match="twice"):
        list(pages(lambda _where, take: _numbered(0, take), ("Id",), EVERYTHING, 3))


def test_a_time_in_a_key_is_asked_for_without_its_false_z():
    asked: list[Where] = []

    def fetch(where: Where, _take: int) -> list[Row]:
        asked.append(where)
        return [{"On": "2026-11-20T14:03:27Z"}] if len(asked) == 1 else []

    list(pages(fetch, ("On",), EVERYTHING, 1))
    assert asked[1] == ((Condition("On", Operator.GREATER, "2026-11-20T14:03:27"),),)
