"""Agreements and invoices over HTTP."""

from __future__ import annotations

from datetime import date

from tests.stages.decisions.portal_world import MINE, OTHER


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


def test_leave_is_shown_of_workers_who_are_placed_with_the_client_then(call, call_of_client, world):
    worker = world.look("select employee from placement where client = %s", MINE)[0]["employee"]
    world.look("update placement set start_date = '2026-01-01', end_date = '2026-11-20' returning placement")

    def leave(number: int, first: date, last: date | None, employee: str = worker) -> None:
        kind = {"leave_type": "Vakantie", "hours": 8, "approved": True}
        world.mirror("leave", leave=number, employee=employee, start_date=first, end_date=last, **kind)

    def found(caller=call, **query):
        return [each["leave"] for each in caller.get("/v1/leave", params=query).json()["items"]]

    leave(1, date(2026, 11, 20), date(2026, 11, 24))
    leave(2, date(2026, 11, 21), date(2026, 11, 22))  # he works there no more
    leave(3, date(2026, 11, 16), None)
    leave(4, date(2026, 11, 16), date(2026, 11, 17), employee="9999")
    assert found() == [1, 2, 3, 4]
    assert found(call_of_client) == found(client=MINE) == [1, 3]
    assert found(call_of_client, client=OTHER) == []
    assert found(week="2026-W48") == [1, 3]
    assert found(week="2026-W47") == [1, 2, 3, 4]
    assert found(week="2026-W46") == []
    assert "Vakantie" not in call_of_client.get("/v1/leave").text


def test_a_week_of_leave_that_is_none_is_refused(call):
    assert call.get("/v1/leave", params={"week": "2027-W53"}).status_code == 422
