"""G4 within a batch: an approval goes out on a fresh look, and never over another version."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.errors import AfasError, OutcomeUnknown, TryLater
from domain.outbox.afas_call import Call
from tests.stages.outbox.desk import QUICK, Desk
from tests.stages.outbox.faults import Fault

CLAIM = "000000000005.01"
DECLARE = """
    insert into declaration (environment, number, status, version, week, period_start, period_end, hours,
        lines, cost_centre_required, kind, missing, changed_at)
    values ('main', %s, 'approved', %s, '2026-W47', %s, %s, 16, 2, false, 'normal', '{}', now())
"""
NEWS = """
    insert into hour_line (environment, line, date, year, period, employee, claim, item_type, item, quantity,
        unit, finished, agreed, rejected, approved_externally, created_at, changed_at, content_hash)
    values ('main', 1, '2026-11-16', 2026, 47, 'E1', %s, 'uren', 'UUR', 6, 'uur', true, true, false, false,
        now(), now(), '')
"""


def owe_approvals(desk: Desk, many: int) -> dict[str, int]:
    claims = [f"{number:012}.01" for number in range(1, many + 1)]
    for claim in claims:
        desk.afas.add_claim(claim)
    owed = {claim: desk.owe_approval(claim) for claim in claims}
    desk.execute("update outbox set due_at = now()")
    return owed


def stale(desk: Desk) -> list[str]:
    with desk.database.connection() as connection:
        return [row["key"] for row in connection.execute("select key from stale").fetchall()]


@pytest.mark.parametrize("kind", ["approve", "reject"])
def test_hours_that_change_while_a_batch_is_sent_are_not_decided_about(desk: Desk, kind: str) -> None:
    desk.patience = replace(QUICK, look_holds=0, lease=60)
    claims = [f"{number:012}.01" for number in range(1, 41)]
    for claim in claims:
        desk.afas.add_claim(claim)
    owed = {c: desk.owe_approval(c) if kind == "approve" else desk.owe_rejection(c) for c in claims}

    def change_the_last(call: Call, number: int) -> Fault:
        return Fault(before=lambda: desk.afas.change_line(claims[9], 6.0)) if number == 1 else Fault()

    desk.afas.faults = change_the_last
    assert desk.deliverer().work_one_batch() == 10
    assert desk.state(owed[claims[9]]) == "void"
    assert f"{kind} {claims[9]}" not in desk.afas.effects
    assert [desk.state(owed[claim]) for claim in claims[:9]] == ["done"] * 9


def test_a_look_that_is_fresh_is_not_made_again(desk: Desk) -> None:
    owe_approvals(desk, 40)
    desk.patience = replace(QUICK, look_holds=60, lease=60)
    assert desk.deliverer().work_one_batch() == 10
    assert desk.afas.calls["GET Loonbrug_Claims"] == 2
    assert desk.afas.calls["PUT PtDeclaration"] == 10


def test_a_look_that_takes_longer_than_it_holds_is_good_for_one_send(desk: Desk) -> None:
    owe_approvals(desk, 8)
    desk.patience = replace(QUICK, look_holds=0, lease=60)
    assert desk.deliverer().work_one_batch() == 2
    assert sum(desk.afas.effects.values()) == 2


def test_a_look_that_fails_within_a_batch_sends_nothing_more_and_loses_nothing(desk: Desk) -> None:
    owed = owe_approvals(desk, 8)
    desk.patience = replace(QUICK, look_holds=0, lease=60)
    desk.afas.looks_fail = lambda connector, number: TryLater("away") if number == 2 else None
    desk.deliverer().work_one_batch()
    assert sum(desk.afas.effects.values()) == 1
    desk.afas.looks_fail = lambda connector, number: None
    desk.work_off()
    assert {desk.state(update) for update in owed.values()} == {"done"}
    assert set(desk.afas.effects.values()) == {1}


def test_what_we_know_to_be_another_version_is_void_and_the_client_is_asked_again(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.execute(DECLARE, CLAIM, "another version", date(2026, 11, 16), date(2026, 11, 22))
    desk.execute("delete from stale")
    desk.patience = replace(QUICK, look_holds=600)
    desk.deliverer().work_one_batch()
    assert (desk.state(update), desk.row(update)["sends"], len(desk.afas.sent)) == ("void", 0, 0)
    assert "offered again" in desk.row(update)["reason"]
    assert stale(desk) == [CLAIM]


@pytest.mark.parametrize("refused", [TryLater("away"), OutcomeUnknown("cut")])
def test_a_decision_that_was_in_the_air_when_its_content_changed_does_not_wait_for_ever(
    desk: Desk, refused: AfasError
) -> None:
    """Nobody derives it anew: while it was being sent it could not be voided."""
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.execute(DECLARE, CLAIM, desk.version_of(CLAIM), date(2026, 11, 16), date(2026, 11, 22))

    def derive_meanwhile() -> None:
        desk.execute("update declaration set version = 'another', status = 'to-approve'")
        desk.execute("delete from stale")

    desk.afas.faults = lambda call, number: Fault(apply=False, before=derive_meanwhile, error=lambda: refused)
    desk.work_off()
    assert (desk.state(update), len(desk.afas.sent)) == ("void", 1)
    assert not desk.afas.effects


def test_news_that_was_not_derived_yet_is_waited_for(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.execute(DECLARE, CLAIM, desk.version_of(CLAIM), date(2026, 11, 16), date(2026, 11, 22))
    desk.execute(NEWS, CLAIM)
    desk.deliverer().work_one_batch()
    assert (desk.state(update), desk.row(update)["sends"], len(desk.afas.sent)) == ("ready", 0, 0)
    desk.execute("delete from stale")
    desk.execute("update outbox set due_at = now()")
    desk.work_off()
    assert desk.state(update) == "done"


def test_news_of_others_holds_nothing_up(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.execute("select note_stale(array['000000000006.01'], array[]::text[], 'main')")
    desk.execute("select note_stale(array[%s], array[]::text[], 'other')", CLAIM)
    desk.work_off()
    assert desk.state(update) == "done"
