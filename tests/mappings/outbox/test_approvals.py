"""What AFAS shows of a claim means for its approval, and how the approval is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.outbox.update import UpdateKind
from domain.outbox.verdicts import Sight
from mappings.outbox.approvals import ApprovalRoute, Approvals
from mappings.outbox.outgoing import Material, Unsendable
from tests.mappings.outbox.claims import ENTERED, LATER, PAYLOAD, decided, element_of, found
from tests.stages.records.rows import row

OTHER_HOURS = [row("hours", ClaimNumber="000000000005.01", Quantity=4)]
BY_CONTACT: dict[str, Any] = {
    "ApprovedExternally": True,
    "ApprovedExternallyBy": 22834,
    "ApprovedExternallyOn": LATER,
}
BY_ACTION = Approvals(ApprovalRoute.WORKFLOW, action="Goedkeuren extern")
STANDS = Material(found(), [row("actions")])


def approval(**more):
    return decided(UpdateKind.APPROVE, **more)


@pytest.mark.parametrize(
    ("shown", "sent", "sight"),
    [
        (found(), False, Sight.OPEN),
        (found(), True, Sight.OPEN),
        (found(entered=None), True, Sight.OPEN),
        (found(entered=LATER), False, Sight.OPEN),
        (found(entered=LATER), True, Sight.GONE),
        (found(entered="2026-10-25T02:10:00Z"), True, Sight.OPEN),
        (found(**BY_CONTACT), True, Sight.APPLIED),
        (found(**BY_CONTACT), False, Sight.APPLIED),
        (found(WorkflowStatus="Goedgekeurd"), False, Sight.APPLIED),
        (found(lines=None, **BY_CONTACT), True, Sight.APPLIED),
        (found(lines=OTHER_HOURS, **BY_CONTACT), True, Sight.WRONG),
        (found(lines=OTHER_HOURS, **BY_CONTACT), False, Sight.GONE),
        (found(lines=OTHER_HOURS), False, Sight.GONE),
        (found(WorkflowStatus="Afgekeurd"), True, Sight.GONE),
        ({"Loonbrug_Claims": []}, True, Sight.GONE),
        (found(TotalHours="acht"), True, Sight.ILLEGIBLE),
        (found(WorkflowStatus="Wat niemand kent"), True, Sight.HIDDEN),
    ],
)
def test_what_afas_shows_tells_what_became_of_an_approval(shown, sent, sight):
    assert Approvals().judge(approval(sent=sent), shown).sight is sight


def test_an_approval_that_was_bound_to_no_content_covers_any():
    assert Approvals().judge(approval(version=None), found(lines=OTHER_HOURS)).sight is Sight.OPEN


def test_in_the_hour_that_comes_twice_nobody_guesses():
    update = approval(sent=True, evidence={"seen_until": "2026-10-25T02:40:00Z"})
    assert Approvals().judge(update, found(entered="2026-10-25T02:10:00Z")).sight is Sight.ILLEGIBLE


@pytest.mark.parametrize(
    ("columns", "evidence"),
    [
        (
            BY_CONTACT,
            {"approved_by": "22834", "approved_at": "2026-11-20T15:00:00+00:00", "status": "to-judge"},
        ),
        ({"WorkflowStatus": "Goedgekeurd"}, {"approved_by": "", "status": "approved"}),
    ],
)
def test_the_proof_is_who_approved_and_when_as_far_as_afas_tells(columns, evidence):
    assert dict(Approvals().judge(approval(), found(**columns)).evidence) == evidence


def test_what_the_look_saw_last_is_remembered_for_the_next_one():
    assert dict(Approvals().judge(approval(), found()).evidence) == {"seen_until": ENTERED}


def test_by_route_a_the_claim_is_written_with_who_approved():
    call = Approvals().call(approval(), STANDS)
    assert (call.verb, call.path) == ("PUT", "PtDeclaration")
    fields = {"DcCo": "000000000005.01", "ExUs": 22834, "ApprovWorkflow": True}
    assert call.body == {"PtDeclaration": {"Element": {"Fields": fields}}}


@pytest.mark.parametrize("kind", [Approvals(), BY_ACTION])
def test_a_cost_centre_or_reference_goes_with_the_claim_by_either_route(kind):
    given = PAYLOAD | {"cost_centre": "TACA", "reference": "PO 1"}
    call = kind.call(approval(payload=given), STANDS)
    fields = element_of(call)["Fields"]
    assert (fields["CcSr"], fields["RfCs"]) == ("TACA", "PO 1")
    assert call.path == "PtDeclaration"


def test_by_route_b_the_step_of_the_workflow_is_taken():
    call = BY_ACTION.call(approval(), STANDS)
    assert call.path == "KnSubjectWorkflowReaction"
    fields = element_of(call)["Fields"]
    assert (fields["SbId"], fields["AcNm"]) == (9005, "A" * 32)
    assert "22834" in fields["Tx"]


def test_without_its_task_no_step_can_be_taken():
    with pytest.raises(Unsendable):
        BY_ACTION.call(approval(), replace(STANDS, found=found(entered=None)))


@pytest.mark.parametrize(("kind", "reads_tasks"), [(Approvals(), False), (BY_ACTION, True)])
def test_before_the_first_send_the_task_is_read_only_where_the_step_must_name_it(kind, reads_tasks):
    assert any(look.connector == "Loonbrug_Tasks" for look in kind.before) is reads_tasks
    assert any(look.connector == "Loonbrug_Tasks" for look in kind.in_doubt)
    assert {kind.value(approval(), look) for look in kind.in_doubt} == {"000000000005.01"}
