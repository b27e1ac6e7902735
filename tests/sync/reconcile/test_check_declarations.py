"""Declarations held against what they follow from."""

from __future__ import annotations

from domain.reconcile.finding import Cure
from sandbox.people import act
from tests.stages.reconcile.reconciling import Stage, a_stage
from tests.stages.spoken import en


def test_a_declaration_that_does_not_follow_is_named_and_derived_anew(stage: Stage) -> None:
    number = stage.submit_week()[0]
    stage.settle()
    stage.put("update declaration set status = 'approved' where number = %s", number)
    stage.whole()
    assert stage.kinds() == {f"claim:{number}": "declaration-differs"}
    [finding] = stage.book.search()
    stage.cure(finding)
    assert stage.whole().findings == ()


def test_a_paid_declaration_derived_before_its_placement_came_is_no_finding(database_url: str) -> None:
    with a_stage(database_url, first=("claims", "hours")) as stage:
        stage.settle()
        assert [each.what for each in stage.whole().findings] == []
        assert stage.look("select count(*) as many from declaration where status = 'paid'")[0]["many"] > 0


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
    assert "there is no such claim" in en(finding.finding.what)
    assert finding.finding.cure is Cure.PERSON
    assert finding.finding.payment


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
