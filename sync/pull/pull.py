"""AFAS -> mirror: probe, read pages, map, write page, move the watermark when all are written.

For the composition root::

    pulls = Pulls(database, "main")                       # connectors.store.pulls
    runs = RunBook(database, "main")                      # connectors.store.runs
    puller = Puller(afas, pulls, runs, FLOWS)             # mappings.flows, ``named`` where columns differ
    run_id = runs.want("hours", RunKind.POLL)             # None: one is running already
    outcome = puller.run_due(run_id)                      # or run_due() for any; None: nothing to do

``run_due`` raises nothing that AFAS or its rows can cause: such a run ends as failed, with its reason.
Anything else (the database away, a bug) it raises, after trying to write it down; the run is taken over when
its lease ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.errors import (
    AfasError,
    ContractBreach,
    LoonbrugError,
    NotAllowed,
    Rejected,
    SuspiciousSilence,
)
from domain.message import Message
from domain.outbox.policy import Patience, pause_for
from domain.outbox.verdicts import PauseEnvironment
from domain.pull.afas_clock import Present
from domain.pull.query import Row
from domain.pull.run import Counts, End, FlowState, LostRun, Page, Run
from mappings.pull.flow import Flow
from sync.ports import Afas
from sync.pull.doubted_lines import DELETIONS, HOURS, ask_for_doubted
from sync.pull.heartbeat import beating
from sync.pull.pages import as_page, breach, refuse_breach, with_last
from sync.pull.plan import Plan, plan
from sync.pull.ports import PullStore, Runs
from sync.pull.present import by_our_clock
from sync.pull.probe import Probe
from sync.pull.sweep import look_again
from sync.pull.window import Overlaps


@dataclass(frozen=True, slots=True)
class PullOutcome:
    """How a run ended: its counts, or why it failed. ``failure`` may hold AFAS's own words."""

    run: Run
    counts: Counts | None
    failure: Message | None = None
    error: LoonbrugError | None = None


@dataclass(frozen=True, slots=True)
class _Task:
    """A run with what it has to do."""

    run: Run
    flow: Flow
    todo: Plan
    state: FlowState


class Puller:
    """Pulls the flows of one environment. Safe to share between threads when its parts are."""

    def __init__(
        self,
        afas: Afas,
        store: PullStore,
        runs: Runs,
        flows: Mapping[str, Flow],
        *,
        overlaps: Overlaps | None = None,
        patience: Patience | None = None,
        beat: float = 10,
        present: Callable[[], Present] = by_our_clock,
    ) -> None:
        """``beat``: seconds between heartbeats; well below the lease of a run. ``present``: AFAS's, now.

        ``patience``: how long everything rests when AFAS lets nobody in.
        """
        self._afas = afas
        self._store = store
        self._runs = runs
        self._flows = flows
        self._overlaps = overlaps or Overlaps()
        self._patience = patience or Patience()
        self._beat = beat
        self._present = present

    def run_due(self, run_id: int | None = None) -> PullOutcome | None:
        """Take that run, or any that is due, and pull it. None when there was nothing to take."""
        run = self._runs.take(run_id)
        if run is None:
            return None
        try:
            with beating(self._runs, run, self._beat):
                return PullOutcome(run, self.pull(run, self._flows[run.flow]))
        except LostRun as error:
            return PullOutcome(run, None, error.why)
        except LoonbrugError as error:
            return self._failed(run, error)
        except Exception as error:
            self._store.fail(run, Message("why.unexpected", {"kind": type(error).__name__}))
            raise

    def pull(self, run: Run, flow: Flow) -> Counts:
        """Pull one leased run. Raises what AFAS causes, ContractBreach, SuspiciousSilence and LostRun."""
        try:
            counts = self._pull(run, flow)
        except (Rejected, NotAllowed):
            breach(self._afas, flow)  # a query on a column that is gone is refused: say which one
            raise
        if flow.name in (DELETIONS, HOURS):
            ask_for_doubted(self._afas, self._store, run, self._flows[HOURS])
        return counts

    def _pull(self, run: Run, flow: Flow) -> Counts:
        state = self._store.state(flow.name)
        todo = plan(Probe(self._afas, flow, self._present), run, state, self._overlaps)
        task = _Task(run, flow, todo, state)
        counts = Counts()
        ended = False
        for sent, last in with_last(task.todo.pages, flow.take):
            ended = last and not task.todo.full
            counts += self._work(task, sent, counts, ends=ended)
        if task.todo.full:
            return self._sweep(task, counts)
        return counts if ended else counts + self._save(task, Page(), counts, ends=True)

    def _work(self, task: _Task, rows: list[Row], before: Counts, *, ends: bool = False) -> Counts:
        """Map a page and write it. What that took is let go of here: the next page is in memory already."""
        refuse_breach(self._afas, task.flow, rows)
        page = as_page(task.flow, rows, self._present(), remember=task.todo.full)
        return self._save(task, page, before, ends=ends)

    def _sweep(self, task: _Task, counts: Counts) -> Counts:
        gone = self._store.gone(task.run, task.flow.mapping.record)
        for rows in look_again(self._afas, task.flow, task.run, gone):
            counts += self._work(task, rows, counts)
        return counts + self._save(task, Page(), counts, ends=True)

    def _save(self, task: _Task, page: Page, before: Counts, *, ends: bool) -> Counts:
        end = _end(task, before, page) if ends else None
        return self._store.save(task.run, task.flow.mapping.record, page, end)

    def _failed(self, run: Run, error: LoonbrugError) -> PullOutcome:
        if isinstance(error, NotAllowed) and self._is_absent(self._flows[run.flow]):
            connector = self._flows[run.flow].connector
            self._store.absent(run, Message("why.absent", {"connector": connector}))
            return PullOutcome(run, Counts())
        broken = isinstance(error, (ContractBreach, NotAllowed, SuspiciousSilence))
        self._store.fail(run, error.why, broken=broken)
        pause = pause_for(error, self._patience) if isinstance(error, AfasError) else None
        if isinstance(pause, PauseEnvironment):
            self._store.pause_environment(pause)
        return PullOutcome(run, None, error.why, error)

    def _is_absent(self, flow: Flow) -> bool:
        """An optional connector that AFAS does not offer; one that was read before is lost, and told so."""
        known = self._store.state(flow.name)
        if not flow.optional or known.watermark is not None or known.known:
            return False
        try:
            return flow.connector not in self._afas.offered()[0]
        except AfasError:
            return False


def _end(task: _Task, before: Counts, page: Page) -> End:
    """The end of the run. Whether this last page brings news is added by the store, which knows it."""
    todo = task.todo
    asked_in_vain = not (todo.quiet or page.read or (todo.full and before.read))
    return End(
        watermark=todo.watermark,
        newest_key=todo.newest_key,
        news=todo.news or before.news,
        settled=todo.quiet or task.state.settling,
        sweep=todo.full,
        calls=todo.calls + asked_in_vain,
    )
