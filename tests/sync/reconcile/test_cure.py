"""A cure is one action of a person, and the next run tells whether it helped."""

from __future__ import annotations

from decimal import Decimal

from domain.message import Message
from tests.stages.reconcile.reconciling import Stage
from tests.stages.spoken import en


def test_pulling_again_cures_a_changed_row_and_the_next_run_closes_the_finding(stage: Stage) -> None:
    number = stage.submit_week()[0]
    stage.settle()
    row = stage.world.get("Loonbrug_Claims", number)
    stage.world.tables.update("Loonbrug_Claims", (number,), {"TotalHours": row["TotalHours"] + 1})
    stage.light()
    [finding] = stage.book.search()
    assert en(stage.cure(finding)).endswith(" rows read afresh and believed, 0 withdrawn")
    kept = stage.look("select total_hours from claim where claim = %s", number)
    assert kept[0]["total_hours"] == Decimal(row["TotalHours"] + 1)
    assert stage.light().booked.resolved == 1
    [closed] = stage.book.search(open=False)
    assert closed.resolution is not None
    assert en(closed.resolution) == "cured by cli:test and not seen again"
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
    assert known.cure_told == Message("cured.no-help")
