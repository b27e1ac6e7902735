"""A stage for tests of the flows in: a small AFAS, a real store, and a way to pull."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from connectors.store.database import Database
from connectors.store.pull.pulls import Pulls
from connectors.store.pull.runs import RunRepository
from domain.pull.afas_clock import Present
from domain.pull.query import Row
from domain.pull.run import Counts, Run, RunKind
from mappings.flows import FLOWS
from mappings.pull.flow import Flow
from sync.pull.present import by_our_clock
from sync.pull.pull import Puller, PullOutcome
from tests.stages.records.rows import row


@dataclass
class Stage:
    """AFAS, the store, and what stands between them."""

    afas: Any  # a FakeAfas, or the real client before a sandbox
    database: Database
    lease: timedelta = timedelta(minutes=2)
    flows: dict[str, Flow] | None = None
    present: Callable[[], Present] = by_our_clock

    @property
    def runs(self) -> RunRepository:
        return RunRepository(self.database, "main", self.lease)

    @property
    def store(self) -> Pulls:
        return Pulls(self.database, "main", self.lease)

    @property
    def puller(self) -> Puller:
        return Puller(self.afas, self.store, self.runs, self.flows or FLOWS, present=self.present)

    def shows(self, flow: str, *rows: Row) -> None:
        """AFAS shows these rows of a flow from now on."""
        self.afas.tables[FLOWS[flow].connector] = [dict(each) for each in rows]

    def row_of(self, flow: str, key: object) -> Row:
        """The row as AFAS holds it, to change."""
        column = FLOWS[flow].key[0]
        return next(each for each in self.afas.tables[FLOWS[flow].connector] if each[column] == key)

    def run(self, flow: str, kind: RunKind = RunKind.POLL, **wish: Any) -> PullOutcome:
        """Want, claim and pull one run."""
        outcome = self.puller.run_due(self.runs.want(flow, kind, **wish))
        assert outcome is not None
        return outcome

    def pull(self, flow: str, kind: RunKind = RunKind.POLL, **wish: Any) -> Counts:
        """Pull one run that succeeds."""
        outcome = self.run(flow, kind, **wish)
        assert outcome.counts is not None, outcome.failure
        return outcome.counts

    def settle(self, flow: str) -> None:
        """Poll until the flow is settled; the news are made old enough for it."""
        for _ in range(3):
            self.pull(flow)
            self.execute("update flow set news_at = news_at - interval '1 hour'")

    def take(self, flow: str, kind: RunKind = RunKind.POLL) -> Run:
        """A run in the hands of a worker that has done nothing with it yet."""
        run = self.runs.take(self.runs.want(flow, kind))
        assert run is not None
        return run

    def small_pages(self, flow: str) -> Flow:
        """The flow, with pages of two rows from now on."""
        small = _SmallFlow(**{name: getattr(FLOWS[flow], name) for name in Flow.__dataclass_fields__})
        self.flows = dict(FLOWS) | {flow: small}
        return small

    def execute(self, query: str, *values: Any) -> list[dict[str, Any]]:
        with self.database.connection() as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def column(self, query: str) -> list[Any]:
        return [next(iter(each.values())) for each in self.execute(query)]


class _SmallFlow(Flow):
    @property
    def take(self) -> int:
        return 2


def hours(lines: Iterable[int], **changes: object) -> list[Row]:
    """Hour lines with these numbers."""
    return [row("hours", LineId=line, **changes) for line in lines]


def at(clock: str, day: str = "2026-11-20") -> str:
    """A time as AFAS writes it."""
    return f"{day}T{clock}Z"


def lines(stage: Stage) -> list[int]:
    """The hour lines that we show."""
    return stage.column("select line from hour_line where withdrawn_at is null order by line")
