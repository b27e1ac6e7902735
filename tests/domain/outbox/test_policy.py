"""The policy of writing, as tables: what becomes of an update (G2, G3, G10)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import (
    AccessDenied,
    AfasError,
    AskForLess,
    NoRoom,
    NotAllowed,
    OutcomeUnknown,
    Rejected,
    TryLater,
    UnreadableAnswer,
)
from domain.message import Message, both, verbatim
from domain.outbox.afas_call import Answer
from domain.outbox.policy import (
    Patience,
    after_answer,
    after_failed_look,
    after_look,
    after_verify,
    ends_the_batch,
    pause_for,
    until_resend,
)
from domain.outbox.verdicts import (
    Done,
    Park,
    PauseEnvironment,
    PauseKind,
    Seen,
    Send,
    Sight,
    Unclear,
    Verdict,
    Verify,
    Void,
    Wait,
)
from tests.stages.outbox.updates import DOUBTFUL, OPEN, READY, waited

PATIENCE = Patience()


def test_what_was_never_sent_is_sent_after_one_look() -> None:
    assert after_look(READY, OPEN, PATIENCE) == Send({"seen_until": "x"})


@pytest.mark.parametrize(
    ("sight", "verdict"),
    [
        (Sight.APPLIED, Done),
        (Sight.GONE, Void),
        (Sight.WRONG, Park),
        (Sight.ILLEGIBLE, Park),
        (Sight.HIDDEN, Wait),
        (Sight.LOST, Park),
    ],
)
def test_a_look_before_sending_may_end_it(sight: Sight, verdict: type[Verdict]) -> None:
    assert isinstance(after_look(READY, Seen(sight, verbatim("why")), PATIENCE), verdict)


@pytest.mark.parametrize("seconds", [0, 1, 60, 899, 900, 959])
def test_within_the_server_limit_and_margin_nothing_is_sent_again(seconds: float) -> None:
    looked_twice = replace(DOUBTFUL, empty_looks=9)
    assert isinstance(after_look(waited(looked_twice, seconds), OPEN, PATIENCE), Unclear)


def test_looks_before_the_limit_do_not_count_as_empty() -> None:
    verdict = after_look(waited(DOUBTFUL, 500), OPEN, PATIENCE)
    assert isinstance(verdict, Unclear)
    assert not verdict.empty_look


def test_the_first_look_after_the_limit_counts_and_asks_for_another() -> None:
    verdict = after_look(waited(DOUBTFUL, 960), OPEN, PATIENCE)
    assert verdict == Unclear(60, Message("why.one-more-look"), empty_look=True)


def test_a_second_look_too_soon_does_not_count() -> None:
    once = replace(DOUBTFUL, empty_looks=1, rested=-960)
    verdict = after_look(waited(once, 990), OPEN, PATIENCE)
    assert isinstance(verdict, Unclear)
    assert (verdict.after, verdict.empty_look) == (30, False)


def test_two_empty_looks_a_minute_apart_after_the_limit_allow_sending_again() -> None:
    once = replace(DOUBTFUL, empty_looks=1, rested=-960, evidence={"seen_until": "first"})
    assert after_look(waited(once, 1020), OPEN, PATIENCE) == Send({"seen_until": "first"})


def test_what_afas_never_shows_is_parked_after_some_sends() -> None:
    often = replace(DOUBTFUL, empty_looks=1, rested=-960, sends=PATIENCE.most_sends)
    assert isinstance(after_look(waited(often, 1020), OPEN, PATIENCE), Park)


def test_looks_come_soon_at_first_then_rarely_and_right_after_the_limit() -> None:
    waits = [after_look(waited(DOUBTFUL, seconds), OPEN, PATIENCE) for seconds in (0, 10, 100, 600, 950)]
    assert [wait.after for wait in waits if isinstance(wait, Unclear)] == [2, 5, 50, 120, 10]


def test_ground_that_fell_away_voids_a_doubtful_update_only_after_the_limit() -> None:
    gone = Seen(Sight.GONE, verbatim("the content changed"))
    assert isinstance(after_look(waited(DOUBTFUL, 100), gone, PATIENCE), Unclear)
    assert after_look(waited(DOUBTFUL, 961), gone, PATIENCE) == Void(verbatim("the content changed"))


def test_an_illegible_row_leaves_a_doubtful_update_unclear() -> None:
    seen = Seen(Sight.ILLEGIBLE, verbatim("Quantity: not a number"))
    assert isinstance(after_look(waited(DOUBTFUL, 5000), seen, PATIENCE), Unclear)


@pytest.mark.parametrize("seconds", [0, 961, 100_000])
def test_what_could_not_be_seen_is_never_sent_again(seconds: float) -> None:
    looked_twice = replace(DOUBTFUL, empty_looks=9)
    seen = Seen(Sight.HIDDEN, verbatim("the connector does not show it"))
    verdict = after_look(waited(looked_twice, seconds), seen, PATIENCE)
    assert verdict == Unclear(120, verbatim("the connector does not show it"))


def test_what_afas_made_and_lost_goes_to_a_person_only_after_the_limit() -> None:
    lost = Seen(Sight.LOST, verbatim("it was removed"))
    assert isinstance(after_look(waited(DOUBTFUL, 100), lost, PATIENCE), Unclear)
    assert after_look(waited(DOUBTFUL, 961), lost, PATIENCE) == Park(verbatim("it was removed"))


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (Answer(201, {}, None), Verify),
        (OutcomeUnknown("cut"), Verify),
        (UnreadableAnswer("html"), Verify),
        (Rejected("no"), Verify),
        (TryLater("locked"), Wait),
        (TryLater("maintenance", everyone=True, after=7200), Wait),
        (AccessDenied("token"), Wait),
        (NotAllowed("closed"), Wait),
        (AskForLess("413"), Park),
    ],
)
def test_each_answer_to_a_write_has_its_verdict(answer: Answer | AfasError, verdict: type) -> None:
    assert isinstance(after_answer(READY, answer, PATIENCE), verdict)


def test_a_lock_is_tried_again_with_growing_pauses_for_ever() -> None:
    pauses = []
    for attempts in range(1, 9):
        verdict = after_answer(replace(READY, attempts=attempts), TryLater("locked"), PATIENCE)
        assert isinstance(verdict, Wait)
        pauses.append(verdict.after)
    assert pauses == [5, 15, 30, 60, 120, 300, 300, 300]


def test_a_named_wait_is_honoured() -> None:
    verdict = after_answer(READY, TryLater("maintenance", after=7200), PATIENCE)
    assert isinstance(verdict, Wait)
    assert verdict.after == 7200


@pytest.mark.parametrize(
    ("error", "pause"),
    [
        (TryLater("away", everyone=True, after=7200), PauseEnvironment((7200,), verbatim("away"))),
        (TryLater("away", everyone=True), PauseEnvironment((PATIENCE.environment_retry,), verbatim("away"))),
        (AccessDenied("token"), PauseEnvironment(PATIENCE.access_retries, verbatim("token"))),
        (NotAllowed("closed"), PauseKind(PATIENCE.configuration_retries, verbatim("closed"))),
        (TryLater("locked"), None),
        (Rejected("no"), None),
        (OutcomeUnknown("cut"), None),
    ],
)
def test_some_errors_close_more_than_one_update(
    error: AfasError, pause: PauseEnvironment | PauseKind | None
) -> None:
    assert pause_for(error, PATIENCE) == pause


ANSWERED = Message("why.answered", {"status": 201})
NOT_YET, UNLOOKED = Message("why.not-shown-yet"), Message("why.could-not-look-after")
YES, NO = Answer(201, {}, None), Rejected("Dat mag niet.", log_reference="REF")


@pytest.mark.parametrize(
    ("answer", "seen", "verdict"),
    [
        (YES, Seen(Sight.APPLIED, verbatim("seen"), {"by": "1"}), Done(verbatim("seen"), {"by": "1"})),
        (NO, Seen(Sight.APPLIED, verbatim("seen")), Done(verbatim("seen"))),
        (OutcomeUnknown("cut"), Seen(Sight.APPLIED, verbatim("seen")), Done(verbatim("seen"))),
        (NO, OPEN, Park(verbatim("Dat mag niet."), "REF", certain=True)),
        (
            NO,
            Seen(Sight.GONE, verbatim("rejected meanwhile")),
            Void(both(verbatim("rejected meanwhile"), verbatim("Dat mag niet."))),
        ),
        (YES, OPEN, Unclear(2, both(ANSWERED, NOT_YET))),
        (OutcomeUnknown("cut"), OPEN, Unclear(2, both(verbatim("cut"), NOT_YET))),
        (YES, None, Unclear(2, both(ANSWERED, UNLOOKED))),
        (NO, None, Unclear(2, both(verbatim("Dat mag niet."), UNLOOKED))),
        (YES, Seen(Sight.WRONG, verbatim("other hours")), Park(verbatim("other hours"))),
    ],
)
def test_done_means_seen_whatever_was_answered_g3(
    answer: Answer | AfasError, seen: Seen | None, verdict: Verdict
) -> None:
    assert after_verify(answer, seen, PATIENCE) == verdict


def test_a_failed_look_changes_nothing_but_the_time() -> None:
    assert isinstance(after_failed_look(READY, TryLater("away"), PATIENCE), Wait)
    assert isinstance(after_failed_look(DOUBTFUL, TryLater("away"), PATIENCE), Unclear)


@pytest.mark.parametrize("refused", [AccessDenied("token"), NotAllowed("closed")])
def test_a_refusal_is_tried_again_within_seconds_and_less_and_less_often(refused: AfasError) -> None:
    pause = pause_for(refused, Patience())
    assert pause is not None
    assert pause.rests[0] <= 5
    assert list(pause.rests) == sorted(pause.rests)
    assert all(later <= 2 * sooner for sooner, later in zip(pause.rests, pause.rests[1:], strict=False))
    assert 300 <= pause.rests[-1] <= 900
    waits = []
    for attempts in range(1, 9):
        verdict = after_answer(replace(READY, attempts=attempts), refused, Patience())
        assert isinstance(verdict, Wait)
        waits.append(verdict.after)
    assert waits[0] <= 15
    assert max(waits) <= 320


@given(
    waited_for=st.floats(0, 5000),
    rested=st.floats(0, 500),
    empty_looks=st.integers(0, 5),
    sends=st.integers(1, 6),
    sight=st.sampled_from(Sight),
)
def test_whatever_is_seen_nothing_is_sent_again_before_all_that_must_be_true_is_g2(
    waited_for: float, rested: float, empty_looks: int, sends: int, sight: Sight
) -> None:
    update = replace(DOUBTFUL, waited=waited_for, rested=rested, empty_looks=empty_looks, sends=sends)
    verdict = after_look(update, Seen(sight, verbatim("why")), PATIENCE)
    safe = (
        sight is Sight.OPEN
        and waited_for >= PATIENCE.server_limit + PATIENCE.margin
        and empty_looks >= 1
        and rested >= PATIENCE.look_gap
        and sends < PATIENCE.most_sends
    )
    assert isinstance(verdict, Send) is safe


def test_a_look_that_fails_waits_as_long_as_afas_asks_for() -> None:
    soon, late = TryLater("away", after=1), TryLater("away", after=7200)
    assert [after_failed_look(READY, each, PATIENCE).after for each in (soon, late)] == [5, 7200]  # type: ignore[union-attr]


def test_a_sight_that_says_nothing_after_a_write_is_told_as_it_is() -> None:
    seen = Seen(Sight.HIDDEN, verbatim("the connector does not show it"))
    assert after_verify(YES, seen, PATIENCE) == Unclear(
        2, both(ANSWERED, verbatim("the connector does not show it"))
    )


@pytest.mark.parametrize(
    ("answer", "ends"),
    [(OutcomeUnknown("cut"), True), (NoRoom("none"), True), (NO, False), (YES, False), (None, False)],
)
def test_behind_a_lost_answer_or_without_room_nothing_more_is_sent(
    answer: Answer | AfasError | None, *, ends: bool
) -> None:
    assert ends_the_batch(answer) is ends


def test_what_was_found_to_be_in_no_doubt_may_be_sent_at_once() -> None:
    assert until_resend(READY, PATIENCE) == 0
    assert until_resend(DOUBTFUL, PATIENCE) == PATIENCE.server_limit + PATIENCE.margin
