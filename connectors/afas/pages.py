"""All rows of a window, page by page, by ``key > last`` and never by skip.

Rows move while we read: behind a growing skip they are missed or read twice, behind the key they are not.
Up to two next pages are fetched while the caller works on this one, one after the other, so that it costs no
time when the caller now and then takes longer than AFAS.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from domain.errors import AskForLess, UnreadableAnswer
from domain.message import Message
from domain.pull.query import Row, Where, after_key, both
from words.ours import ours

Fetch = Callable[[Where, int], list[Row]]
"""One call: at most so many rows that match, in the order of the key."""

_AHEAD = 2


@dataclass(frozen=True, slots=True)
class _Page:
    """``following`` is the key to go on from, None after the last page; ``size`` the page size AFAS bore."""

    rows: list[Row]
    following: tuple[str, ...] | None
    size: int


def pages(fetch: Fetch, key: tuple[str, ...], where: Where, take: int) -> Generator[list[Row]]:
    """Yield the pages; an empty one is not yielded.

    Closing the generator early lets a page that is under way end in the background and drops it. Raises what
    ``fetch`` raises; ``AskForLess`` first halves the page, down to a single row, for the rest of the window.
    """
    background = ThreadPoolExecutor(1, thread_name_prefix="afas-page")
    try:
        coming = deque([background.submit(_page, fetch, key, where, take, None)])
        while True:
            while len(coming) <= _AHEAD:
                coming.append(background.submit(_next_page, fetch, key, where, coming[-1]))
            page = coming.popleft().result()
            if page.rows:
                yield page.rows
            if page.following is None:
                return
    finally:
        background.shutdown(wait=False, cancel_futures=True)


def _next_page(fetch: Fetch, key: tuple[str, ...], where: Where, previous: Future[_Page]) -> _Page:
    """The page behind the previous one, which this thread has fetched before."""
    page = previous.result()
    if page.following is None:
        return page
    return _page(fetch, key, where, page.size, page.following)


def _page(
    fetch: Fetch, key: tuple[str, ...], where: Where, take: int, after: tuple[str, ...] | None
) -> _Page:
    window = where if after is None else both(where, after_key(key, after))
    rows, size = _as_many_as_it_bears(fetch, window, take)
    if len(rows) < size:
        return _Page(rows, None, size)
    following = _last_key(rows, key)
    if following == after:
        raise UnreadableAnswer(**ours(Message("afas.same-page-twice")))
    return _Page(rows, following, size)


def _as_many_as_it_bears(fetch: Fetch, window: Where, take: int) -> tuple[list[Row], int]:
    while True:
        try:
            return fetch(window, take), take
        except AskForLess:
            if take == 1:
                raise
            take //= 2


def _last_key(rows: list[Row], key: tuple[str, ...]) -> tuple[str, ...]:
    """The key of the last row that has one: a row without is parked later, and must not stop the rest."""
    for row in reversed(rows):
        values = tuple(_spelled(row.get(column)) for column in key)
        if None not in values:
            return tuple(value for value in values if value is not None)
    raise UnreadableAnswer(**ours(Message("afas.page-without-key", {"columns": key})))


def _spelled(value: object) -> str | None:
    """A key value as AFAS wants it in a filter: a time without its false Z (AFAS: howto-medewerker-ad.md)."""
    if isinstance(value, str) and value:
        return value[:-1] if _is_time(value) else value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def _is_time(value: str) -> bool:
    return len(value) == 20 and value[10] == "T" and value[-1] == "Z"
