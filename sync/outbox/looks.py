"""Looking into AFAS for many updates at once: many values in one filter, each update handed its own rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from domain.errors import NotAllowed, QueryTooLong
from domain.message import Message
from domain.outbox.update import Update
from domain.outbox.verdicts import Seen, Sight
from domain.pull.query import EVERYTHING, Row, Where, any_of
from mappings.outbox.outgoing import Look, Outgoing, hidden, is_hidden, lacking
from words.ours import ours

TAKE = 2000
"""Rows per call: times the columns it stays below AFAS's 150,000 (AFAS: get-connector.md)."""
_CONTROL = 100
"""Rows of anybody's that tell a right that was taken away from rows that are shielded."""


class Pages(Protocol):
    """The part of AFAS (``sync.ports.Afas``) that a look needs."""

    def pages(self, connector: str, key: tuple[str, ...], where: Where, take: int) -> Iterable[list[Row]]:
        """All rows that match, page by page in the order of the key."""


def look(
    afas: Pages, kind: Outgoing, looks: Sequence[Look], updates: Sequence[Update]
) -> dict[int, dict[str, list[Row]]]:
    """Read for all updates together. Returns per update id the rows per connector. Raises AfasError.

    The connectors are read at the same time: somebody waits for this approval. In doubt they are read one
    after the other, since what arrives in between must not look like what never was. Raises NotAllowed when
    a column that the look rests on is closed to us, for every row.
    """
    found: dict[int, dict[str, list[Row]]] = {update.id: {} for update in updates}
    if not updates:
        return found
    at_once = 1 if any(update.doubt for update in updates) else len(looks)
    with ThreadPoolExecutor(at_once, thread_name_prefix="look") as together:
        for each, rows in zip(
            looks, together.map(lambda each: _rows_of(afas, kind, each, updates), looks), strict=True
        ):
            for update in updates:
                known = found[update.id].setdefault(each.connector, [])
                known += [row for row in rows.get(update.id, []) if row not in known]
    return found


def judged(kind: Outgoing, looks: Sequence[Look], update: Update, found: Mapping[str, Sequence[Row]]) -> Seen:
    """What the rows mean; HIDDEN when one of them does not show what the verdict would rest on."""
    for each in looks:
        for row in found.get(each.connector, ()):
            if column := lacking(each, row) or hidden(each, row):
                return Seen(Sight.HIDDEN, _of_column("why.column-closed-row", column, each))
    return kind.judge(update, found)


def refuse_closed(afas: Pages, each: Look, rows: Sequence[Row]) -> None:
    """Raise NotAllowed when a column that the look rests on is not there, or closed to us in every row.

    AFAS shows a constant instead of a value that we may not see. Other rows tell a right that was taken away
    from rows that are shielded: those of the same look, and some of anybody's, asked for beside it. One
    would not do: it may be shielded as well, and would rest the kind for the sake of a single update.
    """
    gone = [lacking(each, row) for row in rows if row]
    if gone and gone[0] and all(gone):
        raise _closed(_of_column("why.no-column", gone[0], each))
    column = next((column for row in rows if (column := hidden(each, row))), None)
    if column and is_hidden(column, rows) and is_hidden(column, _anybodys(afas, each)):
        raise _closed(_of_column("why.column-closed", column, each))


def _anybodys(afas: Pages, each: Look) -> list[Row]:
    return next(iter(afas.pages(each.connector, each.key, EVERYTHING, _CONTROL)), [])


def _of_column(what: str, column: str, each: Look) -> Message:
    return Message(what, {"column": column, "connector": each.connector})


def _closed(why: Message) -> NotAllowed:
    return NotAllowed(**ours(why))


def _rows_of(afas: Pages, kind: Outgoing, each: Look, updates: Sequence[Update]) -> dict[int, list[Row]]:
    wanted = {update.id: kind.value(update, each) for update in updates}
    read = _read(afas, each, sorted({value for value in wanted.values() if value}))
    refuse_closed(afas, each, read)
    rows = _by_value(each, read)
    return {update: rows.get(_key(value), []) for update, value in wanted.items() if value}


def _read(afas: Pages, each: Look, values: list[str]) -> list[Row]:
    """As few calls as fit. A query that is too long was never sent, so halving costs nothing."""
    if not values:
        return []
    if each.any_will_do:
        return [row for value in values for row in _first(afas, each, value)]
    try:
        pages = afas.pages(each.connector, each.key, any_of(each.column, values), TAKE)
        return [row for page in pages for row in page]
    except QueryTooLong:
        if len(values) == 1:
            raise
        middle = len(values) // 2
        return _read(afas, each, values[:middle]) + _read(afas, each, values[middle:])


def _first(afas: Pages, each: Look, value: str) -> list[Row]:
    return next(iter(afas.pages(each.connector, each.key, any_of(each.column, [value]), 1)), [])


def _by_value(each: Look, rows: list[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[_key(str(row.get(each.column, "")))].append(row)
    return groups


def _key(value: str) -> str:
    """AFAS compares texts without regard to case and trailing spaces."""
    return value.strip().casefold()
