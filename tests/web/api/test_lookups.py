"""Onboarding, agreements and invoices over HTTP."""

from __future__ import annotations

from datetime import date

from tests.stages.portal_world import MINE, OTHER
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


def test_invoices_are_exact_and_found_by_client_and_openness(call, call_of_client, world):
    world.invoice("2026001", MINE, "1210.00")
    world.invoice("2026002", MINE, "0.00")
    world.invoice("2026003", OTHER, "-12.10")

    def found(caller=call, **query):
        return [each["invoice"] for each in caller.get("/v1/invoices", params=query).json()["items"]]

    assert found() == ["2026001", "2026002", "2026003"]
    assert found(client=MINE, open="true") == ["2026001"]
    assert found(open="false") == ["2026002"]
    assert found(call_of_client) == ["2026001", "2026002"]
    shown = call.get("/v1/invoices", params={"client": OTHER}).json()["items"][0]
    assert (shown["amount"], shown["balance"], shown["open"]) == ("1210.00", "-12.10", True)


def test_agreements_are_found_by_client(call, call_of_client, world):
    for agreement, client in (("A1", MINE), ("A2", OTHER)):
        row = {"agreement": agreement, "client": client, "description": "Uitzenden", "closed": False}
        world.mirror("agreement", **row, start_date=date(2026, 1, 1))
    assert [each["agreement"] for each in call.get("/v1/agreements").json()["items"]] == ["A1", "A2"]
    assert len(call.get("/v1/agreements", params={"client": OTHER}).json()["items"]) == 1
    assert [each["agreement"] for each in call_of_client.get("/v1/agreements").json()["items"]] == ["A1"]


def test_what_afas_no_longer_shows_is_not_shown(call, world):
    world.invoice("2026001", MINE, "1.00")
    world.look("update invoice set withdrawn_at = now() returning invoice")
    world.look("update document set withdrawn_at = now() returning subject")
    world.look("update contact set withdrawn_at = now() returning contact")
    for path in ("invoices", "documents", "contacts"):
        assert call.get(f"/v1/{path}").json() == {"items": [], "next": None}
