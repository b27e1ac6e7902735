"""Decisions about claims, held against what AFAS shows of them."""

from __future__ import annotations

from psycopg.types.json import Jsonb

from domain.message import Message
from domain.pull.run import RunKind
from domain.reconcile.finding import Cure, FindingKind
from tests.stages.reasons import kept
from tests.stages.reconcile.reconciling import WEEK, Stage
from tests.stages.spoken import en


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
        " ('main', 'changed-unseen', %s, %s, %s, 'pull-again', %s, true)",
        f"claim:{number}",
        WEEK,
        Jsonb(Message("differs.changed-unseen").to_json()),
        Jsonb(Message("advice.pull-again").to_json()),
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


def test_a_parked_approval_is_a_finding_that_is_sent_again(stage: Stage) -> None:
    stage.submit_week()
    stage.settle()
    update = stage.approve(stage.offered()[0])
    why = kept("the cost centre is unknown")
    stage.put("update outbox set state = 'parked', ended_at = now(), reason = %s", why)
    stage.settle()
    stage.light()
    [finding] = stage.book.search()
    assert finding.finding.kind is FindingKind.DECISION_NOT_IN_AFAS
    assert "the cost centre is unknown" in en(finding.finding.what)
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
    stage.put("update outbox set state = 'parked', reason = %s", kept("gave up"))
    stage.light()
    [finding] = stage.book.search()
    assert (finding.finding.kind, finding.finding.cure) == (FindingKind.ARRIVED_UNNOTICED, Cure.SEND_AGAIN)
    stage.cure(finding)
    stage.deliver()
    assert stage.look("select state, sends from outbox")[0]["state"] == "done"
    assert stage.world.duplicates() == 0
    assert stage.light().booked.resolved == 1
