"""Onboarding over HTTP."""

from __future__ import annotations

from tests.web.asking import problem


def test_onboarding_is_shown_with_its_evidence(call, world):
    shown = call.get("/v1/onboarding/p500").json()
    assert (shown["state"], shown["employee"], shown["name"]) == ("booking-hours", "500", "Zoë van der Berg")
    assert shown["evidence"] == {"placements": "1"}
    problem(call.get("/v1/onboarding/p501"), 404, "not-found")


def test_onboarding_is_listed_by_state(call, world):
    world.put("onboarding", person="p1", employee=None, state="awaiting-data", evidence="{}")
    assert [each["person"] for each in call.get("/v1/onboarding").json()["items"]] == ["p1", "p500"]
    listed = call.get("/v1/onboarding", params={"state": "awaiting-data"}).json()["items"]
    assert [(each["person"], each["name"]) for each in listed] == [("p1", None)]
    problem(call.get("/v1/onboarding", params={"state": "hired-maybe"}), 422, "invalid")


def test_a_key_of_one_client_sees_only_who_is_placed_there(call_of_client, world):
    world.put("onboarding", person="p1", employee=None, state="awaiting-data", evidence="{}")
    assert [each["person"] for each in call_of_client.get("/v1/onboarding").json()["items"]] == ["p500"]
    problem(call_of_client.get("/v1/onboarding/p1"), 404, "not-found")


def test_a_key_of_one_client_sees_no_evidence_and_nobody_whose_placement_is_over(call_of_client, call, world):
    [listed] = call_of_client.get("/v1/onboarding").json()["items"]
    assert listed["evidence"] == call_of_client.get("/v1/onboarding/p500").json()["evidence"] == {}
    world.look("update placement set end_date = current_date - 2 returning placement")
    assert call_of_client.get("/v1/onboarding").json()["items"] == []
    problem(call_of_client.get("/v1/onboarding/p500"), 404, "not-found")
    assert call.get("/v1/onboarding/p500").json()["evidence"] == {"placements": "1"}
