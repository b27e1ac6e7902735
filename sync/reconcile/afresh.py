"""Reading AFAS afresh, past the watermarks: whole windows page by page, and single rows by their keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from domain.errors import QueryTooLong, UnmappableRow
from domain.pull.afas_clock import changed_on
from domain.pull.query import EVERYTHING, Condition, Operator, Row, Where, any_of, both
from mappings.afas_time import as_afas
from mappings.pull.flow import Flow
from sync.outbox.looks import Pages

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
NAMES_A_CALL = 80
"""Keys asked for in one call; fewer when they are long (the query has 2049 characters)."""


@dataclass(slots=True)
class Fresh:
    """What AFAS showed: records by key, and the keys of rows that cannot be read."""

    records: dict[str, Any] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)


class Afresh:
    """Reads of AFAS for comparing. ``calls`` counts them. Every method raises AfasError."""

    def __init__(self, afas: Pages) -> None:
        self._afas = afas
        self.calls = 0

    def since(self, flow: Flow, column: str, first: date, last: date | None = None) -> Fresh:
        """The rows whose day in that column lies in the window; both ends belong to it."""
        where: Where = ((Condition(column, Operator.AT_LEAST, _midnight(first)),),)
        if last is not None:
            where = both(where, ((Condition(column, Operator.AT_MOST, _midnight(last)),),))
        return _mapped(flow, self._pages(flow, where))

    def everything(self, flow: Flow) -> Fresh:
        """All rows."""
        return _mapped(flow, self._pages(flow, EVERYTHING))

    def named(self, flow: Flow, column: str, values: Sequence[str]) -> Fresh:
        """The rows that have one of these values in that column."""
        fresh = Fresh()
        for start in range(0, len(values), NAMES_A_CALL):
            part = self._part(flow, column, list(values[start : start + NAMES_A_CALL]))
            fresh.records |= part.records
            fresh.bad |= part.bad
        return fresh

    def _part(self, flow: Flow, column: str, values: list[str]) -> Fresh:
        try:
            return _mapped(flow, self._pages(flow, any_of(column, values)))
        except QueryTooLong:  # it was never sent
            if len(values) == 1:
                raise
            middle = len(values) // 2
            first, second = (
                self._part(flow, column, values[:middle]),
                self._part(flow, column, values[middle:]),
            )
            return Fresh(first.records | second.records, first.bad | second.bad)

    def pages(self, connector: str, key: tuple[str, ...], where: Where, take: int) -> Iterable[list[Row]]:
        """All rows that match, page by page in the order of the key; every page is a call."""
        any_page = False
        for page in self._afas.pages(connector, key, where, take):
            any_page = True
            self.calls += 1
            yield page
        self.calls += not any_page

    def _pages(self, flow: Flow, where: Where) -> Iterable[list[Row]]:
        return self.pages(flow.connector, flow.key, where, flow.take)


def _mapped(flow: Flow, pages: Iterable[list[Row]]) -> Fresh:
    fresh = Fresh()
    for rows in pages:
        for row, record in zip(rows, flow.mapping.to_records(rows), strict=True):
            key = flow.key_of(row)
            if isinstance(record, UnmappableRow):
                fresh.bad.add(key)
            elif key not in fresh.records or _changed(record) >= _changed(fresh.records[key]):
                fresh.records[key] = record
    return fresh


def _changed(record: Any) -> datetime:
    return changed_on(record) or _LONG_AGO


def _midnight(day: date) -> str:
    return as_afas(datetime.combine(day, time()))
