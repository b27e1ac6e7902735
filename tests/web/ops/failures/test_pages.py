"""Failures at the console: found by their cause, understood, planned, replayed; put right; cancelled."""

from __future__ import annotations

import re

import orjson
import pytest

from tests.stages.desk import Desk
from tests.stages.fake_afas_writes import FakeAfas
from tests.stages.portal_world import CLAIM, CLAIM_WITH_COST_CENTRE
from tests.web.ops.failures.stuck import Stuck


@pytest.fixture
def stuck(database, database_url, world, wake):
    return Stuck(Desk(FakeAfas(), database, database_url), wake)


def first_of(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found is not None, pattern
    return found[1]


def cause_on(page: str) -> str:
    return first_of(r"/ops/failures/causes/([0-9a-f]{12})", page)


def plan_on(page: str) -> str:
    return first_of(r'name="plan" value="([0-9a-f]{64})"', page)


def planned(stuck, who, **fields) -> tuple[str, str]:
    """Plan at the console. Returns the address of the replay and its page."""
    answer = who.submit("/ops/failures/replays", **fields)
    assert answer.status_code == 303, answer.text
    stuck.work_replays()
    return answer.headers["location"], who.get(answer.headers["location"]).text


def test_nothing_failed_is_said(as_viewer, world):
    answer = as_viewer.get("/ops/failures")
    assert answer.status_code == 200
    assert "Nothing failed." in answer.text


def test_many_victims_of_one_cause_are_one_line(stuck, as_viewer):
    stuck.approvals(12)
    page = as_viewer.get("/ops/failures").text
    assert page.count("/ops/failures/causes/") == 1
    assert "Dat mag niet." in page
    listed = as_viewer.get(f"/ops/failures/causes/{cause_on(page)}").text
    assert "12 with this cause" in listed
    assert listed.count("/ops/failures/updates/") == 12
    assert "Plan the replay" not in listed


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


def test_a_viewer_can_look_and_not_replay(stuck, as_viewer):
    [update] = stuck.approvals(1)
    assert as_viewer.get(f"/ops/failures/updates/{update}").status_code == 200
    assert as_viewer.submit("/ops/failures/replays", update=str(update)).status_code == 403
    assert as_viewer.submit(f"/ops/failures/updates/{update}/cancel", reason="x").status_code == 403


def test_a_plan_of_yesterday_is_refused(stuck, as_operator):
    [update] = stuck.approvals(1)
    place, page = planned(stuck, as_operator, update=str(update))
    answer = as_operator.submit(f"{place}/begin", plan="0" * 64)
    assert answer.status_code == 409
    assert "not the plan" in answer.text
    as_operator.submit(f"{place}/begin", plan=plan_on(page))
    again = as_operator.submit(f"{place}/begin", plan=plan_on(page))
    assert again.status_code == 409
    assert "is running by user:operator person" in again.text


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


def test_many_on_which_pay_depends_need_a_second_person(stuck, ops, as_operator, as_approver):
    ops.given["second_person_from"] = 3
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


def test_the_second_person_is_an_approver(stuck, ops, as_operator, as_administrator):
    ops.given["second_person_from"] = 1
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


def test_an_updates_whole_life_is_shown(stuck, as_operator):
    [update] = stuck.approvals(1)
    page = as_operator.get(f"/ops/failures/updates/{update}").text
    for told in ("Dat mag niet.", "REF2", "PtDeclaration", "sent", "looked whether it arrived"):
        assert told in page
    assert as_operator.get("/ops/failures/updates/404").status_code == 404


def test_what_is_personal_is_hidden_from_who_only_looks(stuck, as_viewer, as_operator):
    update = stuck.mobile()
    assert "+31612345678" not in as_viewer.get(f"/ops/failures/updates/{update}").text
    assert "+31612345678" in as_operator.get(f"/ops/failures/updates/{update}").text


def test_a_value_is_put_right_and_both_are_kept(stuck, as_operator):
    update = stuck.mobile()
    answer = as_operator.submit(
        f"/ops/failures/updates/{update}/edit", mobile="06 87 65 43 21", why="typing error"
    )
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"]
    stuck.work_replays()
    as_operator.submit(f"{place}/begin", plan=plan_on(as_operator.get(place).text))
    stuck.work_replays()
    stuck.desk.work_off()
    page = as_operator.get(f"/ops/failures/updates/{update}").text
    assert "<del>+31612345678</del>" in page
    assert "<ins>+31687654321</ins>" in page
    assert "typing error" in page
    assert stuck.desk.state(update) == "done"
    [call] = stuck.desk.afas.sent
    assert "+31687654321" in str(call.body)


@pytest.mark.parametrize(("typed", "told"), [("", "cannot be empty"), ("12", "write it as")])
def test_a_value_that_is_not_good_is_refused_where_it_stands(stuck, as_operator, typed, told):
    update = stuck.mobile()
    answer = as_operator.submit(f"/ops/failures/updates/{update}/edit", mobile=typed)
    assert answer.status_code == 422
    assert told in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert stuck.desk.row(update)["payload"]["mobile"] == "+31612345678"


def test_a_cost_centre_that_the_client_cannot_give_is_refused(stuck, world, as_operator):
    stuck.desk.afas.add_claim(CLAIM)
    [update] = stuck.refused([stuck.approval(CLAIM)])
    answer = as_operator.submit(f"/ops/failures/updates/{update}/edit", cost_centre="TACA")
    assert answer.status_code == 422
    assert "cannot be given by the client" in answer.text


def test_a_cost_centre_is_put_right(stuck, world, as_operator):
    stuck.desk.afas.add_claim(CLAIM_WITH_COST_CENTRE)
    [update] = stuck.refused([stuck.approval(CLAIM_WITH_COST_CENTRE, cost_centre="TACB")])
    answer = as_operator.submit(f"/ops/failures/updates/{update}/edit", cost_centre="TACA")
    assert answer.status_code == 303, answer.text
    payload = stuck.desk.row(update)["payload"]
    assert payload["cost_centre"] == "TACA"
    assert payload["edits"][0]["changes"] == {"cost_centre": ["TACB", "TACA"]}
    assert payload["edits"][0]["by"] == "user:operator person"


def test_a_cancelled_update_is_void_with_its_reason(stuck, as_operator):
    [update] = stuck.approvals(1)
    assert as_operator.submit(f"/ops/failures/updates/{update}/cancel", reason=" ").status_code == 409
    as_operator.submit(f"/ops/failures/updates/{update}/cancel", reason="the client withdrew it")
    page = as_operator.get(f"/ops/failures/updates/{update}").text
    assert "the client withdrew it" in page
    for what, fields in (("edit", {"cost_centre": "X"}), ("cancel", {"reason": "again"})):
        refused = as_operator.submit(f"/ops/failures/updates/{update}/{what}", **fields)
        assert refused.status_code == 409
        assert "is void" in refused.text
    _, plan = planned(stuck, as_operator, update=str(update))
    assert "it is void: given up: the client withdrew it" in plan
    assert "There is nothing to do in this plan." in plan


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=parked", True),
        ("state=unclear", False),
        ("kind=approve", True),
        ("kind=reject", False),
        ("flow=hours", False),
        ("client=10010", True),
        ("client=nobody", False),
        ("client=client+10010", True),
        ("client=%25", False),
        ("client=10010&week=2026-W47&kind=approve&text=niet&connector=PtDeclaration&state=parked", True),
        ("client=10010&kind=reject", False),
        ("text=mag+niet", True),
        ("text=100%25", False),
        ("connector=PtDeclaration", True),
        ("connector=KnPerson", False),
        ("age=1", False),
        ("week=2026-W47", True),
        ("week=2026-W46", False),
    ],
)
def test_failures_are_filtered(stuck, world, as_viewer, query, found):
    stuck.desk.afas.add_claim(CLAIM)
    stuck.refused([stuck.approval(CLAIM)])
    answer = as_viewer.get(f"/ops/failures?{query}")
    assert answer.status_code == 200
    assert ("/ops/failures/causes/" in answer.text) is found
    assert ("Nothing that failed fits this filter." in answer.text) is not found


def test_a_client_is_found_for_contacts_and_documents_too(stuck, world, as_viewer):
    stuck.mobile()
    stuck.desk.afas.add_document(9000)
    world.document(9000, "10020", None)
    stuck.refused([stuck.desk.owe_file(9000)])
    told = "mobile number", "signed file"
    for client, (kind, other) in (("10010", told), ("10020", told[::-1])):
        causes = as_viewer.get(f"/ops/failures?client={client}").text.partition("<tbody>")[2]
        assert kind in causes
        assert other not in causes


def test_what_ended_is_found_by_its_claim_and_by_its_id(stuck, as_operator):
    [update] = stuck.approvals(1)
    as_operator.submit(f"/ops/failures/updates/{update}/cancel", reason="the client withdrew it")
    for text in (f"{0:012}.01", str(update)):
        page = as_operator.get(f"/ops/failures?text={text}").text
        assert f"/ops/failures/updates/{update}" in page
        assert "void" in page


def test_strange_filters_are_refused_and_not_searched(as_viewer, world):
    for query in ("age=x", "age=-1", "after=-1", "text=%00", "client=" + "9" * 300):
        assert as_viewer.get(f"/ops/failures?{query}").status_code == 422, query
    assert as_viewer.get("/ops/failures/causes/xyz").status_code == 422
    assert as_viewer.get("/ops/failures/causes/000000000000").status_code == 404
    assert as_viewer.get("/ops/failures/replays/9").status_code == 404


def test_a_long_list_goes_on_behind_its_last(stuck, world, as_viewer):
    with world.database.connection() as connection:
        connection.execute(
            "insert into outbox (environment, kind, subject, state, payload, mark, reason)"
            " select 'main', 'approve', 'claim:' || n, 'parked', '{}', 'LB-' || n, 'Regel ' || n"
            " from generate_series(1, 120) n"
        )
    first = as_viewer.get(f"/ops/failures/causes/{cause_on(as_viewer.get('/ops/failures').text)}").text
    following = first_of(r'href="([^"]+after=\d+)"', first).replace("&amp;", "&")
    second = as_viewer.get(following).text
    seen = [set(re.findall(r"/ops/failures/updates/(\d+)", page)) for page in (first, second)]
    assert [len(each) for each in seen] == [50, 50]
    assert not seen[0] & seen[1]


def park_row(world, key: str, row: dict[str, object]) -> int:
    world.put(
        "parked_row", flow="clients", key=key, reason=f"Name: empty (row {key})",
        row=orjson.dumps(row).decode(), content_hash=b"",
    )  # fmt: skip
    return int(world.look("select max(id) as id from parked_row")[0]["id"])


def test_rows_that_could_not_be_read_are_grouped_masked_and_read_again(world, wake, as_operator):
    row = park_row(world, "10030", {"DebtorId": "10030", "Email": "jan@client.example", "Name": ""})
    park_row(world, "10031", {"DebtorId": "10031"})
    groups = as_operator.get("/ops/failures").text
    assert groups.count("/ops/failures/causes/") == 1
    listed = as_operator.get(f"/ops/failures/causes/{cause_on(groups)}").text
    assert "Read all 2 again" in listed
    page = as_operator.get(f"/ops/failures/rows/{row}").text
    assert "jan@client.example" not in page
    assert "text of 18 characters" in page
    answer = as_operator.submit("/ops/failures/rows/retry", row=str(row))
    assert answer.status_code == 200
    assert "10030" not in answer.text
    assert as_operator.submit("/ops/failures/rows/retry").status_code == 409


def test_the_pages_speak_dutch(stuck, as_viewer):
    [update] = stuck.approvals(1)
    for path, told in (("/ops/failures", "Getroffen"), (f"/ops/failures/updates/{update}", "geparkeerd")):
        assert told in as_viewer.get(path, headers={"Accept-Language": "nl"}).text
