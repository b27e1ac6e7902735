"""Reconciling on a real sandbox and a real PostgreSQL: what is wrong is found by name, nothing else is."""

from __future__ import annotations

import pytest

from domain.errors import AfasError
from domain.pull.run import RunKind
from domain.reconcile.finding import Cure, FindingKind
from sandbox.people import act
from tests.stages.reconcile.reconciling import WEEK, Stage
from tests.stages.spoken import en, nl


def test_nothing_is_found_when_nothing_is_wrong(stage: Stage) -> None:
    stage.approved_week()
    light, whole = stage.light(), stage.whole()
    assert [f.what for f in light.findings] == []
    assert [f.what for f in whole.findings] == []
    assert whole.compared["claims"] > 0
    assert whole.compared["hours"] > 0
    assert whole.compared["decisions"] > 0


def test_a_row_changed_behind_our_back_is_found_by_the_next_light_run(stage: Stage) -> None:
    [number, *_] = stage.submit_week()
    stage.settle()
    row = stage.world.get("Loonbrug_Claims", number)
    stage.world.tables.update("Loonbrug_Claims", (number,), {"TotalHours": row["TotalHours"] + 1})
    found = stage.light()
    assert [each.subject for each in found.findings] == [f"claim:{number}"]
    [finding] = stage.book.search()
    assert finding.finding.kind is FindingKind.CHANGED_UNSEEN
    assert finding.finding.cure is Cure.PULL_AGAIN
    assert finding.finding.payment
    hours = f"{row['TotalHours'] + 1:g}"
    assert f"AFAS shows hours {hours} (we keep" in en(finding.finding.what)
    assert f"AFAS toont uren {hours} (wij hebben" in nl(finding.finding.what)
    assert f"medewerker {row['EmployeeId']}" in nl(finding.finding.what)
    assert finding.finding.week == WEEK


def test_a_deleted_claim_is_named_and_withdrawn_by_its_cure(stage: Stage) -> None:
    number = stage.submit_week()[0]
    stage.settle()
    stage.world.tables.delete("Loonbrug_Claims", (number,))
    stage.light()
    [finding] = stage.book.search()
    assert (finding.finding.kind, finding.finding.subject) == (FindingKind.MISSING_IN_AFAS, f"claim:{number}")
    assert any("withdrawn" in str(step) for step in stage.curer().plan(finding.id).steps)
    stage.cure(finding)
    assert stage.look("select status from declaration where number = %s", number) == [{"status": "withdrawn"}]
    assert stage.light().booked.resolved == 1


def test_a_deleted_line_is_named(stage: Stage) -> None:
    number = stage.submit_week()[0]
    stage.settle()
    line = stage.world.tables.select("Loonbrug_Hours", {"ClaimNumber": number})[0]["LineId"]
    stage.world.tables.delete("Loonbrug_Hours", (line,))
    stage.light()
    assert stage.kinds() == {f"line:{line}": "missing-in-afas"}
    [finding] = stage.book.search()
    stage.cure(finding)
    stage.settle()
    whole = stage.whole()
    assert whole.booked.resolved == 1
    assert stage.kinds() == {f"claim:{number}": "not-adding-up"}


def test_a_tampered_row_of_our_own_is_named_and_set_right(stage: Stage) -> None:
    number = stage.submit_week()[0]
    stage.settle()
    stage.put("update claim set total_hours = total_hours + 8 where claim = %s", number)
    stage.light()
    assert stage.kinds()[f"claim:{number}"] == "tampered-here"
    [finding] = stage.book.search(kind="tampered-here")
    stage.cure(finding)
    assert stage.whole().findings == ()


def test_a_row_deleted_from_our_own_store_is_named_and_comes_back(stage: Stage) -> None:
    number = stage.submit_week()[0]
    stage.settle()
    stage.put("delete from hour_line where line = (select min(line) from hour_line where claim = %s)", number)
    stage.light()
    [finding] = stage.book.search()
    assert finding.finding.kind is FindingKind.MISSING_HERE
    stage.cure(finding)
    assert stage.whole().findings == ()


def test_updates_under_way_and_rows_not_pulled_yet_are_no_findings(stage: Stage) -> None:
    stage.settle()
    numbers = stage.submit_week()
    assert stage.whole().findings == ()  # nothing of it was pulled yet
    stage.settle()
    stage.approve(stage.offered()[0])
    assert stage.whole().findings == ()  # decided, not sent
    stage.deliver()
    assert stage.whole().findings == ()  # approved in AFAS, not pulled
    act(stage.world, "approve-in-outsite", claim=numbers[-1])
    assert stage.whole().findings == ()
    stage.settle()
    assert stage.whole().findings == ()
    line = stage.world.tables.select("Loonbrug_Hours", {"ClaimNumber": numbers[2]})[0]["LineId"]
    act(stage.world, "change-quantity", line=line, quantity=3)
    assert stage.whole().findings == ()


def test_hundreds_alike_are_one_finding_with_one_cure(stage: Stage) -> None:
    stage.submit_week()
    stage.settle()
    for row in stage.world.tables.select("Loonbrug_Hours", {"PeriodId": 47}):
        stage.world.tables.update("Loonbrug_Hours", (row["LineId"],), {"Description": "anders"})
    stage.light()
    found = stage.book.search()
    lines = stage.look("select count(*) as many from hour_line where period = 47")[0]["many"]
    assert sum(len(each.finding.keys) for each in found) == lines
    assert len(found) < lines
    assert all("anders" not in str(each.finding) for each in found)
    for each in found:
        stage.cure(each)
    assert stage.whole().findings == ()


def test_an_afas_that_cannot_be_read_closes_nothing(stage: Stage) -> None:
    number = stage.submit_week()[0]
    stage.settle()
    stage.world.tables.delete("Loonbrug_Claims", (number,))
    stage.light()
    stage.sandbox.faults.add("unavailable", probability=1.0, seed=1, retry_after=0.1)
    with pytest.raises(AfasError):
        stage.light()
    assert len(stage.book.search()) == 1


def test_a_reconciliation_of_a_few_claims_costs_a_few_calls(stage: Stage) -> None:
    stage.approved_week()
    before = len(stage.records)
    light = stage.light()
    assert light.calls == len(stage.records) - before == 2


def test_whole_finds_what_is_in_no_week_and_its_cure_closes_it(stage: Stage) -> None:
    stage.settle()
    contact = stage.world.tables.select("Loonbrug_Contacts")[0]["ContactId"]
    worker = stage.world.tables.select("Loonbrug_Employees")[0]["EmployeeId"]
    invoice = stage.world.tables.select("Loonbrug_Invoices")[0]["InvoiceNumber"]
    placement = stage.world.tables.select("Loonbrug_Placements")[0]["PlacementId"]
    changes: dict[str, tuple[object, dict[str, object]]] = {
        "Loonbrug_Contacts": (contact, {"MailWork": "nieuw.adres@example.nl"}),
        "Loonbrug_Employees": (worker, {"EmploymentEnd": "2026-12-31T00:00:00"}),
        "Loonbrug_Invoices": (invoice, {"Balance": 12.5}),
        "Loonbrug_Placements": (placement, {"EndDate": "2026-12-31T00:00:00"}),
    }
    for connector, (key, columns) in changes.items():
        act(stage.world, "change-row", connector=connector, key=key, **columns)
    stage.whole()
    named = {each.finding.subject: each.finding.what for each in stage.book.search()}
    assert set(named) == {
        f"contact:{contact}", f"employee:{worker}", f"invoice:{invoice}", f"placement:{placement}"
    }  # fmt: skip
    assert "een andere waarde van e-mailadres" in nl(named[f"contact:{contact}"])
    assert "nieuw.adres" not in str(named)
    assert "end of employment 31-12-2026 (we keep" in en(named[f"employee:{worker}"])
    assert "openstaand bedrag 12,5 (wij hebben" in nl(named[f"invoice:{invoice}"])
    assert stage.light().booked.resolved == 0
    for each in stage.book.search():
        stage.cure(each)
    whole = stage.whole()
    assert (whole.findings, whole.booked.resolved) == ((), 4)


def test_a_person_who_was_erased_here_is_no_finding(stage: Stage) -> None:
    stage.settle()
    worker = stage.look("select employee from employee order by employee limit 1")[0]["employee"]
    stage.put("insert into erased (environment, kind, key) values ('main', 'employee', %s)", worker)
    stage.pull("employees", kind=RunKind.FULL)
    [blank] = stage.look("select last_name from employee where employee = %s", worker)
    assert blank["last_name"] == "(erased)"
    assert [each.what for each in stage.whole().findings] == []
