"""Replays at the console: planned, begun, agreed to, done once."""

from __future__ import annotations

import re

import pytest

from tests.web.ops.reading import cause_on, plan_on
from tests.web.ops.stuck import planned


def test_all_of_a_cause_are_planned_and_replayed_and_seen_in_afas(stuck, as_operator):
    updates = stuck.approvals(12)
    cause = cause_on(as_operator.get("/ops/failures").text)
    place, page = planned(stuck, as_operator, cause=cause)
    assert "This is what would happen. Nothing was done yet." in page
    assert stuck.desk.afas.sent == []
    answer = as_operator.submit(f"{place}/begin", plan=plan_on(page), reason="it may now")
    assert answer.headers["location"] == place
    assert "hx-trigger" in as_operator.get(place).text
    stuck.work_replays()
    stuck.desk.work_off()
    page = as_operator.get(place).text
    assert "Done: 12 of 12 are seen in AFAS." in page
    assert "hx-trigger" not in page
    assert {stuck.desk.state(update) for update in updates} == {"done"}
    assert set(stuck.desk.afas.effects.values()) == {1}


def test_ticked_ones_only(stuck, as_operator):
    updates = stuck.approvals(3)
    _, page = planned(stuck, as_operator, update=[str(updates[0]), str(updates[2])])
    assert "Replay 2" in page
    assert re.findall(r">(\d+)</a></th>", page) == [str(updates[0]), str(updates[2])]


def test_a_plan_of_yesterday_is_refused(stuck, as_operator):
    [update] = stuck.approvals(1)
    place, page = planned(stuck, as_operator, update=str(update))
    answer = as_operator.submit(f"{place}/begin", plan="0" * 64)
    assert answer.status_code == 409
    assert "not the plan" in answer.text
    as_operator.submit(f"{place}/begin", plan=plan_on(page))
    again = as_operator.submit(f"{place}/begin", plan=plan_on(page))
    assert again.status_code == 409
    assert "is being done, begun by user:operator person" in again.text


def test_of_two_operators_one_does_it_and_the_other_sees_so(stuck, as_operator, as_approver):
    updates = stuck.approvals(2)
    mine, my_page = planned(stuck, as_operator, update=[str(each) for each in updates])
    theirs, their_page = planned(stuck, as_approver, update=[str(each) for each in updates])
    as_operator.submit(f"{mine}/begin", plan=plan_on(my_page))
    as_approver.submit(f"{theirs}/begin", plan=plan_on(their_page))
    stuck.work_replays()
    page = as_approver.get(theirs).text
    assert page.count("user:operator person replayed it") == 2
    stuck.desk.work_off()
    assert set(stuck.desk.afas.effects.values()) == {1}


@pytest.mark.parametrize("second_person_from", [3])
def test_many_on_which_pay_depends_need_a_second_person(stuck, ops, as_operator, as_approver):
    updates = stuck.approvals(3)
    place, page = planned(stuck, as_operator, update=[str(each) for each in updates])
    as_operator.submit(f"{place}/begin", plan=plan_on(page))
    stuck.work_replays()
    waiting = as_operator.get(place).text
    assert "somebody else must agree first" in waiting
    assert f"/ops/failures/replays/{place.rpartition('/')[2]}" in as_approver.get("/ops/failures").text
    assert "Agree, replay 3" in as_approver.get(place).text
    as_approver.submit(f"{place}/agree", plan=plan_on(page))
    stuck.work_replays()
    stuck.desk.work_off()
    assert "Agreed to by" in as_approver.get(place).text
    assert len(stuck.desk.afas.effects) == 3


@pytest.mark.parametrize("second_person_from", [1])
def test_the_second_person_is_an_approver(stuck, ops, as_operator, as_administrator):
    [update] = stuck.approvals(1)
    place, page = planned(stuck, as_administrator, update=str(update))
    as_administrator.submit(f"{place}/begin", plan=plan_on(page))
    assert "An approver must agree." in as_operator.get(place).text
    assert as_operator.submit(f"{place}/agree", plan=plan_on(page)).status_code == 403
    assert "You planned or began it" in as_administrator.get(place).text
    assert as_administrator.submit(f"{place}/agree", plan=plan_on(page)).status_code == 409


def test_a_signed_out_operator_does_nothing_and_comes_back(stuck, as_operator, visitor):
    [update] = stuck.approvals(1)
    place, page = planned(stuck, as_operator, update=str(update))
    answer = visitor.post(
        f"{place}/begin", data={"plan": plan_on(page)}, headers={"Referer": f"http://testserver{place}"}
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/ops/sign-in?next={place}"
    assert "Nothing was done yet" in as_operator.get(place).text
