"""Delivering in modes, under pauses and switches, and in bulk."""

from __future__ import annotations

from connectors.store.outbox.operations import OutboxOperations
from domain.outbox.delivery import Mode
from domain.outbox.update import UpdateKind
from tests.stages.outbox.desk import Desk
from tests.stages.outbox.faults import Fault

CLAIM = "000000000005.01"


def test_a_dry_run_shows_the_request_and_writes_nothing(desk: Desk) -> None:
    operators = OutboxOperations(desk.database, "main")
    operators.set_mode(Mode.DRY_RUN)
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.deliverer().work_one_batch()
    assert (desk.state(update), desk.row(update)["sends"]) == ("ready", 0)
    assert not desk.afas.sent
    shown = desk.attempts(update)[-1]
    assert (shown["outcome"], shown["request"]["path"]) == ("dry-run", "PtDeclaration")
    assert desk.deliverer().work_one_batch() == 0
    operators.set_mode(Mode.LIVE)
    desk.work_off()
    assert desk.state(update) == "done"


def test_a_paused_environment_delivers_nothing(desk: Desk) -> None:
    OutboxOperations(desk.database, "main").set_mode(Mode.PAUSED)
    desk.afas.add_claim(CLAIM)
    desk.owe_approval(CLAIM)
    assert desk.deliverer().work_one_batch() == 0
    assert desk.afas.total_calls == 0


def test_the_kill_switch_of_a_kind_leaves_the_others(desk: Desk) -> None:
    operators = OutboxOperations(desk.database, "main")
    operators.rest_kind(UpdateKind.APPROVE, "we look into it")
    desk.afas.add_claim(CLAIM)
    approval, question = desk.owe_approval(CLAIM), desk.owe_question()
    desk.work_until(lambda: desk.state(question) == "done")
    assert desk.deliverer().work_one_batch() == 0
    assert desk.state(approval) == "ready"
    operators.wake_kind(UpdateKind.APPROVE)
    desk.work_off()


def test_pausing_in_the_middle_of_a_batch_stops_before_the_next_write(desk: Desk) -> None:
    for number in range(1, 21):
        desk.afas.add_claim(f"{number:012}.01")
        desk.owe_approval(f"{number:012}.01")
    operators = OutboxOperations(desk.database, "main")
    pause = Fault(before=lambda: operators.set_mode(Mode.PAUSED))
    desk.afas.faults = lambda call, number: pause if number == 2 else Fault()
    desk.deliverer().work_one_batch()
    assert len(desk.afas.sent) == 2
    with desk.database.connection() as connection:
        assert not connection.execute("select from outbox where token is not null").fetchall()
    operators.set_mode(Mode.LIVE)
    desk.work_off()
    assert set(desk.afas.effects.values()) == {1}
    assert len(desk.afas.effects) == 20


def test_the_kill_switch_of_a_kind_works_in_the_middle_of_a_batch(desk: Desk) -> None:
    for number in range(1, 21):
        desk.afas.add_claim(f"{number:012}.01")
        desk.owe_approval(f"{number:012}.01")
    operators = OutboxOperations(desk.database, "main")
    stop = Fault(before=lambda: operators.rest_kind(UpdateKind.APPROVE, "stop"))
    desk.afas.faults = lambda call, number: stop if number == 2 else Fault()
    desk.deliverer().work_one_batch()
    assert len(desk.afas.sent) == 2


def test_stopping_hands_back_what_was_not_sent(desk: Desk) -> None:
    for number in range(1, 21):
        desk.afas.add_claim(f"{number:012}.01")
        desk.owe_approval(f"{number:012}.01")
    deliverer = desk.deliverer(stopping=lambda: len(desk.afas.sent) >= 2)
    assert deliverer.work_one_batch() == 5
    with desk.database.connection() as connection:
        rows = connection.execute("select state, count(*) from outbox group by state").fetchall()
        held = connection.execute("select from outbox where token is not null").fetchall()
    assert {row["state"]: row["count"] for row in rows} == {"done": 2, "ready": 18}
    assert not held


def test_bulk_approvals_cost_little_more_than_one_call_each(desk: Desk) -> None:
    for number in range(1, 401):
        desk.afas.add_claim(f"{number:012}.01")
        desk.owe_approval(f"{number:012}.01")
    deliverer = desk.deliverer()
    while deliverer.work_one_batch() == 50:
        pass
    assert desk.afas.calls["PUT PtDeclaration"] >= 200
    assert desk.afas.total_calls / desk.afas.calls["PUT PtDeclaration"] <= 1.12
