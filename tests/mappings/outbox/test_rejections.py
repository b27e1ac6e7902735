"""What AFAS shows of a claim means for its rejection, and how the rejection is written."""

from __future__ import annotations

import pytest

from domain.outbox.update import UpdateKind
from domain.outbox.verdicts import Sight
from mappings.outbox.outgoing import Material, Unsendable
from mappings.outbox.rejections import Rejections
from tests.mappings.outbox.claims import ENTERED, LATER, decided, element_of, found
from tests.stages.records.rows import row

OTHER_HOURS = [row("hours", ClaimNumber="000000000005.01", Quantity=4)]
KIND = Rejections(action="Afkeuren")


def rejection(**more):
    return decided(UpdateKind.REJECT, **more)


@pytest.mark.parametrize(
    ("shown", "sent", "sight"),
    [
        (found(), False, Sight.OPEN),
        (found(), True, Sight.OPEN),
        (found(WorkflowStatus="Afgekeurd"), True, Sight.APPLIED),
        (found(WorkflowStatus="Afgekeurd"), False, Sight.APPLIED),
        (found(entered=LATER), True, Sight.APPLIED),
        (found(entered=LATER), False, Sight.OPEN),
        (found(lines=OTHER_HOURS, entered=LATER), True, Sight.APPLIED),
        (found(lines=OTHER_HOURS), False, Sight.GONE),
        (found(ApprovedExternally=True, entered=LATER), True, Sight.GONE),
        (found(WorkflowStatus="Goedgekeurd"), False, Sight.GONE),
        ({"Loonbrug_Claims": []}, True, Sight.GONE),
        (found(TotalHours="acht"), True, Sight.ILLEGIBLE),
    ],
)
def test_what_afas_shows_tells_what_became_of_a_rejection(shown, sent, sight):
    assert KIND.judge(rejection(sent=sent), shown).sight is sight


def test_in_the_hour_that_comes_twice_nobody_guesses():
    update = rejection(sent=True, evidence={"seen_until": "2026-10-25T02:40:00Z"})
    assert KIND.judge(update, found(entered="2026-10-25T02:10:00Z")).sight is Sight.ILLEGIBLE


def test_a_claim_that_was_sent_in_again_proves_the_rejection_by_when_it_entered_its_task():
    assert dict(KIND.judge(rejection(sent=True), found(entered=LATER)).evidence) == {
        "entered_again_on": LATER
    }
    assert dict(KIND.judge(rejection(), found()).evidence) == {"seen_until": ENTERED}


def test_the_step_carries_the_reason_of_the_client():
    call = KIND.call(rejection(), Material(found(), [row("actions", ActionDescription="AFKEUREN")]))
    fields = element_of(call)["Fields"]
    assert (call.verb, call.path, fields["Tx"]) == ("POST", "KnSubjectWorkflowReaction", "Dinsdag was vrij")
    assert (fields["SbId"], fields["WfNm"], fields["TkNm"]) == (9005, "W" * 32, "T" * 32)


@pytest.mark.parametrize(
    ("entered", "actions", "everywhere", "for_now"),
    [
        (ENTERED, [], True, False),
        (ENTERED, [row("actions", ActionDescription="Weg ermee")], True, False),
        (None, [row("actions", ActionDescription="Afkeuren")], False, True),
        (ENTERED, [row("actions", ActionDescription="Afkeuren", TaskName="X" * 32)], False, True),
    ],
)
def test_an_action_that_no_task_has_is_a_wrong_setting_and_one_that_this_task_lacks_is_of_now(
    entered, actions, everywhere, for_now
):
    with pytest.raises(Unsendable) as refusal:
        KIND.call(rejection(), Material(found(entered=entered), actions))
    assert (refusal.value.everywhere, refusal.value.for_now) == (everywhere, for_now)


def test_the_claim_is_looked_for_by_its_number_everywhere():
    assert {KIND.value(rejection(), look) for look in (*KIND.before, *KIND.in_doubt)} == {"000000000005.01"}
