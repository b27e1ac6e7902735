"""What needs a person, in sentences at a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.message import verbatim
from domain.watch.facts import Facts, Room, Stuck
from domain.watch.judge import Standing, judge
from domain.watch.waiting import WaitingKind
from tests.stages.watch.facts import LIMITS, TODAY, WELL
from words import Words
from words.catalogue import LANGUAGES, messages
from workers.run.health import problems_of


def problems(facts: Facts = WELL, language: str = "en", **changes: object) -> list[str]:
    standing = replace(Standing(facts, LIMITS, TODAY), **changes)  # type: ignore[arg-type]
    return problems_of(judge(standing), Words(language))


def test_all_well_says_nothing():
    assert problems() == []


def test_a_late_flow_a_stopped_one_and_one_that_never_ran_are_told():
    [first, second] = WELL.flows
    told = {
        "late": problems(replace(WELL, flows=[replace(first, silent=1000.0), second])),
        "broken": problems(replace(WELL, flows=[replace(first, broken=True), second])),
        "never": problems(replace(WELL, flows=[replace(first, silent=None), second])),
    }
    assert told == {
        "late": ["flow hours is late: its last good run was 16 min ago"],
        "broken": ["flow hours stopped: AFAS is not as agreed; see: loonbrug doctor"],
        "never": ["flow hours never ran to its end"],
    }


def test_a_pause_tells_how_to_go_on():
    [told] = problems(replace(WELL, paused_for=3600.0, paused_by_person=True))
    assert "loonbrug mode live" in told
    [told] = problems(mode="dry-run")
    assert told == "the mode is dry-run: nothing is written to AFAS; go on with: loonbrug mode live"


def test_a_pause_of_afas_is_told_at_once_and_what_is_being_looked_up_is_not():
    assert len(problems(replace(WELL, paused_for=3.0))) == 1
    assert problems(replace(WELL, stuck=[Stuck("approve", "unclear", 1, 60.0)])) == []
    assert len(problems(replace(WELL, stuck=[Stuck("approve", "unclear", 1, 4000.0)]))) == 1


def test_calls_without_an_answer_are_told_when_they_slow_writes_down_or_leave_no_room():
    assert problems(replace(WELL, room=Room(9, 4, 0.0))) == []
    assert "5 writes to AFAS are without an answer" in problems(replace(WELL, room=Room(9, 5, 0.0)))[0]
    assert "no room for calls to AFAS for 2 min" in problems(replace(WELL, room=Room(9, 5, 130.0)))[0]


def test_what_waits_tells_why_and_the_command_that_shows_it():
    [told] = problems(waiting=[WaitingKind("approve", 2, 4000.0, 7, reason=verbatim("locked by JANSEN"))])
    assert "locked by JANSEN" in told
    assert told.endswith("see: loonbrug show 7")


def test_nobody_at_work_is_told():
    assert problems(replace(WELL, workers=0), clock=False) == ["no worker is running", "no clock is running"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_judged_has_words_at_a_terminal_and_on_the_console(language):
    told, shown = _keys_of("wrong.", language), _keys_of("matter.", language)
    assert told - {"flow-never", "nobody-tried"} == shown - {"update-looking"}


def _keys_of(group: str, language: str) -> set[str]:
    ids = (each.id if isinstance(each.id, str) else each.id[0] for each in messages(language) if each.id)
    return {each.removeprefix(group) for each in ids if each.startswith(group)}
