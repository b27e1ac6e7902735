"""What needs a person, the most urgent first; the alerts and the terminal tell the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.watch.alerts import alerts_of
from domain.watch.facts import Facts, FlowFacts, Limits, Room, Stuck
from domain.watch.judge import Standing, Urgency, judge
from domain.watch.waiting import WaitingKind

HOURS = FlowFacts("hours", paused=False, broken=False, silent=20.0, parked_rows=0)
INVOICES = FlowFacts("invoices", paused=False, broken=False, silent=200.0, parked_rows=0)
FACTS = Facts([HOURS, INVOICES], [], None, paused_by_person=False, token_expires=date(2027, 11, 1), workers=1)
WELL = Standing(FACTS, Limits({"hours": 15.0, "invoices": 300.0}), date(2026, 11, 23))


def keys(now):
    return [(matter.urgency, matter.key) for matter in judge(now)]


def with_facts(**changes):
    return replace(WELL, facts=replace(FACTS, **changes))


def with_flow(**changes):
    return replace(WELL, facts=replace(FACTS, flows=[replace(HOURS, **changes), INVOICES]))


def test_nothing_needs_a_person_when_all_is_well():
    assert judge(WELL) == []


def test_what_blocks_the_pay_run_comes_first_and_the_longest_waiting_before_the_others():
    stuck = [
        Stuck("attach-file", "parked", 1, 90000.0),
        Stuck("approve", "unclear", 2, 1900.0),
        Stuck("reject", "parked", 3, 900.0),
    ]
    now = replace(with_facts(stuck=stuck, token_expires=date(2026, 12, 13)), findings={True: 1, False: 2})
    assert [(matter.urgency, matter.key, matter.kind) for matter in judge(now)] == [
        (Urgency.PAY, "update-unclear", "approve"),
        (Urgency.PAY, "update-parked", "reject"),
        (Urgency.PAY, "findings", ""),
        (Urgency.SOON, "update-parked", "attach-file"),
        (Urgency.SOON, "findings", ""),
        (Urgency.LATER, "token-soon", ""),
    ]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"broken": True}, (Urgency.PAY, "flow-broken")),
        ({"paused": True}, (Urgency.PAY, "flow-paused")),
        ({"silent": 9000.0}, (Urgency.PAY, "flow-late")),
        ({"silent": None}, (Urgency.PAY, "flow-late")),
        ({"parked_rows": 2}, (Urgency.PAY, "rows-parked")),
    ],
)
def test_a_flow_that_does_not_go_on_is_told_once(changes, told):
    assert keys(with_flow(**changes)) == [told]


def test_while_nothing_goes_on_no_flow_is_told_late():
    late = with_flow(silent=9000.0)
    assert keys(replace(late, facts=replace(late.facts, workers=0))) == [(Urgency.PAY, "no-worker")]
    paused = replace(late.facts, paused_for=4000.0)
    assert keys(replace(late, facts=paused)) == [(Urgency.PAY, "paused-by-afas")]


def test_calls_without_an_answer_are_told_and_a_standstill_comes_first():
    assert keys(replace(WELL, facts=replace(FACTS, room=Room(9, 4, 100.0)))) == []
    slow = replace(WELL, facts=replace(FACTS, room=Room(5, 5, 0.0)))
    assert keys(slow) == [(Urgency.SOON, "unanswered")]
    full = replace(WELL, facts=replace(FACTS, room=Room(5, 5, 130.0)))
    assert keys(full) == [(Urgency.PAY, "no-room")]


def test_what_stops_everything_is_told_before_what_it_holds_up():
    stuck = [Stuck("approve", "parked", 9, 90000.0)]
    now = replace(with_facts(paused_for=5.0, paused_by_person=True, stuck=stuck), held=True)
    assert [matter.key for matter in judge(now)] == ["held", "paused-by-person", "update-parked"]


@pytest.mark.parametrize(
    ("paused_for", "by_person", "told"),
    [
        (800.0, False, (Urgency.STOPPED, "paused-by-afas")),
        (1000.0, False, (Urgency.PAY, "paused-by-afas")),
        (1.0, True, (Urgency.PAY, "paused-by-person")),
    ],
)
def test_a_pause_of_afas_s_own_needs_nobody_at_first(paused_for, by_person, told):
    facts = replace(FACTS, paused_for=paused_for, paused_by_person=by_person)
    assert keys(replace(WELL, facts=facts)) == [told]


def test_what_is_being_looked_up_in_afas_needs_nobody_until_the_alert_goes():
    young = with_facts(stuck=[Stuck("approve", "unclear", 1, 1700.0), Stuck("reject", "sending", 1, 3.0)])
    assert keys(young) == [(Urgency.LATER, "update-looking")]


@pytest.mark.parametrize(("kind", "urgency"), [("approve", Urgency.PAY), ("ask-question", Urgency.SOON)])
def test_a_kind_of_update_that_rests_is_not_forgotten(kind, urgency):
    assert keys(replace(WELL, resting=[kind])) == [(urgency, "kind-rests")]


def test_a_mail_that_nobody_got_is_told_here():
    facts = replace(FACTS, failed_notices={"mail": 2, "webhook": 1})
    told = judge(replace(WELL, facts=facts))
    assert [(each.key, each.about, each.count) for each in told] == [
        ("notice-failed", "mail", 2),
        ("notice-failed", "webhook", 1),
    ]


def test_no_matter_leads_back_to_where_one_is():
    facts = replace(FACTS, workers=0, failed_notices={"mail": 1}, paused_for=1.0)
    assert all(
        matter.place != "/ops/"
        for matter in judge(replace(WELL, facts=replace(facts, token_expires=WELL.today)))
    )


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 12, 23), [(Urgency.LATER, "token-soon")]),
        (date(2026, 12, 24), []),
        (date(2026, 11, 30), [(Urgency.SOON, "token-soon")]),
        (date(2026, 11, 22), [(Urgency.PAY, "token-over")]),
        (None, []),
    ],
)
def test_the_end_of_the_token_is_told_in_time(day, told):
    assert keys(with_facts(token_expires=day)) == told


def test_a_report_that_nobody_signed_off_blocks_the_pay_run():
    [told] = judge(replace(WELL, reports={"2026-W47": "report-unsigned"}))
    assert (told.urgency, told.key, told.week) == (Urgency.PAY, "report-unsigned", "2026-W47")


def test_what_waits_too_long_to_be_sent_needs_a_person_now_when_pay_depends_on_it():
    now = replace(
        WELL, waiting=[WaitingKind("approve", 3, 2400.0, 7), WaitingKind("ask-question", 1, 90000.0, 8)]
    )
    found = judge(now)
    assert [(each.urgency, each.key, each.place) for each in found] == [
        (Urgency.PAY, "update-waiting", "/ops/failures/updates/7"),
        (Urgency.SOON, "update-waiting", "/ops/failures/updates/8"),
    ]


def test_a_flow_that_afas_need_not_have_is_no_matter_while_it_is_absent():
    assert judge(with_flow(silent=9e9, absent=True)) == []


def test_what_a_dead_worker_was_sending_is_unclear_in_the_end():
    assert keys(with_facts(stuck=[Stuck("approve", "sending", 1, 1801.0)])) == [
        (Urgency.PAY, "update-unclear")
    ]


def test_a_clock_that_is_not_there_is_told():
    assert keys(replace(WELL, clock=False)) == [(Urgency.PAY, "no-clock")]


def test_the_limits_that_are_set_hold_for_all():
    strict = replace(WELL, limits=Limits({"hours": 15.0}, unclear=60.0, paused=30.0))
    stuck = [Stuck("approve", "unclear", 1, 61.0)]
    found = judge(replace(strict, facts=replace(FACTS, stuck=stuck, paused_for=31.0)))
    assert [(each.urgency, each.key) for each in found] == [
        (Urgency.PAY, "paused-by-afas"),
        (Urgency.PAY, "update-unclear"),
    ]
    assert [each.name for each in alerts_of(found)] == ["unclear-update", "afas-paused"]


def test_an_alert_is_of_all_kinds_of_update_together():
    stuck = [
        Stuck("approve", "unclear", 2, 1900.0),
        Stuck("reject", "unclear", 1, 4000.0),
        Stuck("sign-off", "parked", 9, 9e9),
    ]
    [alert] = alerts_of(judge(with_facts(stuck=stuck)))
    assert (alert.name, dict(alert.summary.values)) == ("unclear-update", {"count": 3, "seconds": 4000.0})
