"""One pull of one flow: what is wanted, how far it is, and what a page of it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.errors import LoonbrugError
from domain.message import Message
from domain.pull.afas_clock import Present
from domain.pull.query import Row


class RunKind(StrEnum):
    """How far back a run looks: minutes, hours, or everything with a sweep of what is gone."""

    POLL = "poll"
    WIDE = "wide"
    FULL = "full"


class LostRun(LoonbrugError):  # noqa: N818 - names what happened to us: stop, another worker has the run
    """Our lease on the run ended and another worker has it: nothing more may be written."""


@dataclass(frozen=True, slots=True)
class Run:
    """A leased run. ``since`` (AFAS's clock text) replaces the watermark when a person asked for it.

    ``forced``: a person said that much is gone indeed.
    """

    id: int
    environment: str
    flow: str
    kind: RunKind
    token: UUID
    attempts: int = 1
    since: str | None = None
    forced: bool = False


@dataclass(frozen=True, slots=True)
class DueRun:
    """A run that was just made due."""

    run: int
    flow: str
    kind: str


@dataclass(frozen=True, slots=True)
class FlowState:
    """How far a flow is. ``watermark`` is AFAS's own text, without ``Z``; ``known`` rows in the mirror.

    ``settled``: the overlap was reread without news. ``settling``: the last news is old enough to settle now.
    """

    watermark: str | None = None
    newest_key: str | None = None
    settled: bool = False
    settling: bool = True
    known: int = 0


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read: its key (empty when it shows none), why, and what may be kept of it."""

    key: str
    reason: Message
    row: Row = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page: records with distinct keys, the bad ones, and how many rows repeated a key.

    ``present``: where AFAS's present stood when it was read.
    ``remember``: its keys are noted, for the sweep of what was not seen.
    """

    records: Sequence[Any] = ()
    bad: Sequence[BadRow] = ()
    doubles: int = 0
    present: Present | None = None
    remember: bool = False

    @property
    def read(self) -> int:
        """Rows that AFAS sent."""
        return len(self.records) + len(self.bad) + self.doubles


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows: ``read == new + changed + unchanged + parked`` (G5). ``calls`` to AFAS."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    parked: int = 0
    withdrawn: int = 0
    calls: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def news(self) -> bool:
        """Something was written."""
        return bool(self.new or self.changed or self.withdrawn)


@dataclass(frozen=True, slots=True)
class End:
    """The end of a run, written with its last page: the new watermark, and whether gone rows are swept."""

    watermark: str | None
    newest_key: str | None
    news: bool
    settled: bool
    sweep: bool = False
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Gone:
    """What a full run did not see again: ``count`` of ``known`` rows; at most ``MOST_GONE`` keys of them."""

    known: int
    count: int
    keys: Sequence[tuple[str, ...]]


MOST_GONE = 2_000
"""More rows than this are not asked for by name one more time before they are withdrawn."""
