"""The waits and limits that are shipped, held by what they do: wages hang on them, and no test sets them.

A number may change with a reason. It may not become one that sends twice, gives up at once, or never ends.
"""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.store.slots.slots import PostgresSlots
from domain.errors import AccessDenied, AfasError, NotAllowed, TryLater
from domain.outbox.policy import Patience, after_answer, after_look, pause_for
from domain.outbox.verdicts import Park, Send, Wait
from domain.pull.run import RunKind
from sync.pull.window import Overlaps, lower_bound
from tests.stages.outbox.updates import DOUBTFUL, OPEN, READY, waited
from workers.compose.afas import patience
from workers.settings import read_settings

SETTINGS = read_settings({})
SHIPPED = patience(SETTINGS)
AFAS_GOES_ON = 15 * 60
"""Seconds that AFAS works on after a client hung up, by its own documents."""
A_QUARTER = 15 * 60


@pytest.mark.parametrize("seconds", [0, AFAS_GOES_ON / 2, AFAS_GOES_ON, AFAS_GOES_ON + 30])
def test_nothing_is_sent_again_while_afas_may_be_working_on_it(seconds: float) -> None:
    looked = replace(waited(DOUBTFUL, seconds), empty_looks=9, rested=AFAS_GOES_ON)
    assert not isinstance(after_look(looked, OPEN, SHIPPED), Send)


def test_a_send_that_never_shows_is_repeated_a_few_times_and_then_needs_a_person() -> None:
    looked = replace(waited(DOUBTFUL, 10 * AFAS_GOES_ON), empty_looks=1)
    ends = [type(after_look(replace(looked, sends=sends), OPEN, SHIPPED)) for sends in (1, 3, 4, 5)]
    assert ends == [Send, Send, Park, Park]


@pytest.mark.parametrize(
    "error",
    [
        TryLater("busy", everyone=True),
        AccessDenied("the token is refused"),
        NotAllowed("the connector is closed"),
    ],
)
def test_what_closes_afas_is_asked_again_soon_and_ever_more_slowly(error: AfasError) -> None:
    pause = pause_for(error, SHIPPED)
    assert pause is not None
    assert list(pause.rests) == sorted(pause.rests)
    assert 1 <= pause.rests[0] <= 60
    assert pause.rests[-1] <= A_QUARTER


def test_a_write_that_afas_puts_off_waits_longer_each_time_and_never_for_hours() -> None:
    waits = []
    for attempts in range(1, 12):
        verdict = after_answer(replace(READY, attempts=attempts), TryLater("locked"), SHIPPED)
        assert isinstance(verdict, Wait)
        waits.append(verdict.after)
    assert waits == sorted(waits)
    assert 1 <= waits[0] < waits[4] < waits[-1] <= A_QUARTER


def test_work_that_crashes_again_and_again_rests_longer_each_time() -> None:
    rests = SHIPPED.crash_rests
    assert list(rests) == sorted(rests)
    assert rests[0] < 60 <= rests[3]
    assert rests[-1] >= A_QUARTER


def test_a_sender_is_not_taken_for_dead_while_its_call_may_go_on() -> None:
    """The lease outlives the longest call and the wait for a slot before it."""
    assert _wait_of_a_write_for_a_slot() + SETTINGS.write_deadline < SHIPPED.lease <= 2 * A_QUARTER


def test_the_margin_covers_what_lies_between_sending_and_the_first_byte() -> None:
    assert 0 < _wait_of_a_write_for_a_slot() < SHIPPED.margin


def test_a_call_is_given_up_before_afas_gives_it_up() -> None:
    for deadline in (SETTINGS.read_deadline, SETTINGS.write_deadline):
        assert 10 <= deadline < AFAS_GOES_ON
    assert SETTINGS.server_limit >= AFAS_GOES_ON
    assert 1 <= SETTINGS.calls_in_flight <= 8


def test_every_poll_reads_back_minutes_and_a_wide_one_twice_the_longest_transaction() -> None:
    watermark = "2026-06-10T12:00:00Z"
    for kind, least in ((RunKind.POLL, timedelta(minutes=2)), (RunKind.WIDE, timedelta(minutes=30))):
        overlap = _shipped_overlaps().of(kind)
        assert least <= overlap <= timedelta(hours=12)
        assert lower_bound(watermark, overlap) < watermark


def test_the_repeated_hour_of_october_is_read_again_by_every_poll() -> None:
    second_two_o_clock = "2026-10-25T02:30:00Z"
    since = lower_bound(second_two_o_clock, _shipped_overlaps().of(RunKind.POLL))
    assert since <= "2026-10-25T01:00:00Z"  # 90 minutes are promised


def _shipped_overlaps() -> Overlaps:
    return Overlaps(timedelta(seconds=SETTINGS.overlap_poll), timedelta(seconds=SETTINGS.overlap_wide))


def _wait_of_a_write_for_a_slot() -> float:
    chosen: float = inspect.signature(PostgresSlots).parameters["write_patience"].default
    return chosen


def test_the_shipped_waits_are_those_that_nobody_set() -> None:
    assert Patience() == SHIPPED
