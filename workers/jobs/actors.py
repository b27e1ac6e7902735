"""The Dramatiq actors: a name, one id, a call. The row decides whether there is anything to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import dramatiq

from workers.jobs.hints import OLD_QUEUE, queue_of


class Work(Protocol):
    """What workers do. Each takes a lease on its row first, so that two of the same are harmless (G9)."""

    def pull(self, run: int) -> None:
        """Do a due run of a flow, when nobody has it yet."""

    def deliver(self, update: int) -> None:
        """Take an update one step further, when it is due and nobody has it."""

    def derive(self, environment: str) -> None:
        """Bring stale declarations and onboarding states up to date."""

    def replay(self, replay: int) -> None:
        """Plan a replay, or do what was planned, when nobody is at it yet."""

    def reconcile(self, reconciliation: int) -> None:
        """Do a due reconciliation, when nobody has it yet."""


Actor = dramatiq.Actor[Any, Any]


@dataclass(frozen=True, slots=True)
class Actors:
    """The declared actors of one broker."""

    pull: Actor
    deliver: Actor
    derive: Actor
    replay: Actor


def declare(broker: dramatiq.Broker, work: Work, environment: str) -> Actors:
    """Declare the actors on a broker. No globals: a test passes its own broker and work.

    A failure ends in the log and nowhere else: the row knows what is still owed. People wait for deliveries,
    so these go first among what a process has fetched.
    """

    def pull(run: int) -> None:
        work.pull(run)

    def deliver(update: int) -> None:
        work.deliver(update)

    def derive(environment: str) -> None:
        work.derive(environment)

    def replay(replay: int) -> None:
        work.replay(replay)

    def actor(priority: int) -> Any:
        return dramatiq.actor(broker=broker, queue_name=queue_of(environment), priority=priority)

    broker.declare_queue(OLD_QUEUE)

    return Actors(
        pull=actor(20)(pull), deliver=actor(0)(deliver), derive=actor(10)(derive), replay=actor(5)(replay)
    )
