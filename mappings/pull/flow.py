"""A flow in, as data: which GetConnector it reads, how often, and how it learns what changed there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from domain.pull.afas_clock import TIMES
from domain.pull.query import Row
from domain.records import catalogue
from mappings.pull.rows import RowMapping

MOST_CELLS = 150_000
"""Columns times rows of one call must stay below this (AFAS: get-connector.md)."""
MOST_ROWS = 5_000


class ChangeDetection(StrEnum):
    """How a poll learns what is new."""

    CHANGES = "changes"
    """By the newest changed-on."""
    GROWING_KEY = "growing-key"
    """By the highest key: rows are added, never changed."""
    SNAPSHOT = "snapshot"
    """Small and without changed-on: everything, every time."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow in. ``key`` and ``changed`` are columns, as this environment names them.

    ``optional``: AFAS may have no such connector, and all else works without it.
    ``every``: seconds between two polls, unless a setting says otherwise.
    ``wide_is_full``: what disappears matters within the hour, so the wide poll reads everything.
    ``may_shrink``: many rows gone at once, or none left, is a normal answer and not an outage.
    """

    name: str
    connector: str
    key: tuple[str, ...]
    changed: tuple[str, ...]
    mapping: RowMapping[Any]
    every: float = 60.0
    watch: ChangeDetection = ChangeDetection.CHANGES
    wide_is_full: bool = False
    may_shrink: bool = False
    optional: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that must be there."""
        return tuple(dict.fromkeys((*self.key, *self.mapping.columns, *self.changed)))

    @property
    def take(self) -> int:
        """Rows per call: a connector has our columns, perhaps a few more."""
        return min(MOST_ROWS, (MOST_CELLS - 1) // (len(self.columns) + 2))

    def key_of(self, row: Row) -> str:
        """The key of a raw row as one text; empty when a part is missing."""
        parts = [row.get(column) for column in self.key]
        return "" if any(part is None or part == "" for part in parts) else "|".join(map(str, parts))

    def named(self, names: Mapping[str, str]) -> Flow:
        """This flow in an environment with other column names (ours -> theirs)."""
        mapping = self.mapping.named(names)
        return replace(
            self,
            key=tuple(map(mapping.theirs, self.key)),
            changed=tuple(map(mapping.theirs, self.changed)),
            mapping=mapping,
        )


def flow_of(
    connector: str,
    mapping: RowMapping[Any],
    *,
    every: float = 60.0,
    watch: ChangeDetection = ChangeDetection.CHANGES,
    wide_is_full: bool = False,
    may_shrink: bool = False,
    optional: bool = False,
) -> Flow:
    """The flow that reads a GetConnector.

    Its name and key are the record's in the catalogue, its changed-on columns those of the record's time.
    """
    kind = catalogue.of(mapping.record)
    return Flow(
        name=kind.flow,
        connector=connector,
        key=tuple(map(mapping.column, kind.key)),
        changed=next((mapping.columns_of(each) for each in TIMES if each in mapping.sources), ()),
        mapping=mapping,
        every=every,
        watch=watch,
        wide_is_full=wide_is_full,
        may_shrink=may_shrink,
        optional=optional,
    )
