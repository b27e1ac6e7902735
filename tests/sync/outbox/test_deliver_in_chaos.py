"""Chaos: hundreds of updates, faults by dice, workers and sessions that die. None missing, none doubled."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

from domain.errors import OutcomeUnknown
from domain.outbox.afas_call import Call
from tests.stages.outbox import faults
from tests.stages.outbox.desk import QUICK, Desk
from tests.stages.outbox.faults import Fault
from tests.stages.outbox.sabotage import Crash, at_random, crashing
from tests.stages.outbox.threads import in_threads


def dice_of(seed: int) -> Callable[[Call, int], Fault]:
    """What goes wrong in the chaos: about every third write.

    A sender freezes beyond its lease but not beyond AFAS's limit: its session may be killed as well, and then
    no client could keep it from doubling.
    """
    dice = random.Random(seed)

    def roll(call: Call, number: int) -> Fault:
        chance = dice.random()
        choices: list[tuple[float, Callable[[], Fault]]] = [
            (0.08, faults.lost),
            (0.16, lambda: faults.late(dice.randint(0, 2))),
            (0.20, faults.never),
            (0.24, faults.empty_yes),
            (0.27, faults.refused_after),
            (0.31, faults.locked),
            (0.32, lambda: faults.away(0.02)),
            (0.325, lambda: Fault(before=lambda: time.sleep(0.5))),
            (0.34, lambda: Fault(error=_crash)),
        ]
        return next((fault() for limit, fault in choices if chance < limit), Fault())

    return roll


def _crash() -> Exception:
    raise Crash


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_chaos_three_hundred_updates_none_missing_none_doubled_g2_g9(desk: Desk, seed: int) -> None:
    desk.patience = replace(QUICK, crash_rests=(0.0,), most_sends=1000, server_limit=1.2, margin=0.6)
    owed = owe_many(desk, 300)
    desk.afas.faults = dice_of(seed)
    desk.afas.looks_fail = looks_failing_sometimes(seed)
    desk.outbox_class = crashing(at_random(0.01, seed))
    crashes = deliver_in_threads(desk, threads=5, seconds=300, kill_sessions=True)
    desk.afas.settle()
    assert crashes > 5
    assert desk.open_updates() == 0
    assert {what: times for what, times in desk.afas.effects.items() if times != 1} == {}
    assert len(desk.afas.effects) == len(owed)
    with desk.database.connection() as connection:
        states = connection.execute("select state, count(*) from outbox group by state").fetchall()
    assert states == [{"state": "done", "count": 300}]


def owe_many(desk: Desk, count: int) -> list[int]:
    updates = []
    for number in range(1, count // 3 + 1):
        desk.afas.add_claim(f"{number:012}.01")
        desk.afas.add_claim(f"{number:012}.02")
        approve = number % 3 == 0
        updates.append(desk.owe_approval(f"{number:012}.01"))
        owe = desk.owe_approval if approve else desk.owe_rejection
        updates += [owe(f"{number:012}.02"), desk.owe_question(f"Vraag {number}")]
    return updates


def looks_failing_sometimes(seed: int) -> Callable[[str, int], Exception | None]:
    dice = random.Random(seed)
    return lambda connector, number: OutcomeUnknown("cut") if dice.random() < 0.02 else None


def deliver_in_threads(desk: Desk, *, threads: int, seconds: float, kill_sessions: bool) -> int:
    """Deliver with workers that die and are started again; returns how often they died."""
    crashes, counting = [0], threading.Lock()
    until = time.monotonic() + seconds

    def work() -> None:
        while desk.open_updates() and time.monotonic() < until:
            try:
                if not desk.deliverer().work_one_batch():
                    time.sleep(0.01)
            except (Crash, psycopg.OperationalError):
                with counting:
                    crashes[0] += 1

    def kill() -> None:
        while desk.open_updates() and time.monotonic() < until:
            time.sleep(0.3)
            desk.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name = 'loonbrug sender' and datname = current_database() limit 1"
            )

    killer = threading.Thread(target=kill)
    if kill_sessions:
        killer.start()
    in_threads(threads, work)
    if kill_sessions:
        killer.join()
    return crashes[0]
