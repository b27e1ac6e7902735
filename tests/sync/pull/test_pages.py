"""Which page is the last one, and how long one must wait to know."""

from __future__ import annotations

from collections.abc import Iterator

from domain.pull.query import Row
from sync.pull.pages import with_last


def rows(count: int) -> list[Row]:
    return [{"Id": number} for number in range(count)]


def marked(*sizes: int, take: int = 3) -> list[tuple[int, bool]]:
    return [(len(page), last) for page, last in with_last(map(rows, sizes), take)]


def test_the_last_page_is_known_when_it_is_short():
    assert marked(3, 3, 1) == [(3, False), (3, False), (1, True)]


def test_a_full_page_never_counts_as_the_last_one():
    assert marked(3, 3) == [(3, False), (3, False)]


def test_a_page_that_afas_bore_only_by_half_is_followed_by_others():
    assert marked(1, 1, 1) == [(1, False), (1, False), (1, True)]
    assert marked(1, 3) == [(1, False), (3, False)]


def test_no_pages_have_no_last():
    assert marked() == []


def test_a_full_page_is_handed_on_before_the_next_one_came():
    came = []

    def pages() -> Iterator[list[Row]]:
        for size in (3, 1):
            came.append(size)
            yield rows(size)

    assert next(with_last(pages(), 3)) == (rows(3), False)
    assert came == [3]
