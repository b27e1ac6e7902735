"""Reconciling on a real sandbox and a real PostgreSQL: what is wrong is found by name, nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from domain.cutoff.reckoning import Standing3
from domain.errors import AfasError
from domain.pull.run import RunKind
from domain.reconcile.finding import Cure, FindingKind
from sandbox.people import act
from tests.stages.reconciling import WEEK, Stage, a_stage


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with a_stage(database_url) as made:
        yield made


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
    assert f"AFAS shows hours {hours} (we keep" in finding.finding.what.en
    assert f"AFAS toont uren {hours} (wij hebben" in finding.finding.what.nl
    assert f"medewerker {row['EmployeeId']}" in finding.finding.what.nl
    assert finding.finding.week == WEEK


def test_pulling_again_cures_a_changed_row_and_the_next_run_closes_the_finding(stage: Stage) -> None:
    number = stage.submit_week()[0]
    stage.settle()
    row = stage.world.get("Loonbrug_Claims", number)
    stage.world.tables.update("Loonbrug_Claims", (number,), {"TotalHours": row["TotalHours"] + 1})
    stage.light()
    [finding] = stage.book.search()
    assert "1 rows" not in stage.cure(finding).en  # the claim and its lines
    kept = stage.look("select total_hours from claim where claim = %s", number)
    assert kept[0]["total_hours"] == Decimal(row["TotalHours"] + 1)
    assert stage.light().booked.resolved == 1
    [closed] = stage.book.search(open=False)
    assert str(closed.resolution) == "cured by cli:test and not seen again"
    audited = stage.look("select actor, action, subject from audit where action = 'finding.cure'")
    assert audited == [{"actor": "cli:test", "action": "finding.cure", "subject": f"finding:{finding.id}"}]


def test_a_cure_that_does_not_help_says_so(stage: Stage) -> None:
    number = stage.submit_week()[0]
    stage.settle()
    stage.world.tables.update("Loonbrug_Claims", (number,), {"TotalHours": 99.0})
    stage.light()
    [finding] = stage.book.search()
    stage.cure(finding)
    stage.world.tables.update("Loonbrug_Claims", (number,), {"TotalHours": 98.0})
    stage.light()
    known = stage.book.one(finding.id)
    assert known is not None
    assert str(known.cure_told) == "the cure did not help: it was still there when looked at again"
    assert known.cure_told is not None
    assert known.cure_told.nl.startswith("de oplossing hielp niet")


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


def test_an_approval_that_fell_away_is_named_and_asked_again(stage: Stage) -> None:
    number = stage.approved_week()[0]
    undone: dict[str, object] = {
        "ApprovedExternally": False,
        "ApprovedExternallyBy": None,
        "ApprovedExternallyOn": None,
    }
    undone |= {"WorkflowStatus": "Ter beoordeling"}
    stage.world.tables.update("Loonbrug_Claims", (number,), undone)
    stage.light()
    [finding] = stage.book.search()
    assert (finding.finding.kind, finding.finding.cure) == (FindingKind.APPROVAL_FELL_AWAY, Cure.ASK_AGAIN)
    assert finding.finding.payment
    stage.cure(finding)
    [offered] = stage.offered()
    assert offered["number"] == number
    stage.whole()
    [still] = stage.book.search()
    assert still.id == finding.id
    assert still.finding.cure is Cure.PERSON  # the portal asks again; only the client can answer


def test_what_we_know_already_is_not_on_the_move_however_new_it_is(stage: Stage) -> None:
    stage.late = 20 * 60.0
    number = stage.approved_week()[0]
    undone = {"ApprovedExternally": False, "ApprovedExternallyBy": None, "WorkflowStatus": "Ter beoordeling"}
    stage.world.tables.update("Loonbrug_Claims", (number,), undone)
    stage.pull("claims", kind=RunKind.FULL)
    stage.put("update outbox set ended_at = ended_at - interval '1 minute'")
    assert stage.kinds() == {}
    stage.light()
    assert stage.kinds() == {f"claim:{number}": "approval-fell-away"}


def test_doubt_about_a_decision_keeps_no_finding_about_a_row_open(stage: Stage) -> None:
    number = stage.approved_week()[0]
    stage.put(
        "insert into finding (environment, kind, subject, week, what, cure, advice, payment) values"
        " ('main', 'changed-unseen', %s, %s, '', 'pull-again', '', true)",
        f"claim:{number}",
        WEEK,
    )
    stage.world.tables.update("Loonbrug_Claims", (number,), {"ApprovedExternallyBy": 1})
    stage.pull("claims", kind=RunKind.FULL)
    stage.put("update outbox set ended_at = now() + interval '1 minute'")
    assert stage.light().booked.resolved == 1
    assert stage.kinds() == {}


def test_an_approval_over_other_hours_and_one_by_somebody_else_are_named(stage: Stage) -> None:
    first, second, *_ = stage.approved_week()
    line = stage.world.tables.select("Loonbrug_Hours", {"ClaimNumber": first})[0]
    stage.world.tables.update("Loonbrug_Hours", (line["LineId"],), {"Quantity": line["Quantity"] + 1})
    stage.world.tables.update("Loonbrug_Claims", (second,), {"ApprovedExternallyBy": 1})
    stage.whole()
    kinds = stage.kinds()
    assert kinds[f"claim:{first}"] == "approved-other-hours"
    assert kinds[f"claim:{second}"] == "approved-by-other"
    assert kinds[f"line:{line['LineId']}"] == "changed-unseen"
    assert len(kinds) == 3


def test_a_file_that_is_gone_is_sent_again_and_one_that_is_there_twice_is_named(stage: Stage) -> None:
    item = act(stage.world, "put-document")["result"]
    stage.owe_file(item)
    stage.deliver()
    assert stage.whole().findings == ()
    [name] = [
        row
        for row in stage.world.tables.select("Loonbrug_DocumentFiles")
        if row["FileName"].startswith("Getekend")
    ]
    stage.world.tables.insert("Loonbrug_DocumentFiles", name | {"AttachmentId": 99999, "FileId": "B" * 32})
    stage.whole()
    [doubled] = stage.book.search()
    assert (doubled.finding.kind, doubled.finding.cure) == (FindingKind.DOUBLED_FILE, Cure.PERSON)
    stage.world.tables.delete("Loonbrug_DocumentFiles", (99999,))
    stage.world.tables.delete("Loonbrug_DocumentFiles", (name["AttachmentId"],))
    stage.whole()
    [gone] = stage.book.search()
    assert (gone.finding.kind, gone.finding.cure) == (FindingKind.FILE_GONE, Cure.SEND_AGAIN)
    stage.cure(gone)
    stage.deliver()
    assert stage.whole().findings == ()
    assert stage.book.search() == []


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


def test_a_declaration_that_does_not_follow_is_named_and_derived_anew(stage: Stage) -> None:
    number = stage.submit_week()[0]
    stage.settle()
    stage.put("update declaration set status = 'approved' where number = %s", number)
    stage.whole()
    assert stage.kinds() == {f"claim:{number}": "declaration-differs"}
    [finding] = stage.book.search()
    stage.cure(finding)
    assert stage.whole().findings == ()


def test_a_decision_without_update_and_an_update_without_decision_are_named(stage: Stage) -> None:
    stage.submit_week()
    stage.settle()
    first, second, *_ = stage.offered()
    stage.approve(first)
    stage.put("delete from outbox")
    nobodys = stage.approve(second)
    stage.deliver()
    stage.settle()
    stage.whole()
    assert list(stage.kinds().values()).count("decision-without-update") == 1
    stage.put("update outbox set decision = null where id = %s", nobodys)
    stage.whole()
    assert stage.kinds()[f"update:{nobodys}"] == "update-without-decision"


def test_a_parked_approval_is_a_finding_that_is_sent_again(stage: Stage) -> None:
    stage.submit_week()
    stage.settle()
    update = stage.approve(stage.offered()[0])
    stage.put("update outbox set state = 'parked', ended_at = now(), reason = 'the cost centre is unknown'")
    stage.settle()
    stage.light()
    [finding] = stage.book.search()
    assert finding.finding.kind is FindingKind.DECISION_NOT_IN_AFAS
    assert "the cost centre is unknown" in finding.finding.what.en
    assert finding.finding.update == update
    stage.cure(finding)
    stage.deliver()
    stage.settle()
    assert stage.light().booked.resolved == 1


def test_what_arrived_although_it_is_parked_is_named(stage: Stage) -> None:
    stage.submit_week()
    stage.settle()
    stage.approve(stage.offered()[0])
    stage.deliver()
    stage.settle()
    stage.put("update outbox set state = 'parked', reason = 'gave up'")
    stage.light()
    [finding] = stage.book.search()
    assert (finding.finding.kind, finding.finding.cure) == (FindingKind.ARRIVED_UNNOTICED, Cure.SEND_AGAIN)
    stage.cure(finding)
    stage.deliver()
    assert stage.look("select state, sends from outbox")[0]["state"] == "done"
    assert stage.world.duplicates() == 0
    assert stage.light().booked.resolved == 1


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
    assert all("anders" not in each.finding.what.nl + str(each.finding.sides) for each in found)
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


def test_three_way_classes_every_declaration_and_the_sums_agree(stage: Stage) -> None:
    stage.submit_week()
    stage.settle()
    offered = [each for each in stage.offered() if each["week"] == WEEK]
    for each in offered[:-1]:
        stage.approve(each)
    stage.deliver()
    stage.settle()
    stuck = stage.look("select * from outbox order by id")[0]
    stage.put("update outbox set state = 'parked', reason = 'no such cost centre' where id = %s", stuck["id"])
    undone: dict[str, object] = {
        "ApprovedExternally": False,
        "ApprovedExternallyBy": None,
        "ApprovedExternallyOn": None,
    }
    undone |= {"WorkflowStatus": "Ter beoordeling"}
    stuck_claim = stuck["subject"].removeprefix("claim:")
    stage.world.tables.update("Loonbrug_Claims", (stuck_claim,), undone)
    gone = offered[1]["number"]
    stage.world.tables.delete("Loonbrug_Claims", (gone,))
    reckoning = stage.reconciler().three_way(WEEK)
    assert reckoning.agrees, [(each.name, each.left, each.right) for each in reckoning.sums]
    named = {
        each.number: (each.reason, each.solver.value if each.solver else None)
        for each in reckoning.exceptions
    }
    assert named == {
        stuck_claim: ("the approval is parked: no such cost centre", "ops"),
        gone: ("the claim is not in AFAS any more", "back-office"),
    }
    assert len(reckoning.of(Standing3.VERIFIED)) == len(offered) - 3
    assert [each.number for each in reckoning.of(Standing3.NOT_APPROVED)] == [offered[-1]["number"]]


def test_a_paid_declaration_derived_before_its_placement_came_is_no_finding(database_url: str) -> None:
    with a_stage(database_url, first=("claims", "hours")) as stage:
        stage.settle()
        assert [each.what for each in stage.whole().findings] == []
        assert stage.look("select count(*) as many from declaration where status = 'paid'")[0]["many"] > 0


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
    assert "een andere waarde van e-mailadres" in named[f"contact:{contact}"].nl
    assert "nieuw.adres" not in str(named)
    assert "end of employment 31-12-2026 (we keep" in named[f"employee:{worker}"].en
    assert "openstaand bedrag 12,5 (wij hebben" in named[f"invoice:{invoice}"].nl
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


def test_open_hours_shown_otherwise_than_they_follow_are_named_and_derived_anew(stage: Stage) -> None:
    act(stage.world, "book-all")
    stage.settle()
    shown = stage.look("select number from declaration where status = 'open' order by number")
    first, second = shown[0]["number"], shown[1]["number"]
    stage.put("update declaration set hours = 99 where number = %s", first)
    stage.put("delete from declaration where number = %s", second)
    stage.put(
        'insert into declaration select (jsonb_populate_record(d, \'{"number": "2999@2026-W47"}\')).*'
        " from declaration d where number = %s",
        first,
    )
    stage.whole()
    kinds = stage.kinds()
    assert kinds == dict.fromkeys(
        (f"claim:{first}", f"claim:{second}", "claim:2999@2026-W47"), "declaration-differs"
    )
    for each in stage.book.search():
        stage.cure(each)
    assert stage.whole().findings == ()


def test_a_declaration_of_a_claim_that_does_not_exist_is_named(stage: Stage) -> None:
    number = stage.submit_week()[0]
    stage.settle()
    stage.put(
        'insert into declaration select (jsonb_populate_record(d, \'{"number": "000000009999.01"}\')).*'
        " from declaration d where number = %s",
        number,
    )
    stage.whole()
    [finding] = stage.book.search()
    assert finding.finding.subject == "claim:000000009999.01"
    assert "there is no such claim" in finding.finding.what.en
    assert finding.finding.cure is Cure.PERSON
    assert finding.finding.payment
