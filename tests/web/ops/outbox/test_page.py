"""One update at the console: its life, its values put right, cancelled."""

from __future__ import annotations

import pytest

from tests.stages.decisions.portal_world import CLAIM, CLAIM_WITH_COST_CENTRE
from tests.web.ops.reading import plan_on
from tests.web.ops.stuck import planned


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
