"""Declarations over HTTP: seen, approved, rejected; and everything that is refused changes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.records.people import Employee
from tests.stages.decisions.portal_world import (
    APPROVER,
    BLOCKED,
    CLAIM,
    CLAIM_OF_OTHER,
    CLAIM_WITH_COST_CENTRE,
    COLLEAGUE,
    MINE,
    NOON,
    OTHER,
    STRANGER,
    VERSION,
)
from tests.stages.reasons import kept
from tests.web.asking import approve, numbers, refused, reject


def test_an_approval_is_written_down_with_the_update_that_it_owes(call, world, wake):
    answer = approve(call)
    assert answer.status_code == 200, answer.text
    [update] = world.look("select * from outbox")
    [decision] = world.look("select * from decision")
    assert (update["kind"], update["subject"], update["state"]) == ("approve", f"claim:{CLAIM}", "ready")
    assert (update["version"], update["decision"]) == (VERSION, decision["id"])
    assert update["payload"] == {"claim": CLAIM, "contact": APPROVER}
    assert update["mark"].startswith("LB-")
    assert wake.delivered == [update["id"]]
    assert answer.json()["decision"] == decision["id"]


def test_an_approved_declaration_shows_it_at_once(call):
    approve(call)
    shown = call.get(f"/v1/declarations/{CLAIM}").json()
    assert (shown["status"], shown["delivery"]["state"]) == ("approved", "ready")
    assert [(event["event"], event["detail"]) for event in shown["history"]] == [
        ("approved", f"by contact {APPROVER}")
    ]


def test_what_people_read_is_in_the_language_that_they_ask_for_and_english_without(call):
    reject(call, reason="Dinsdag was vrij")
    path = f"/v1/declarations/{CLAIM}"
    english, dutch = call.get(path).json(), call.get(path, headers={"Accept-Language": "nl"}).json()
    details = [each["history"][-1]["detail"] for each in (english, dutch)]
    assert details == [
        f"by contact {APPROVER}: Dinsdag was vrij",
        f"door contactpersoon {APPROVER}: Dinsdag was vrij",
    ]
    assert english["delivery"]["reason"] == "waits to be sent to AFAS"
    assert dutch["delivery"]["reason"] == "wacht op verzending naar AFAS"
    listed = call.get("/v1/declarations", headers={"Accept-Language": "nl"}).json()["items"]
    assert {each["delivery"]["reason"] for each in listed if each["delivery"]} == {
        "wacht op verzending naar AFAS"
    }


def test_a_rejection_carries_the_reason_and_the_dossier_item(call, world):
    assert reject(call, reason=" Dinsdag was vrij\nen woensdag ook ").status_code == 200
    [update] = world.look("select * from outbox")
    expected = {
        "claim": CLAIM,
        "item": 7001,
        "contact": APPROVER,
        "reason": "Dinsdag was vrij\nen woensdag ook",
    }
    assert (update["kind"], update["payload"]) == ("reject", expected)
    assert call.get(f"/v1/declarations/{CLAIM}").json()["status"] == "rejected"


def test_another_version_is_answered_with_the_present_one(call, world):
    body = refused(approve(call, version="b" * 32), 409, "stale-version", world)
    assert body["version"] == VERSION


@pytest.mark.parametrize("status", ["open", "approved", "rejected", "processed", "paid", "withdrawn"])
def test_only_what_is_offered_can_be_approved(call, world, status):
    world.look("update declaration set status = %s where number = %s returning number", status, CLAIM)
    refused(approve(call), 409, "not-offered", world)
    refused(reject(call), 409, "not-offered", world)


def test_only_the_contact_of_the_placement_decides(call, world):
    refused(approve(call, contact=COLLEAGUE), 403, "may-not-decide", world)
    refused(reject(call, contact=COLLEAGUE), 403, "may-not-decide", world)


def test_a_blocked_contact_decides_nothing(call, world):
    refused(approve(call, contact=BLOCKED), 403, "may-not-decide", world)


@pytest.mark.parametrize("contact", [STRANGER, 1, 2**62])
def test_a_contact_of_another_client_does_not_learn_that_it_exists(call, world, contact):
    refused(approve(call, contact=contact), 404, "not-found", world)


def test_an_unknown_declaration_is_not_found(call, world):
    refused(approve(call, "000000000999.01"), 404, "not-found", world)


def test_a_key_of_one_client_finds_no_declaration_of_another(call_of_client, world):
    refused(approve(call_of_client, CLAIM_OF_OTHER, contact=STRANGER), 404, "not-found", world)
    assert call_of_client.get(f"/v1/declarations/{CLAIM_OF_OTHER}").status_code == 404
    assert numbers(call_of_client) == [CLAIM, CLAIM_WITH_COST_CENTRE]
    assert numbers(call_of_client, client=OTHER) == []
    assert approve(call_of_client).status_code == 200


def test_the_cost_centre_is_required_where_the_client_fills_it_in(call, world):
    for missing in ({}, {"cost_centre": ""}, {"cost_centre": "  "}, {"cost_centre": None}):
        body = refused(approve(call, CLAIM_WITH_COST_CENTRE, **missing), 422, "invalid", world)
        assert [fault["field"] for fault in body["errors"]] == ["cost_centre"]
    assert approve(call, CLAIM_WITH_COST_CENTRE, cost_centre="K12", reference="PO 7").status_code == 200
    [update] = world.look("select payload from outbox")
    assert update["payload"]["cost_centre"] == "K12"
    assert update["payload"]["reference"] == "PO 7"


@pytest.mark.parametrize(("rule", "status"), [(0, 422), (1, 200), (2, 422), (3, 200), (4, 422)])
def test_the_client_gives_a_cost_centre_only_where_the_placement_lets_it(call, world, rule, status):
    world.look("update placement set cost_centre_rule = %s where placement = 'P1' returning placement", rule)
    assert approve(call, cost_centre="K12").status_code == status


def test_what_is_longer_than_a_field_of_afas_is_refused(call, world):
    refused(approve(call, CLAIM_WITH_COST_CENTRE, cost_centre="x" * 31), 422, "invalid", world)
    refused(approve(call, reference="x" * 101), 422, "invalid", world)
    refused(reject(call, reason="x" * 2001), 422, "invalid", world)
    refused(reject(call, reason=" \n "), 422, "invalid", world)


def test_the_same_decision_again_is_the_same_answer_and_no_second_update(call, world, wake):
    first, second = approve(call), approve(call)
    assert first.content == second.content
    assert (first.status_code, second.status_code) == (200, 200)
    assert world.count("outbox") == world.count("decision") == len(wake.delivered) == 1


def test_the_same_rejection_again_is_the_same_answer(call, world):
    assert reject(call).content == reject(call).content
    assert world.count("outbox") == 1


def test_after_an_approval_a_rejection_comes_too_late(call, world):
    approve(call)
    answer = reject(call)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:loonbrug:problem:not-offered")
    assert world.count("outbox") == 1


def test_what_fell_away_and_is_offered_again_can_be_approved_again(call, world):
    approve(call)
    world.look("update outbox set state = 'void' returning id")
    world.look("update declaration set status = 'to-approve' where number = %s returning number", CLAIM)
    assert approve(call).status_code == 200
    assert world.count("outbox") == 2


def test_many_clicks_at_the_same_moment_are_one_decision(call, world):
    with ThreadPoolExecutor(12) as clicks:
        answers = list(clicks.map(lambda _: approve(call), range(12)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert world.count("outbox") == 1


def test_of_an_approval_and_a_rejection_at_the_same_moment_one_wins(call, world):
    with ThreadPoolExecutor(8) as clicks:
        answers = list(clicks.map(lambda number: (approve, reject)[number % 2](call), range(8)))
    assert {answer.status_code for answer in answers} == {200, 409}
    assert world.count("outbox") == world.count("decision") == 1


def test_a_declaration_is_shown_whole(call, world):
    world.line(2, CLAIM, "P1", "0.2500")
    world.withdrawn_line(3, CLAIM)
    shown = call.get(f"/v1/declarations/{CLAIM}").json()
    assert shown["version"] == VERSION
    assert shown["hours"] == "40"
    assert [(line["line"], line["quantity"]) for line in shown["lines"]] == [(1, "7.5"), (2, "0.25")]
    assert shown["client"] == {"client": MINE, "name": f"Client {MINE}"}
    assert shown["worker"] == {"employee": "500", "name": "Zoë van der Berg"}
    assert shown["placement"]["job_description"] == "Kok"
    assert shown["delivery"] is None
    assert "@" not in shown["changed_at"]


def test_hours_that_were_not_submitted_are_shown_with_their_lines(call, world):
    number = "P1@2026-W47"
    world.declaration(number, "P1", MINE, status="open", missing=["not-submitted"], subject=None)
    world.line(8, None, "P1")
    shown = call.get(f"/v1/declarations/{number}").json()
    assert (shown["status"], shown["missing"]) == ("open", ["not-submitted"])
    assert [line["line"] for line in shown["lines"]] == [8]


@pytest.mark.parametrize("first_name", ["Zoë", "", None])
def test_a_worker_is_called_by_the_name_that_the_domain_gives(call, world, first_name):
    row = world.look("update employee set first_name = %s, initials = 'Z.' returning *", first_name)[0]
    names = Employee.__dataclass_fields__
    expected = Employee(**{name: row[name] for name in names}).full_name
    assert call.get(f"/v1/declarations/{CLAIM}").json()["worker"]["name"] == expected


def test_declarations_are_found_by_status_client_and_week(call, world):
    world.declaration("000000000008.01", "P1", MINE, status="paid", week="2026-W46")
    assert numbers(call) == [CLAIM, CLAIM_WITH_COST_CENTRE, CLAIM_OF_OTHER, "000000000008.01"]
    assert numbers(call, status="paid") == ["000000000008.01"]
    assert numbers(call, week="2026-W46") == ["000000000008.01"]
    assert numbers(call, client=OTHER) == [CLAIM_OF_OTHER]
    assert numbers(call, contact=STRANGER) == [CLAIM_OF_OTHER]
    assert numbers(call, status="to-approve", client=MINE, week="2026-W47") == [CLAIM, CLAIM_WITH_COST_CENTRE]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
def test_pages_show_everything_once(call, world, limit):
    for number in range(100, 115):
        world.declaration(f"{number:012}.01", "P1", MINE)
    seen: list[str] = []
    cursor: str | None = None
    while cursor or not seen:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = call.get("/v1/declarations", params=query).json()
        seen += [each["number"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == sorted(set(seen))
    assert len(seen) == 18


def test_of_many_approvals_each_stands_or_falls_by_itself(call, world, wake):
    items = [
        {"number": CLAIM, "contact": APPROVER, "version": VERSION},
        {"number": CLAIM_WITH_COST_CENTRE, "contact": APPROVER, "version": VERSION},
        {"number": CLAIM_OF_OTHER, "contact": STRANGER, "version": "c" * 32},
    ]
    answer = call.post(
        "/v1/declarations/approve", json={"items": items}, headers={"Idempotency-Key": "monday"}
    )
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["approved"], body["refused"]) == (1, 2)
    assert [result["status"] for result in body["results"]] == [200, 422, 409]
    assert body["results"][2]["answer"]["version"] == VERSION
    assert world.count("outbox") == len(wake.delivered) == 1
    again = call.post(
        "/v1/declarations/approve", json={"items": items}, headers={"Idempotency-Key": "monday"}
    )
    assert again.content == answer.content
    other = call.post(
        "/v1/declarations/approve", json={"items": items[:1]}, headers={"Idempotency-Key": "monday"}
    )
    assert other.status_code == 422


def test_two_hundred_are_the_most_at_once(call, world):
    item = {"number": CLAIM, "contact": APPROVER, "version": VERSION}
    refused(call.post("/v1/declarations/approve", json={"items": [item] * 201}), 422, "invalid", world)
    refused(call.post("/v1/declarations/approve", json={"items": []}), 422, "invalid", world)
    answer = call.post("/v1/declarations/approve", json={"items": [item] * 200})
    assert answer.json()["approved"] == 200
    assert world.count("outbox") == 1


@pytest.mark.parametrize("state", ["ready", "sending", "unclear", "done", "parked", "void"])
def test_the_delivery_of_a_decision_is_told_without_the_words_of_afas(call, world, state):
    approve(call)
    world.look(
        "update outbox set state = %s, reason = %s, ended_at = %s returning id",
        state,
        kept("Fout bij Jan"),
        NOON,
    )
    delivery = call.get(f"/v1/declarations/{CLAIM}").json()["delivery"]
    assert delivery["state"] == state
    assert delivery["since"].startswith("2026-11-20T12:00:00")
    assert delivery["reason"]
    assert "Jan" not in delivery["reason"]


@pytest.mark.parametrize(
    "week", ["2027-W53", "2026-W54", "2026-W00", "2026-W5", "9999-W52", "2026-47", "%00"]
)
def test_a_week_that_is_none_is_refused_and_gives_no_empty_list(call, week):
    answer = call.get("/v1/declarations", params={"week": week})
    assert answer.status_code == 422
    assert "week" in answer.text
    assert call.get("/v1/declarations", params={"week": "2026-W53"}).status_code == 200
