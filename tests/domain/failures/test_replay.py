"""What a replay does is what was planned, or less; anything else has changed and is planned again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from itertools import product

import pytest

from domain.failures.replay import ItemOutcome, Planned, Prospect, action_for, plan_hash
from domain.message import LEGACY, Message, verbatim

ANY = list(product(Prospect, Prospect))
LESS = {(planned, Prospect.NO_OP) for planned in Prospect} | {(Prospect.LOOK, Prospect.SEND)}
"""What may become of a plan: AFAS shows it by now, or what was in doubt may be sent."""


Item = tuple[Planned, str | None]


def planned(prospect: Prospect, update: int = 7, why: str = "why") -> Planned:
    return Planned(update, prospect, verbatim(why))


@pytest.mark.parametrize(("plan", "now"), ANY)
def test_only_what_was_planned_is_done_or_less(plan, now):
    outcome = action_for(planned(plan), planned(now)).outcome
    if Prospect.REFUSED in (plan, now):
        assert outcome is ItemOutcome.REFUSED
    elif plan is not now and (plan, now) not in LESS:
        assert outcome is ItemOutcome.CHANGED
    elif now is Prospect.PARK:
        assert outcome is ItemOutcome.LEFT
    else:
        assert outcome is ItemOutcome.DUE


def test_nothing_is_sent_that_was_not_to_be_sent():
    others = [each for each in Prospect if each not in (Prospect.SEND, Prospect.LOOK)]
    assert all(
        action_for(planned(plan), planned(Prospect.SEND)).outcome is not ItemOutcome.DUE for plan in others
    )


def test_a_refusal_is_told_in_the_words_of_the_plan_or_else_of_now():
    old, new = planned(Prospect.REFUSED, why="old"), planned(Prospect.REFUSED, why="new")
    assert action_for(old, new).told == verbatim("old")
    assert action_for(planned(Prospect.SEND), new).told == verbatim("new")


def test_the_order_of_a_plan_does_not_count_and_whatever_it_says_does():
    one: Item = (planned(Prospect.SEND, 1), "a")
    two: Item = (planned(Prospect.SEND, 2), None)
    assert plan_hash([one, two]) == plan_hash([two, one])
    others: list[list[Item]] = [
        [one],
        [one, (replace(two[0], prospect=Prospect.VOID), None)],
        [one, (replace(two[0], why=verbatim("another")), None)],
        [one, (replace(two[0], request={"put": 1}), None)],
        [one, (two[0], "changed since")],
    ]
    assert plan_hash([one, two]) not in {plan_hash(each) for each in others}


def test_a_plan_of_before_there_were_ids_is_the_same_plan_still():
    old = Planned(7, Prospect.SEND, Message(LEGACY, {"text": "it waits"}))
    content = json.dumps([[7, "send", "it waits", None, "stamp"]])
    assert plan_hash([(old, "stamp")]) == hashlib.sha256(content.encode()).hexdigest()
