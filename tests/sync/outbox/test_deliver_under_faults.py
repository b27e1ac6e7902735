"""Crashes, freezes, two of everything: 0 missing, 0 doubled (G2, G8, G9, G10, G12), and the ablation.

The ablation takes one rule away and proves that these tests would notice: with the rule nothing is doubled,
without it something is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.outbox.sending import SenderSession
from domain.outbox.policy import Patience
from domain.outbox.update import Update, UpdateKind
from domain.outbox.verdicts import Seen
from mappings.outbox.approvals import Approvals
from mappings.outbox.outgoing import Found
from sync.outbox.deliver import Deliverer
from tests.stages.outbox import faults
from tests.stages.outbox.desk import PATIENCE, QUICK, Desk
from tests.stages.outbox.faults import Fault
from tests.stages.outbox.sabotage import Crash, at, crashing
from tests.stages.outbox.threads import in_threads

CLAIM = "000000000005.01"
IMPATIENT = replace(QUICK, server_limit=0, margin=0, look_gap=0, looks_needed=1)
"""Rule 12 taken away: look at once, and send again."""


def crash_once(desk: Desk, moment: int) -> bool:
    """Deliver until the process dies at that moment; False when it never came so far."""
    steps = at(moment)
    desk.outbox_class = crashing(steps)
    deliverer = desk.deliverer()
    try:
        while deliverer.work_one_batch():
            pass
    except Crash:
        return True
    finally:
        desk.outbox_class = PostgresOutbox
    return False


@pytest.mark.parametrize("kind", ["approve", "reject", "ask", "file"])
def test_a_crash_between_any_two_steps_neither_loses_nor_doubles(desk: Desk, kind: str) -> None:
    moment, crashed = 0, True
    updates = []
    while crashed:
        moment += 1
        number = f"{moment:012}.01"
        desk.afas.add_claim(number)
        desk.afas.add_document(1000 + moment)
        owe: dict[str, Callable[[], int]] = {
            "approve": lambda number=number: desk.owe_approval(number),  # type: ignore[misc]
            "reject": lambda number=number: desk.owe_rejection(number),  # type: ignore[misc]
            "ask": desk.owe_question,
            "file": lambda item=1000 + moment: desk.owe_file(item),  # type: ignore[misc]
        }
        updates.append(owe[kind]())
        crashed = crash_once(desk, moment)
    assert moment > 7
    desk.work_off()
    assert [desk.state(update) for update in updates] == ["done"] * len(updates)
    assert set(desk.afas.effects.values()) == {1}
    assert len(desk.afas.effects) == len(updates)


@pytest.mark.parametrize("applied", [True, False])
def test_a_crash_while_afas_works_neither_loses_nor_doubles(desk: Desk, applied: bool) -> None:
    def die() -> Exception:
        raise Crash

    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    dying = Fault(apply=applied, error=die)
    desk.afas.faults = lambda call, number: dying if number == 1 else Fault()
    with suppress(Crash):
        desk.deliverer().work_one_batch()
    assert desk.state(update) == "sending"
    desk.work_off()
    assert desk.state(update) == "done"
    assert desk.afas.effects == {f"approve {CLAIM}": 1}


class Poisonous(Approvals):
    """Kills whoever looks at one certain claim."""

    def judge(self, update: Update, found: Found) -> Seen:
        if update.payload["claim"] == "000000000003.01":
            raise Crash
        return super().judge(update, found)


def test_an_update_that_kills_its_worker_is_worked_alone_and_rests_and_the_others_go_on(desk: Desk) -> None:
    updates = []
    for number in range(1, 13):
        desk.afas.add_claim(f"{number:012}.01")
        updates.append(desk.owe_approval(f"{number:012}.01"))
    patience = replace(QUICK, lease=0.05, crash_rests=(0, 0, 3600))
    deliverer = Deliverer(desk.afas, desk.outbox(), {UpdateKind.APPROVE: Poisonous()}, patience)
    until = time.monotonic() + PATIENCE
    while desk.row(updates[2])["unfinished"] < 4 or desk.open_updates() > 1:
        assert time.monotonic() < until
        with suppress(Crash):
            deliverer.work_one_batch()
    assert [desk.state(update) for update in updates].count("done") == 11
    poison = desk.row(updates[2])
    assert (poison["state"], poison["sends"]) == ("ready", 0)
    assert poison["reason"] == "3 attempts in a row ended without an outcome"
    assert (poison["due_at"] - datetime.now(UTC)).total_seconds() > 3500


def test_one_update_hinted_at_many_times_is_sent_once_g9(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    desk.owe_approval(CLAIM)
    desk.afas.latency = 0.02

    def work_thrice() -> None:
        for _ in range(3):
            desk.deliverer().work_one_batch()

    in_threads(8, work_thrice)
    assert desk.afas.calls["PUT PtDeclaration"] == 1


def test_a_worker_that_lost_its_lease_writes_nothing_down(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    outbox = desk.outbox()
    slow = outbox.take(50, lease=0.01)
    assert slow
    time.sleep(0.02)
    assert outbox.take(50, lease=30)
    outbox.hand_back(slow.updates)
    with outbox.sender(30) as sender, sender.sending(slow.updates[0], {}) as begun:
        assert begun == "stop"
    assert (desk.state(update), desk.row(update)["attempts"]) == ("ready", 2)


class NoLock(SenderSession):
    """Rule 13 taken away: whoever holds the claim sends."""

    def _lock(self, update: int) -> bool:
        return True


class OutboxWithoutLock(PostgresOutbox):
    session_class = NoLock


@pytest.mark.parametrize(
    ("outbox_class", "effects"),
    [(PostgresOutbox, 1), (OutboxWithoutLock, 2)],
    ids=["rule 13 kept", "rule 13 removed"],
)
def test_ablation_a_frozen_sender_doubles_only_without_its_lock(
    desk: Desk, outbox_class: type[PostgresOutbox], effects: int
) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.outbox_class = outbox_class
    awake, frozen = threading.Event(), threading.Event()

    def freeze() -> None:
        frozen.set()
        awake.wait(120)

    desk.afas.faults = lambda call, number: Fault(before=freeze) if number == 1 else Fault()
    sleeper = threading.Thread(target=lambda: desk.deliverer().work_one_batch())
    sleeper.start()
    assert frozen.wait(60)

    def held() -> bool:
        return any(row["outcome"] == "held" for row in desk.attempts(update))

    desk.work_until(lambda: held() or len(desk.afas.sent) > 1)
    assert held() == (outbox_class is PostgresOutbox)
    awake.set()
    sleeper.join()
    desk.outbox_class = PostgresOutbox
    desk.work_off()
    assert desk.state(update) == "done"
    assert desk.afas.effects == {f"approve {CLAIM}": effects}


@pytest.mark.parametrize(
    "patience", [pytest.param(QUICK, id="rule 12 kept"), pytest.param(IMPATIENT, id="rule 12 removed")]
)
def test_ablation_slow_writes_double_only_when_the_limit_is_not_waited_out(
    desk: Desk, patience: Patience
) -> None:
    desk.patience = patience
    updates = []
    for number in range(1, 31):
        desk.afas.add_claim(f"{number:012}.01")
        updates.append(desk.owe_approval(f"{number:012}.01"))
    desk.afas.faults = lambda call, number: faults.late(looks=2) if number <= 30 else Fault()
    desk.work_off()
    desk.afas.settle()
    doubled = [what for what, times in desk.afas.effects.items() if times > 1]
    assert len(desk.afas.effects) == 30
    assert bool(doubled) == (patience is IMPATIENT)


def test_a_restored_backup_sends_nothing_twice_g12(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    desk.afas.add_claim("000000000006.01")
    desk.afas.add_document(9912)
    updates = [desk.owe_approval(CLAIM), desk.owe_rejection("000000000006.01")]
    updates += [desk.owe_question(), desk.owe_file(9912), desk.owe_sign_off(9912)]
    desk.work_off()
    sent = len(desk.afas.sent)
    desk.execute("delete from attempt")
    desk.execute(  # yesterday's backup: nothing of it had been sent
        "update outbox set state = 'ready', sends = 0, attempts = 0, sent_at = null, doubt = false,"
        " evidence = '{}', ended_at = null, due_at = now()"
    )
    desk.work_off()
    assert [desk.state(update) for update in updates] == ["done"] * 5
    assert len(desk.afas.sent) == sent
