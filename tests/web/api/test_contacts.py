"""Contacts over HTTP: own details, what waits for them, a changed mobile number, a question."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.stages.decisions.portal_world import (
    APPROVER,
    BLOCKED,
    CLAIM,
    CLAIM_WITH_COST_CENTRE,
    COLLEAGUE,
    DOCUMENT,
    MINE,
    STRANGER,
)
from tests.web.asking import approve, problem, refused

QUESTION = {"contact": APPROVER, "title": "Factuur", "text": "Klopt het bedrag?\nGroet"}


def test_a_changed_mobile_number_is_owed_in_one_spelling(call, world, wake):
    answer = call.post(f"/v1/contacts/{APPROVER}/mobile", json={"mobile": "06 - 12 34 56 78"})
    assert answer.status_code == 200, answer.text
    [update] = world.look("select * from outbox")
    expected = {"who": "contact", "contact": APPROVER, "organisation": f"o{MINE}", "person": f"p{APPROVER}"}
    assert update["payload"] == expected | {"mobile": "+31612345678"}
    assert (update["kind"], update["subject"]) == ("change-mobile", f"contact:{APPROVER}")
    assert wake.delivered == [update["id"]]
    shown = call.get(f"/v1/contacts/{APPROVER}").json()
    assert (shown["mobile"], shown["mobile_requested"]) == ("+31611111111", "+31612345678")
    assert shown["delivery"]["state"] == "ready"


def test_a_worker_gets_a_changed_mobile_number_under_the_person(call, world):
    answer = call.post("/v1/workers/500/mobile", json={"mobile": "+31 06 12345678"})
    assert answer.status_code == 200, answer.text
    [update] = world.look("select * from outbox")
    expected = {"who": "worker", "employee": "500", "person": "p500", "mobile": "+31612345678"}
    assert (update["subject"], update["payload"]) == ("person:p500", expected)


@pytest.mark.parametrize(
    "number", ["", "12345", "612345678", "+3161234567", "0201234567", "06123456789", "+316x2345678"]
)
def test_a_number_that_cannot_be_dialled_is_refused(call, world, number):
    answer = call.post(f"/v1/contacts/{APPROVER}/mobile", json={"mobile": number})
    body = refused(answer, 422, "invalid", world)
    assert [fault["field"] for fault in body["errors"]] == ["mobile"]


def test_clicking_twice_changes_a_number_once_while_it_is_under_way(call, world):
    def click(_):
        return call.post(f"/v1/contacts/{APPROVER}/mobile", json={"mobile": "0612345678"})

    with ThreadPoolExecutor(6) as clicks:
        answers = list(clicks.map(click, range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert world.count("outbox") == 1
    world.look("update outbox set state = 'done' returning id")
    click(0)
    assert world.count("outbox") == 2


def test_a_question_is_passed_on_once(call, world):
    def click(_):
        return call.post("/v1/questions", json=QUESTION)

    with ThreadPoolExecutor(6) as clicks:
        answers = list(clicks.map(click, range(6)))
    assert {answer.status_code for answer in answers} == {200}
    [update] = world.look("select * from outbox")
    assert update["payload"] == {"client": MINE} | QUESTION
    assert update["kind"] == "ask-question"
    world.look("update decision set decided_at = now() - interval '1 hour' returning id")
    click(0)
    assert world.count("outbox") == 2


@pytest.mark.parametrize(
    "change", [{"title": ""}, {"title": "a\nb"}, {"title": "x" * 101}, {"text": " "}, {"text": "x" * 4001}]
)
def test_a_question_has_a_title_and_a_text(call, world, change):
    refused(call.post("/v1/questions", json=QUESTION | change), 422, "invalid", world)


def test_nobody_speaks_for_a_blocked_or_foreign_contact(call, call_of_client, world):
    blocked = call.post(f"/v1/contacts/{BLOCKED}/mobile", json={"mobile": "0612345678"})
    refused(blocked, 403, "may-not-decide", world)
    refused(call.post("/v1/questions", json=QUESTION | {"contact": BLOCKED}), 403, "may-not-decide", world)
    foreign = call_of_client.post(f"/v1/contacts/{STRANGER}/mobile", json={"mobile": "0612345678"})
    refused(foreign, 404, "not-found", world)
    worker = call_of_client.post("/v1/workers/500/mobile", json={"mobile": "0612345678"})
    refused(worker, 404, "not-found", world)
    unknown = call.post("/v1/workers/999/mobile", json={"mobile": "0612345678"})
    refused(unknown, 404, "not-found", world)
    problem(call_of_client.get(f"/v1/contacts/{STRANGER}"), 404, "not-found")


def test_open_actions_are_all_that_waits_for_a_contact(call, world):
    before = call.get(f"/v1/contacts/{APPROVER}/open-actions").json()
    assert [each["number"] for each in before["declarations"]] == [CLAIM, CLAIM_WITH_COST_CENTRE]
    assert [each["id"] for each in before["documents"]] == [DOCUMENT]
    assert before["more"] is False
    approve(call)
    after = call.get(f"/v1/contacts/{APPROVER}/open-actions").json()
    assert [each["number"] for each in after["declarations"]] == [CLAIM_WITH_COST_CENTRE]


@pytest.mark.parametrize("contact", [COLLEAGUE, BLOCKED])
def test_for_others_nothing_waits(call, contact):
    actions = call.get(f"/v1/contacts/{contact}/open-actions").json()
    assert (actions["declarations"], actions["documents"]) == ([], [])


def test_nothing_waits_for_a_contact_who_is_not_the_callers(call_of_client):
    problem(call_of_client.get(f"/v1/contacts/{STRANGER}/open-actions"), 404, "not-found")


def test_contacts_are_listed_by_client_and_page(call, call_of_client):
    page = call.get("/v1/contacts", params={"client": MINE, "limit": 2}).json()
    assert [each["contact"] for each in page["items"]] == [APPROVER, COLLEAGUE]
    rest = call.get("/v1/contacts", params={"client": MINE, "limit": 2, "cursor": page["next"]}).json()
    assert [each["contact"] for each in rest["items"]] == [BLOCKED]
    assert STRANGER not in [each["contact"] for each in call_of_client.get("/v1/contacts").json()["items"]]
