"""A week three ways: AFAS, portal, and what is on its way between them."""

from __future__ import annotations

from domain.cutoff.reason import Reason, Solver
from domain.cutoff.reckoning import WeekStanding
from domain.message import verbatim
from domain.watch.waiting import Budgets
from tests.stages.reasons import kept
from tests.stages.reconcile.reconciling import WEEK, Stage


def test_three_way_classes_every_declaration_and_the_sums_agree(stage: Stage) -> None:
    stage.submit_week()
    stage.settle()
    offered = [each for each in stage.offered() if each["week"] == WEEK]
    for each in offered[:-1]:
        stage.approve(each)
    stage.deliver()
    stage.settle()
    stuck = stage.look("select * from outbox order by id")[0]
    why = kept("no such cost centre")
    stage.put("update outbox set state = 'parked', reason = %s where id = %s", why, stuck["id"])
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
    reckoning = stage.reconciler().three_way(WEEK, Budgets().lateness(near=True))
    assert reckoning.agrees, [(each.name, each.left, each.right) for each in reckoning.sums]
    named = {each.number: (each.reason, each.detail, each.solver) for each in reckoning.exceptions}
    assert named == {
        stuck_claim: (Reason.PARKED, verbatim("no such cost centre"), Solver.OPS),
        gone: (Reason.GONE, None, Solver.BACK_OFFICE),
    }
    assert len(reckoning.of(WeekStanding.VERIFIED)) == len(offered) - 3
    assert [each.number for each in reckoning.of(WeekStanding.NOT_APPROVED)] == [offered[-1]["number"]]
