"""From rows that AFAS sent to a page that can be written: records, bad rows, repeated keys."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from domain.errors import ContractBreach, UnmappableRow
from domain.pull.afas_clock import Present, changed_on
from domain.pull.query import Row
from domain.pull.run import BadRow, Page
from mappings.pull.flow import Flow
from mappings.raw import kept
from sync.ports import Afas

LONGEST_KEY = 200
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_log = logging.getLogger(__name__)


def as_page(
    flow: Flow, rows: Sequence[Row], present: Present | None = None, *, remember: bool = False
) -> Page:
    """Map the rows. One bad row is set apart with its reason; the others go on."""
    mapped = flow.mapping.to_records(rows)
    records = [each for each in mapped if not isinstance(each, UnmappableRow)]
    bad = (
        [
            BadRow(_usable(flow.key_of(row)), each.why, {} if each.forbidden else kept(flow, row))
            for row, each in zip(rows, mapped, strict=True)
            if isinstance(each, UnmappableRow)
        ]
        if len(records) < len(rows)
        else []
    )
    distinct = _newest_of_each_key(flow, rows, mapped) if _repeats(flow, rows) else records
    doubles = len(records) - len(distinct)
    if doubles:
        _log.warning(
            "%s: %d row(s) of a page repeat a key; the newest of each counts", flow.connector, doubles
        )
    return Page(distinct, bad, doubles, present, remember)


def refuse_breach(afas: Afas, flow: Flow, rows: Sequence[Row]) -> None:
    """Raise ContractBreach when a needed column is in none of the rows, nor in what AFAS says it has.

    A column that only some rows lack makes those rows bad, not the contract.
    """
    lacking = [column for column in flow.columns if column not in rows[0]]
    if lacking and all(column not in row for row in rows for column in lacking[:1]):
        breach(afas, flow)


def breach(afas: Afas, flow: Flow) -> None:
    """Raise ContractBreach when AFAS's own description of the connector lacks a needed column."""
    described = afas.columns(flow.connector)
    missing = tuple(column for column in flow.columns if column not in described)
    if missing:
        raise ContractBreach(flow.connector, missing)


def with_last(pages: Iterable[list[Row]], take: int) -> Iterator[tuple[list[Row], bool]]:
    """Each page, and whether it is surely the last one.

    A page of ``take`` rows is handed on at once, since what follows it is on its way: work on it goes on
    meanwhile. Of a shorter one we wait to hear whether another follows, which mostly is known already.
    """
    waiting: list[Row] = []
    for rows in pages:
        if waiting:
            yield waiting, False
        waiting = rows if len(rows) < take else []
        if not waiting:
            yield rows, False
    if waiting:
        yield waiting, True


def _usable(key: str) -> str:
    """The key to park a row under; empty when no index could hold it."""
    return key if len(key) <= LONGEST_KEY and key.isprintable() else ""


def _repeats(flow: Flow, rows: Sequence[Row]) -> bool:
    return len({tuple([str(row.get(column)) for column in flow.key]) for row in rows}) < len(rows)


def _newest_of_each_key(flow: Flow, rows: Sequence[Row], mapped: Sequence[Any]) -> list[Any]:
    newest: dict[str, Any] = {}
    for row, record in zip(rows, mapped, strict=True):
        key = flow.key_of(row)
        if isinstance(record, UnmappableRow) or (key in newest and _changed(record) < _changed(newest[key])):
            continue
        newest[key] = record
    return list(newest.values())


def _changed(record: Any) -> datetime:
    return changed_on(record) or _LONG_AGO
