"""A GET on a GetConnector: the query string read, planned and answered from SQLite."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.contract import Column, Connector
from sandbox.errors import out_of_memory, unexpected, unknown_field
from sandbox.reading.comparisons import comparison
from sandbox.reading.filters import Comparison, Groups, groups
from sandbox.reading.standard import VIEWS
from sandbox.reading.tables import Tables

CELL_LIMIT = 150_000  # columns x rows; AFAS: get-connector.md
QUERY_LIMIT = 2049  # characters of the query string including "?"; AFAS: get-connector.md
_RANGE = (2, 3, 4, 5)


@dataclass(frozen=True)
class Query:
    """What is asked. `take` -1 (with `skip` -1) is everything; `order` holds (column, descending)."""

    skip: int
    take: int
    order: tuple[tuple[Column, bool], ...]
    groups: Groups


@dataclass(frozen=True)
class JsonRows:
    """What is answered: the rows' JSON texts joined by commas, and how many they are."""

    rows: bytes
    count: int


def parse(connector: Connector, parameters: Mapping[str, str]) -> Query:
    """Read a query string. Raises Refusal for odd paging, unknown fields, wrong values.

    Defaults: skip 0, take 100. Both -1: everything. Any other negative, or text: the generic error
    (AFAS: troubleshooting.md, for skip=2 and take=-1).
    """
    skip, take = _whole(parameters.get("skip", "0")), _whole(parameters.get("take", "100"))
    if (skip, take) != (-1, -1) and min(skip, take) < 0:
        raise unexpected()
    order = tuple(
        _sorting(connector, name) for name in parameters.get("orderbyfieldids", "").split(",") if name
    )
    return Query(skip, take, order, groups(connector, parameters))


def read(
    tables: Tables, connector: Connector, query: Query, *, shuffle: int | None = None, cells: int = CELL_LIMIT
) -> JsonRows:
    """The page asked for. Rows that the sorting leaves equal come in an order that depends on `shuffle`
    (None: in the order of the table). Raises Refusal "Out of memory" when columns x rows exceed `cells`."""
    most = cells // len(connector.fields)
    limit = most + 1 if query.take < 0 else min(query.take, most + 1)
    where, order, parameters = _statement(tables, connector, query, shuffle)
    rows = f'SELECT row_json FROM "{connector.name}" WHERE {where}{order} LIMIT ? OFFSET ?'  # noqa: S608
    sql = f"SELECT count(*), CAST(group_concat(row_json, ',') AS BLOB) FROM ({rows})"  # noqa: S608
    count, text = tables.query(sql, [*parameters, limit, max(query.skip, 0)])[0]
    if count > most:
        raise out_of_memory()
    return JsonRows(text or b"", count)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise unexpected() from error


def _sorting(connector: Connector, name: str) -> tuple[Column, bool]:
    wanted = name.strip()
    field = connector.field(wanted.removeprefix("-"))
    if field is None:
        raise unknown_field(wanted.removeprefix("-"))
    return field, wanted.startswith("-")


def _statement(
    tables: Tables, connector: Connector, query: Query, shuffle: int | None
) -> tuple[str, str, list[Any]]:
    unindexed = _avoided(tables, connector, query)
    parts, parameters = [], []
    for group in query.groups:
        compared = [comparison(one, indexed=one.field.id not in unindexed) for one in group]
        parts.append(" AND ".join(f"({sql})" for sql, _ in compared))
        parameters += [value for _, values in compared for value in values]
    where = " OR ".join(f"({part})" for part in parts) or "1"
    return where, _order(connector, query, shuffle, unindexed), parameters


def _order(connector: Connector, query: Query, shuffle: int | None, unindexed: Sequence[str]) -> str:
    terms = [
        f'{"+" if field.id in unindexed else ""}"{field.id}"{" DESC" if descending else ""}'
        for field, descending in query.order
    ]
    if shuffle is not None and not set(connector.key) <= {field.id for field, _ in query.order}:
        identity = "number_of(row_json)" if connector.name in VIEWS else "rowid"
        terms.append(f"(({identity} + {shuffle % 99_991}) * 7919 % 99991)")
    return f" ORDER BY {', '.join(terms)}" if terms else ""


def _avoided(tables: Tables, connector: Connector, query: Query) -> tuple[str, ...]:
    """Columns whose index would be the slow way: of a key range and a changed-on window SQLite cannot know
    which is the narrow one, so the rows in the window are counted, up to some pages full."""
    if len(query.groups) != 1 or not query.order or query.order[0][0].id != connector.key[0]:
        return ()
    window = [one for one in query.groups[0] if one.field.id in connector.changed and one.operator in _RANGE]
    if not window or any(one.operator == 1 for one in query.groups[0]):
        return ()
    narrow = _counted(tables, connector, window, _enough(query)) < _enough(query)
    return connector.key if narrow else connector.changed


def _enough(query: Query) -> int:
    return max(4 * query.take, 2_000)


def _counted(tables: Tables, connector: Connector, window: Sequence[Comparison], limit: int) -> int:
    compared = [comparison(one) for one in window]
    where = " AND ".join(sql for sql, _ in compared)
    sql = f'SELECT count(*) FROM (SELECT 1 FROM "{connector.name}" WHERE {where} LIMIT ?)'  # noqa: S608
    return int(tables.query(sql, [*(value for _, values in compared for value in values), limit])[0][0])
