"""Updates that failed, in a store that a console shows: refused by an AFAS that says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.store.failures.replay_work import ReplayWork
from connectors.store.outbox.operations import OutboxOperations
from domain.outbox.update import UpdateKind
from sync.failures.replay import Replays
from sync.failures.steps import ReplaySteps
from sync.outbox.kinds import kinds
from tests.stages.outbox import faults
from tests.stages.outbox.desk import Desk
from tests.stages.outbox.faults import Fault


@dataclass
class Stuck:
    """A desk whose failures are looked at."""

    desk: Desk
    wake: Any

    def approvals(self, count: int, *, first: int = 0) -> list[int]:
        """So many approvals that AFAS refused for one cause."""
        numbers = [f"{number:012}.01" for number in range(first, first + count)]
        for number in numbers:
            self.desk.afas.add_claim(number)
        return self.refused([self.approval(number) for number in numbers])

    def approval(self, number: str, **more: object) -> int:
        """The approval of what the portal knows of a claim of this AFAS: of nothing else may one be sent."""
        shown = self.desk.version_of(number)
        self.desk.execute("update declaration set version = %s where number = %s", shown, number)
        return self.desk.owe_approval(number, **more)

    def mobile(self) -> int:
        """A mobile number that AFAS refused."""
        row = self.desk.afas.add_contact(22834, "+31611111111")
        payload: dict[str, object] = {"who": "contact", "contact": 22834, "mobile": "+31612345678"}
        payload |= {"organisation": row["OrgNumber"], "person": row["PerNumber"]}
        return self.refused([self.desk.owe(UpdateKind.CHANGE_MOBILE, "contact:22834", payload)])[0]

    def refused(self, updates: list[int]) -> list[int]:
        self.desk.afas.faults = lambda call, number: faults.refused()
        self.desk.work_off()
        self.desk.afas.faults = lambda call, number: Fault()
        self.desk.afas.sent.clear()
        return updates

    def work_replays(self) -> None:
        """What the workers do when they are woken for replays."""
        desk = self.desk
        operators = OutboxOperations(desk.database, "main")
        replays = Replays(desk.afas, desk.outbox(), operators, kinds(desk.words), desk.patience)
        rows = ReplayWork(desk.database, "main")
        while self.wake.replayed:
            ReplaySteps(replays, rows, self.wake).work(self.wake.replayed.pop(0))


def planned(stuck: Stuck, who: Any, **fields: object) -> tuple[str, str]:
    """Plan at the console. Returns the address of the replay and its page."""
    answer = who.submit("/ops/failures/replays", **fields)
    assert answer.status_code == 303, answer.text
    stuck.work_replays()
    return answer.headers["location"], who.get(answer.headers["location"]).text
