"""Declarations over HTTP: seen, approved, rejected; and everything that is refused changes nothing."""

from __future__ import annotations

from tests.web.world import APPROVER, CLAIM, VERSION


def test_a_declaration_is_listed_and_approved(call, world, wake):
    listed = call.get("/v1/declarations", params={"status": "to-approve", "week": "2026-W47"}).json()
    assert CLAIM in [each["number"] for each in listed["items"]]
    answer = call.post(f"/v1/declarations/{CLAIM}/approve", json={"contact": APPROVER, "version": VERSION})
    assert answer.status_code == 200, answer.text
    [update] = world.look("select * from outbox")
    assert (update["kind"], update["subject"], update["state"]) == ("approve", f"claim:{CLAIM}", "ready")
    assert update["payload"] == {"claim": CLAIM, "contact": APPROVER}
    assert wake.delivered == [update["id"]]
    shown = call.get(f"/v1/declarations/{CLAIM}").json()
    assert (shown["status"], shown["delivery"]["state"]) == ("approved", "ready")
