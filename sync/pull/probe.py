"""The probe: what AFAS shows as newest, by its own times, and never beyond its present."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from domain.pull.afas_clock import Present
from domain.pull.query import EVERYTHING, Condition, Operator, Row
from mappings.afas_time import latest_shown, to_utc, without_z
from mappings.pull.flow import ChangeDetection, Flow
from mappings.pull.rows import readable
from sync.ports import Afas
from sync.pull.pages import refuse_breach
from sync.pull.window import changed_after

LOOK_PAST = 50
"""How many rows with an unreadable changed-on are passed over to find the newest readable one."""


@dataclass(frozen=True, slots=True)
class Newest:
    """What the probe saw: the newest readable watermark with its key, and unreadable rows before it.

    ``ahead``: the text of AFAS's present, when rows were seen beyond it; the watermark is one that is not.
    """

    watermark: str | None = None
    key: str | None = None
    rows: bool = False
    unreadable: tuple[Row, ...] = ()
    calls: int = 1
    ahead: str | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """Asks one flow for its newest rows. ``present``: AFAS's, right now. Raises what AFAS raises."""

    afas: Afas
    flow: Flow
    present: Callable[[], Present]

    def any_news(self, watermark: str) -> bool:
        """Whether anything is newer: one call for all changed-on columns together."""
        newer = changed_after(self.flow.changed, watermark)
        return bool(self.afas.rows(self.flow.connector, newer, self.flow.key, 1))

    def newest(self) -> Newest:
        """The newest of every changed-on column, and of them the newest."""
        seen = [self._newest_by(column) for column in self.flow.changed or self.flow.key]
        best = max(seen, key=lambda each: each.watermark or "")
        return Newest(
            best.watermark,
            best.key if len(seen) == 1 else None,
            any(each.rows for each in seen),
            tuple(row for each in seen for row in each.unreadable),
            sum(each.calls for each in seen),
            max((each.ahead for each in seen if each.ahead), default=None),
        )

    def _newest_by(self, column: str) -> Newest:
        order = (f"-{column}", *(f"-{key}" for key in self.flow.key if key != column))
        first = self.afas.newest(self.flow.connector, order)
        if first is None:
            return Newest()
        refuse_breach(self.afas, self.flow, [first])  # also when nothing is new: a lost column must not wait
        if first.get(column) is None or self._mark(first, column):
            newest = Newest(self._mark(first, column), self.flow.key_of(first), rows=True)
        else:
            rows = self.afas.rows(self.flow.connector, EVERYTHING, order, LOOK_PAST)
            newest = self._past_unreadable(column, rows)
        return self._not_ahead(column, order, newest)

    def _past_unreadable(self, column: str, rows: list[Row]) -> Newest:
        good = next((at for at, row in enumerate(rows) if self._mark(row, column)), len(rows))
        if good == len(rows):
            return Newest(rows=True, unreadable=tuple(rows), calls=2)
        return Newest(
            self._mark(rows[good], column),
            self.flow.key_of(rows[good]),
            rows=True,
            unreadable=tuple(rows[:good]),
            calls=2,
        )

    def _not_ahead(self, column: str, order: tuple[str, ...], newest: Newest) -> Newest:
        """The newest that AFAS's present has reached, where the very newest lies ahead of it."""
        if self.flow.watch is not ChangeDetection.CHANGES or newest.watermark is None:
            return newest
        present = self.present()
        if not present.lies_ahead(to_utc(newest.watermark)):
            return newest
        now = latest_shown(present.until)
        reached = ((Condition(column, Operator.AT_MOST, now),),)
        rows = self.afas.rows(self.flow.connector, reached, order, 1)
        watermark, key = (self._mark(rows[0], column), self.flow.key_of(rows[0])) if rows else (None, None)
        return replace(newest, watermark=watermark, key=key, calls=newest.calls + 1, ahead=now)

    def _mark(self, row: Row, column: str) -> str | None:
        """The row's value as a watermark, or None when it cannot be one."""
        value = row.get(column)
        if self.flow.watch is ChangeDetection.GROWING_KEY:
            return str(value) if type(value) is int else None
        text = readable(value)
        return without_z(text) if text else None
