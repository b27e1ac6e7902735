"""Delivering: look, send, look again. G2: one effect; G3: done means seen; G4: never over other hours."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import pytest

from connectors.store.failures.failures import Failures
from connectors.store.running.control import Control
from connectors.store.running.overview import Overview
from connectors.store.watch.now import ConsoleNow
from domain.errors import OutcomeUnknown, Rejected, TryLater
from domain.failures.failure import FailureQuery
from domain.message import Message, both, verbatim
from tests.stages.outbox import faults
from tests.stages.outbox.desk import QUICK, Desk
from tests.stages.outbox.faults import Fault

CLAIM = "000000000005.01"
NOTE = "select note_stale(array[%s], array[]::text[], 'main')"
WAITS = "select 1 from pg_locks where locktype = 'transactionid' and not granted"


def test_an_approval_is_sent_once_and_done_when_seen_g3(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM, cost_centre="TACA")
    assert desk.deliverer().work_one_batch() == 1
    row = desk.row(update)
    assert (row["state"], row["sends"], row["attempts"], row["doubt"]) == ("done", 1, 1, False)
    assert row["evidence"]["approved_by"] == "22834"
    fields = {"DcCo": CLAIM, "ExUs": 22834, "ApprovWorkflow": True, "CcSr": "TACA"}
    assert desk.afas.sent[0].body == {"PtDeclaration": {"Element": {"Fields": fields}}}
    assert desk.afas.effects == {f"approve {CLAIM}": 1}


def test_every_step_is_kept_masked(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM, reference="Jan belde")
    desk.work_off()
    steps = [(row["step"], row["outcome"]) for row in desk.attempts(update)]
    assert steps == [("look", "send"), ("send", "201"), ("verify", "done")]
    request = desk.attempts(update)[1]["request"]
    assert "Jan" not in str(request)
    assert request["body"]["PtDeclaration"]["Element"]["Fields"]["DcCo"] == CLAIM
    assert desk.attempts(update)[1]["trace"] == "trace-1"


def test_verdicts_that_lost_a_deadlock_are_written_down_all_the_same(desk: Desk) -> None:
    claims = [f"00000000000{number}.01" for number in range(1, 9)]
    for claim in claims:
        desk.afas.add_claim(claim)
    updates = [desk.owe_approval(claim) for claim in claims]
    with ThreadPoolExecutor() as elsewhere:
        with desk.database.transaction() as page:
            page.execute("set local deadlock_timeout = '1min'")  # the worker is the one that is refused
            page.execute(NOTE, (claims[1],))
            delivered = elsewhere.submit(desk.deliverer().work_one_batch)
            while not page.execute(WAITS).fetchone():
                wait([delivered], timeout=0.01)
            page.execute(NOTE, (claims[0],))
        assert delivered.result(60) == 2
    assert [desk.state(update) for update in updates[:2]] == ["done", "done"]
    assert desk.afas.effects == {f"approve {claim}": 1 for claim in claims[:2]}


def test_what_is_approved_already_is_done_without_sending(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.approve(CLAIM, 777)
    desk.work_off()
    assert desk.state(update) == "done"
    assert desk.row(update)["reason"] == "AFAS shows it approved externally by contact 777"
    assert not desk.afas.sent


def test_changed_content_voids_the_approval_and_offers_it_again_g4(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.change_line(CLAIM, 6.0)
    desk.work_off()
    assert desk.state(update) == "void"
    assert not desk.afas.sent
    with desk.database.connection() as connection:
        stale = connection.execute("select key from stale where kind = 'declaration'").fetchall()
    assert stale == [{"key": CLAIM}]


def test_content_that_changes_between_look_and_write_is_seen_and_shown_to_a_person_g4(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = lambda call, number: Fault(before=lambda: desk.afas.change_line(CLAIM, 1.0))
    desk.deliverer().work_one_batch()
    assert desk.state(update) == "parked"
    assert "other hours" in desk.row(update)["reason"]


@pytest.mark.parametrize("what", ["rejected", "withdrawn"])
def test_ground_that_fell_away_meanwhile_voids_it(desk: Desk, what: str) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    if what == "rejected":
        desk.afas.claims[CLAIM]["WorkflowStatus"] = "Afgekeurd"
    else:
        del desk.afas.claims[CLAIM]
    desk.work_off()
    assert desk.state(update) == "void"
    assert not desk.afas.sent


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.lost(), id="answer lost"),
        pytest.param(faults.late(looks=1), id="applied late"),
        pytest.param(faults.late(looks=2), id="applied very late"),
        pytest.param(faults.never(), id="never arrived"),
        pytest.param(faults.empty_yes(), id="201 for nothing"),
        pytest.param(faults.refused_after(), id="500 after applying"),
    ],
)
def test_one_effect_whatever_becomes_of_the_first_write_g2(desk: Desk, fault: Fault) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = faults.first(fault)
    desk.work_off()
    desk.afas.settle()
    assert desk.state(update) == "done"
    assert desk.afas.effects == {f"approve {CLAIM}": 1}


def test_a_yes_that_never_shows_is_never_done_and_ends_with_a_person_g3(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.patience = replace(QUICK, server_limit=0.03, margin=0.02, most_sends=2)
    desk.afas.faults = lambda call, number: faults.empty_yes()
    desk.work_off()
    assert desk.state(update) == "parked"
    assert desk.row(update)["reason"] == "sent 2 times, and AFAS never showed it"
    assert desk.row(update)["doubt"]


@pytest.mark.parametrize("refusal", [faults.locked, faults.dead_token, faults.closed, faults.away])
def test_refusals_are_no_reason_to_give_up_when_an_answer_is_lost_after_them(
    desk: Desk, refusal: Callable[[], Fault]
) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    faulty = [refusal()] * desk.patience.most_sends + [faults.never()]
    desk.afas.faults = lambda call, number: faulty[number - 1] if number <= len(faulty) else Fault()
    desk.work_off()
    assert (desk.state(update), desk.row(update)["sends"]) == ("done", 2)
    assert desk.afas.effects == {f"approve {CLAIM}": 1}


def test_a_refusal_is_parked_with_afass_words_and_reference(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = faults.first(faults.refused())
    desk.deliverer().work_one_batch()
    row = desk.row(update)
    assert (row["state"], row["reason"], row["log_reference"]) == ("parked", "Dat mag niet.", "REF2")
    assert not row["doubt"]


def test_a_lock_by_a_user_is_waited_for(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = lambda call, number: faults.locked() if number < 4 else Fault()
    desk.work_off()
    assert desk.state(update) == "done"
    assert desk.afas.effects == {f"approve {CLAIM}": 1}


def test_maintenance_pauses_the_environment_parks_nothing_and_counts_no_attempt(desk: Desk) -> None:
    updates = []
    for number in ("000000000001.01", "000000000002.01", "000000000003.01"):
        desk.afas.add_claim(number)
        updates.append(desk.owe_approval(number))
    desk.execute("update outbox set due_at = now()")
    desk.afas.faults = faults.first(faults.away(30))
    assert desk.deliverer().work_one_batch() == 1
    assert desk.deliverer().work_one_batch() == 0
    assert [desk.state(update) for update in updates] == ["ready"] * 3
    assert [desk.row(update)["attempts"] for update in updates] == [0, 0, 0]
    assert len(desk.afas.sent) == 1
    Control(desk.database, "main").resume()
    desk.execute("update outbox set due_at = now()")
    desk.work_off()
    assert [desk.state(update) for update in updates] == ["done"] * 3


def test_a_dead_token_pauses_the_environment_and_parks_nothing(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = faults.first(faults.dead_token())
    desk.work_off()
    assert desk.state(update) == "done"
    assert desk.afas.effects == {f"approve {CLAIM}": 1}


def test_a_closed_connector_rests_its_kind_visibly_and_lets_the_others_go_on(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    approval = desk.owe_approval(CLAIM)
    question = desk.owe_question()
    desk.patience = replace(QUICK, configuration_retries=(30,))
    desk.afas.faults = lambda call, number: faults.closed() if call.path == "PtDeclaration" else Fault()
    deliverer = desk.deliverer()
    while deliverer.work_one_batch():
        pass
    assert (desk.state(approval), desk.state(question)) == ("ready", "done")
    [resting] = ConsoleNow(desk.database, "main").resting_kinds()
    assert (resting.kind, resting.reason) == ("approve", verbatim("niet ondersteund voor deze app"))


def test_a_look_that_fails_sends_nothing_and_tries_again(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.looks_fail = lambda connector, number: TryLater("no connection") if number == 1 else None
    desk.deliverer().work_one_batch()
    assert (desk.state(update), len(desk.afas.sent)) == ("ready", 0)
    desk.work_off()
    assert desk.afas.effects == {f"approve {CLAIM}": 1}


def test_a_verification_that_fails_leaves_it_unclear_never_done_g3(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.looks_fail = lambda connector, number: TryLater("no connection") if number == 2 else None
    desk.deliverer().work_one_batch()
    assert desk.state(update) == "unclear"
    desk.work_off()
    assert desk.state(update) == "done"
    assert len(desk.afas.sent) == 1


def test_one_odd_value_in_a_batched_look_does_not_hold_up_the_others(desk: Desk) -> None:
    for number in range(1, 9):
        desk.afas.add_claim(f"{number:012}.01")
        desk.owe_approval(f"{number:012}.01")
    desk.afas.looks_fail = lambda connector, number: Rejected("vreemd") if number == 1 else None
    desk.work_off()
    assert sum(desk.afas.effects.values()) == 8


def test_an_illegible_claim_is_parked_before_anything_is_sent(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.claims[CLAIM]["TotalHours"] = "1e308"
    desk.work_off()
    assert desk.state(update) == "parked"
    assert not desk.afas.sent


def test_an_unclear_update_is_shown_with_its_age_g10(desk: Desk) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = faults.first(Fault(apply=False, error=lambda: OutcomeUnknown("cut")))
    desk.deliverer().work_one_batch()
    unclear = Overview(desk.database, "main").outbox()["unclear"]
    assert (unclear.updates, unclear.oldest_seconds > 0) == (1, True)
    [failure] = Failures(desk.database, "main").updates(FailureQuery())
    assert (failure.id, failure.reason) == (
        update,
        both(verbatim("cut"), Message("why.not-shown-yet")),
    )
