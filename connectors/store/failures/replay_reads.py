"""Replays as people look at them: the latest ones, how far one is, and what became of each of its updates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from psycopg.rows import DictRow

from connectors.store.database import Database, rows_as
from domain.message import Message
from domain.outbox.update import ACTIVE

T = TypeVar("T")

_LATEST = """
    select r.id, r.state, r.cause, r.asked_by, r.asked_at, r.begun_by, r.begun_at, r.ended_at,
        (select count(*) from replay_item i where i.replay = r.id) as updates
    from replay r where r.environment = %(environment)s
        and (%(waiting)s::boolean is not true or r.state = 'waiting')
    order by r.id desc limit %(limit)s
"""
_COUNTS = """
    select i.prospect, i.outcome, o.state, count(*) as count from replay_item i
    join replay r on r.id = i.replay join outbox o on o.id = i.update
    where i.replay = %(replay)s and r.environment = %(environment)s
    group by i.prospect, i.outcome, o.state
"""
_ITEMS = """
    select i.update, i.prospect, i.why, i.request, i.outcome, i.told, o.kind, o.subject, o.state, o.reason,
        (select min(earlier.id) from outbox earlier where earlier.environment = o.environment
            and earlier.subject = o.subject and earlier.id < o.id
            and update_is_open(earlier.state)) as behind,
        (select max(r.id) from replay_item other join replay r on r.id = other.replay
            where other.update = i.update and other.replay <> i.replay
            and r.state in ('running', 'waiting')) as also_in
    from replay_item i join replay mine on mine.id = i.replay join outbox o on o.id = i.update
    where i.replay = %(replay)s and mine.environment = %(environment)s and i.update > %(after)s
        and (%(prospect)s::text is null or i.prospect = %(prospect)s)
        and (%(outcome)s::text is null or i.outcome = %(outcome)s)
        and (%(state)s::text is null or o.state = %(state)s)
    order by i.update limit %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a replay is, in numbers of updates.

    ``states``: where those that were made due stand now, by state.
    """

    total: int = 0
    looked_for: int = 0
    decided: int = 0
    prospects: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)

    @property
    def under_way(self) -> int:
        """Made due, and not ended yet."""
        return sum(self.states.get(state, 0) for state in ACTIVE)

    @property
    def settled(self) -> int:
        """Nothing more is coming by itself."""
        return self.decided - self.under_way


@dataclass(frozen=True, slots=True)
class ReplaySummary:
    """A replay in a list, with the number of its updates."""

    id: int
    state: str
    cause: str | None
    asked_by: str
    asked_at: datetime
    begun_by: str | None
    begun_at: datetime | None
    ended_at: datetime | None
    updates: int


@dataclass(frozen=True, slots=True)
class ReplayItem:
    """An update of a replay: plan, result, and how it stands now.

    ``behind``: an earlier update of the same subject that goes first. ``also_in``: another replay that is
    about to do the same.
    """

    update: int
    prospect: str | None
    why: Message | None
    request: Mapping[str, object] | None = field(repr=False)
    outcome: str | None
    told: Message | None
    kind: str
    subject: str
    state: str
    reason: Message | None
    behind: int | None
    also_in: int | None


@dataclass(frozen=True, slots=True)
class ReplayOfUpdate:
    """A replay that an update was in, with its plan and its result."""

    id: int
    state: str
    prospect: str | None
    why: Message | None
    outcome: str | None
    told: Message | None
    begun_by: str | None
    asked_by: str
    asked_at: datetime


class ReplayReads:
    """Reads about the replays of one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def latest(self, *, waiting: bool = False, limit: int = 50) -> list[ReplaySummary]:
        """The latest replays; only those that wait for a second person when ``waiting``."""
        return self._rows(ReplaySummary, _LATEST, limit=limit, waiting=waiting)

    def progress(self, replay: int) -> Progress:
        """How far one is."""
        values = {"environment": self._environment, "replay": replay}
        with self._database.connection() as connection:
            rows = connection.execute(_COUNTS, values).fetchall()
        due = [row for row in rows if row["outcome"] == "due"]
        return Progress(
            total=_sum(rows),
            looked_for=_sum([row for row in rows if row["prospect"]]),
            decided=_sum([row for row in rows if row["outcome"]]),
            prospects=_by(rows, "prospect"),
            outcomes=_by(rows, "outcome"),
            states=_by(due, "state"),
        )

    def items(
        self,
        replay: int,
        *,
        after: int = 0,
        limit: int = 50,
        prospect: str | None = None,
        outcome: str | None = None,
        state: str | None = None,
    ) -> list[ReplayItem]:
        """Its updates, page by page in the order of their ids."""
        filters = {"prospect": prospect or None, "outcome": outcome or None, "state": state or None}
        return self._rows(ReplayItem, _ITEMS, replay=replay, after=after, limit=limit, **filters)

    def of_update(self, update: int) -> list[ReplayOfUpdate]:
        """The replays that an update was in, the latest first."""
        return self._rows(
            ReplayOfUpdate,
            "select r.id, r.state, i.prospect, i.why, i.outcome, i.told, r.begun_by, r.asked_by, r.asked_at"
            " from replay_item i join replay r on r.id = i.replay"
            " where i.update = %(update)s and r.environment = %(environment)s order by r.id desc limit 20",
            update=update,
        )

    def _rows(self, make: Callable[..., T], query: str, **values: object) -> list[T]:
        with self._database.connection() as connection:
            return rows_as(make, connection, query, {"environment": self._environment, **values})


def _sum(rows: Sequence[DictRow]) -> int:
    return sum(row["count"] for row in rows)


def _by(rows: Sequence[DictRow], column: str) -> dict[str, int]:
    """Counts by the value of a column; rows without one are left out."""
    counts: dict[str, int] = {}
    for row in rows:
        if row[column]:
            counts[row[column]] = counts.get(row[column], 0) + row["count"]
    return counts
