"""A small AFAS for tests of the flows in: rows in memory, asked the way the real one is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from domain.outbox.afas_call import AfasFile, Answer, Call
from domain.pull.query import EVERYTHING, Condition, Operator, Row, Where, after_key, both


@dataclass
class FakeAfas:
    """GetConnectors as lists of rows. ``before`` is run before each read, with its number.

    ``failures`` are raised by the next reads, one each (None: no failure). What flows in never ask of AFAS
    raises NotImplementedError: a test that gets there has found a flow that does more than it should.
    """

    tables: dict[str, list[Row]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    before: Callable[[int], None] = lambda _: None
    failures: list[Exception | None] = field(default_factory=list)
    described: dict[str, dict[str, str]] = field(default_factory=dict)
    offers: frozenset[str] = frozenset()

    def newest(self, connector: str, order: tuple[str, ...]) -> Row | None:
        return next(iter(self.rows(connector, EVERYTHING, order, 1)), None)

    def rows(self, connector: str, where: Where, order: tuple[str, ...], take: int) -> list[Row]:
        self.calls.append(connector)
        self.before(len(self.calls))
        failure = self.failures.pop(0) if self.failures else None
        if failure:
            raise failure
        found = [row for row in self.tables.get(connector, []) if _matches(row, where)]
        for column in reversed(order):
            found.sort(key=_by(column.lstrip("-")), reverse=column.startswith("-"))
        return [dict(row) for row in found[:take]]

    def pages(self, connector: str, key: tuple[str, ...], where: Where, take: int) -> Iterator[list[Row]]:
        window = where
        while page := self.rows(connector, window, key, take):
            yield page
            if len(page) < take:
                return
            window = both(where, after_key(key, tuple(_plain(page[-1][column]) for column in key)))

    def columns(self, connector: str) -> dict[str, str]:
        if connector in self.described:
            return self.described[connector]
        return dict.fromkeys(self.tables[connector][0], "string")

    def send(self, call: Call) -> Answer:
        raise NotImplementedError

    def file(self, subject: int, file_id: str) -> AfasFile:
        raise NotImplementedError

    def fields(self, connector: str) -> tuple[str, ...]:
        raise NotImplementedError

    def offered(self) -> tuple[frozenset[str], frozenset[str], dict[str, str]]:
        return self.offers, frozenset(), {}

    def version(self) -> str:
        return "7"


def _plain(value: object) -> str:
    return str(value).removesuffix("Z") if isinstance(value, str) and value[4:5] == "-" else str(value)


def _matches(row: Row, where: Where) -> bool:
    return any(all(_holds(row.get(each.column), each) for each in group) for group in where)


def _holds(value: object, condition: Condition) -> bool:
    if value is None:
        return False
    left: Any = value
    right: Any = condition.value
    if isinstance(value, int):
        right = int(condition.value)
    else:
        left = _plain(value)
    compared: dict[Operator, bool] = {
        Operator.EQUAL: left == right,
        Operator.NOT_EQUAL: left != right,
        Operator.AT_LEAST: left >= right,
        Operator.AT_MOST: left <= right,
        Operator.GREATER: left > right,
        Operator.LESS: left < right,
    }
    return compared[condition.operator]


def _by(column: str) -> Callable[[Row], tuple[int, float, str]]:
    return lambda row: _sortable(row.get(column))


def _sortable(value: object) -> tuple[int, float, str]:
    if value is None:
        return (0, 0, "")
    return (1, value, "") if isinstance(value, (int, float)) else (1, 0, str(value))
