"""The flows as jobs: a leased run is pulled, due updates are delivered, what is stale is derived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from connectors.store.running.control import Control
from domain.errors import AfasError, TryLater
from domain.message import because, verbatim
from domain.outbox.policy import Patience
from domain.outbox.verdicts import PauseEnvironment
from sync.failures.steps import ReplaySteps
from sync.outbox.deliver import Deliverer
from sync.ports import Afas, Wake
from sync.ports_trace import NO_SPANS, Spans
from sync.pull.pull import Puller, PullOutcome
from workers.compose.reconcile.reconciling import Reconciling

log = structlog.get_logger("loonbrug.flows")

_PROBE_BEFORE = 5.0
"""Seconds before a pause ends in which AFAS is asked for a sign of life, so that a dead one stays paused."""


@dataclass(frozen=True)
class Flows:
    """What the jobs of one environment do (``workers.jobs.actors.Work``), and the clock's probe."""

    environment: str
    afas: Afas
    puller: Puller
    deliverer: Deliverer
    replays: ReplaySteps
    reconciling: Reconciling
    derive_stale: Callable[[], int]
    control: Control
    wake: Wake
    stopping: Callable[[], bool]
    spans: Spans = NO_SPANS
    patience: Patience = field(default_factory=Patience)

    def pull(self, run: int) -> None:
        """Pull that run, when nobody has it yet."""
        with self.spans.span("pull", run=run) as span:
            outcome = self.puller.run_due(run)
            if outcome is None:
                return
            about: dict[str, Any] = {
                "run": outcome.run.id,
                "flow": outcome.run.flow,
                "kind": outcome.run.kind.value,
            }
            span.rename(f"pull {outcome.run.flow}")
            span.add(**about)
        if outcome.counts is None:
            log.warning("pull failed", **_fault(outcome), **about)
            return
        counts = outcome.counts
        told = {"read": counts.read, "new": counts.new, "changed": counts.changed, "parked": counts.parked}
        tell = log.info if counts.news or counts.parked else log.debug
        tell("pulled", withdrawn=counts.withdrawn, calls=counts.calls, **told, **about)
        if counts.news:
            self.wake.derive(self.environment)

    def deliver(self, update: int) -> None:
        """Deliver what is due, until nothing is. The id only woke us: the outbox knows the order."""
        while not self.stopping() and (count := self._deliver_a_batch()):
            log.info("delivered a batch", count=count, update=update)

    def _deliver_a_batch(self) -> int:
        with self.spans.span("deliver a batch"):
            return self.deliverer.work_one_batch()

    def derive(self, environment: str) -> None:
        """Derive what is stale."""
        if environment == self.environment and (count := self.derive_stale()):
            log.info("derived", count=count)

    def replay(self, replay: int) -> None:
        """Plan a replay, or do what was planned; nothing when somebody else is at it."""
        worked = self.replays.work(replay)
        if worked is not None:
            log.info("worked on a replay", number=worked.id, outcome=worked.state.value)

    def reconcile(self, reconciliation: int) -> None:
        """Do a due reconciliation; nothing when somebody else is at it."""
        self.reconciling.work(reconciliation)

    def probe(self) -> None:
        """When a pause ends: ask AFAS for its version first. Alive: go on. Not: rest a little longer."""
        if not self.control.ending_pause(_PROBE_BEFORE):
            return
        try:
            self.afas.version()
        except AfasError as error:
            self.control.extend_pause(_rest_after(error, self.patience))
            log.warning("AFAS is still away", **_told_by(error))
        else:
            self.control.end_pause()
            log.info("AFAS answers again")


def _rest_after(error: AfasError, patience: Patience) -> PauseEnvironment:
    """As AFAS asks, or longer each time: a probe is one small call, whatever the cause."""
    named = error.after if isinstance(error, TryLater) else None
    rests = (named + _PROBE_BEFORE,) if named else patience.access_retries
    return PauseEnvironment(rests, because(verbatim("AFAS"), error.why))


def _fault(outcome: PullOutcome) -> dict[str, object]:
    """Why a run failed, for the log. AFAS's own words stay in the run: they may name people (G13)."""
    if isinstance(outcome.error, AfasError):
        return _told_by(outcome.error)
    return {"reason": str(outcome.failure)}


def _told_by(error: AfasError) -> dict[str, object]:
    return {
        "error_type": type(error).__name__,
        "status": error.status,
        "log_reference": error.log_reference,
        "trace": error.trace,
    }
