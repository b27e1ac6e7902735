"""The workflows: where an item stands, who may move it on, and what makes an approval fall away."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.contract import Row
from sandbox.errors import Refusal
from sandbox.people import act
from sandbox.profit import dossier
from sandbox.profit.claims import approve_externally
from sandbox.profit.executors import BACK_OFFICE, outsite_user, pocket_user
from sandbox.profit.steps import take_step
from sandbox.profit.workflow import ALL, Workflows
from sandbox.profit.world import Event, World
from tests.stages.sandbox.agency import LATER, a_claim, again, an_agency, approve, lines, placement, tasks


@pytest.fixture
def world() -> World:
    return an_agency()


def users(world: World, claim: Row) -> set[str]:
    return {task["User"] for task in tasks(world, claim["SubjectId"])}


def test_a_submitted_week_waits_for_the_placement_s_contact_and_for_us(world):
    claim = a_claim(world)
    contact = placement(world)["ClaimContact"]
    assert users(world, claim) == {outsite_user(contact), world.switches.connector_user}
    task = tasks(world, claim["SubjectId"])[0]
    assert (task["TaskDescription"], task["ClaimNumber"]) == ("Beoordelen extern", claim["ClaimNumber"])
    assert claim["WorkflowStatus"] == "Ter beoordeling"
    assert claim["ClaimNumber"].endswith(".01")
    assert len(claim["ClaimNumber"]) == 15


def test_a_claim_goes_from_the_client_to_the_manager_to_done(world):
    claim = a_claim(world)
    approve(world, claim)
    assert users(world, claim) == {f"41000.{placement(world)['AccountManager']}", BACK_OFFICE}
    act(world, "approve-internally", claim=claim["ClaimNumber"])
    now = again(world, claim)
    assert (now["WorkflowStatus"], now["ApprovedInternally"]) == ("Goedgekeurd", True)
    assert all(line["Agreed"] for line in lines(world, claim))
    assert tasks(world, claim["SubjectId"]) == []


def test_a_rejected_claim_returns_to_its_worker_and_keeps_its_number(world):
    claim = a_claim(world)
    act(world, "reject-in-outsite", claim=claim["ClaimNumber"], reason="Te veel")
    assert users(world, claim) == {pocket_user(claim["EmployeeId"]), BACK_OFFICE}
    assert again(world, claim)["WorkflowStatus"] == "Afgekeurd"
    world.clock.advance(LATER)
    assert act(world, "resubmit", claim=claim["ClaimNumber"])["result"] == claim["ClaimNumber"]
    now = again(world, claim)
    assert now["WorkflowStatus"] == "Ter beoordeling"
    assert now["TotalHours"] == claim["TotalHours"] - 1
    assert not any(line["Rejected"] for line in lines(world, claim))


def test_each_round_asks_its_own_approval(world):
    claim = a_claim(world)
    approve(world, claim)
    act(world, "change-quantity", line=lines(world, claim)[0]["LineId"], quantity=6)
    approve(world, claim)
    number = claim["ClaimNumber"]
    assert world.effects()["approvals"] == {f"{number}#1": 1, f"{number}#2": 1}
    assert world.duplicates() == 0


def test_an_approval_falls_away_when_the_hours_change(world):
    claim = a_claim(world)
    approve(world, claim)
    world.clock.advance(LATER)
    act(world, "change-quantity", line=lines(world, claim)[0]["LineId"], quantity=6.5)
    now = again(world, claim)
    assert (now["ApprovedExternally"], now["ApprovedExternallyBy"]) == (False, None)
    assert (now["ApprovedExternallyOn"], now["ChangedOn"]) == (None, world.now())
    assert now["WorkflowStatus"] == "Ter beoordeling"
    assert not any(line["ExternallyApproved"] for line in lines(world, claim))
    assert world.switches.connector_user in users(world, claim)


def test_an_approval_falls_away_when_a_line_is_deleted_even_after_the_internal_one(world):
    claim = a_claim(world)
    approve(world, claim)
    act(world, "approve-internally", claim=claim["ClaimNumber"])
    line = lines(world, claim)[-1]
    act(world, "delete-line", line=line["LineId"])
    now = again(world, claim)
    assert (now["ApprovedExternally"], now["ApprovedInternally"]) == (False, False)
    assert now["TotalHours"] == claim["TotalHours"] - line["Quantity"]
    assert world.get("Loonbrug_DeletedHours", line["LineId"])["DeletedOn"] == world.now()


def test_repricing_lets_a_claim_pass_the_minimum_wage_check(world):
    place = placement(world)["PlacementId"]
    act(world, "fail-minimum-wage", placement=place)
    claim = a_claim(world)
    act(world, "reprice", claim=claim["ClaimNumber"])
    assert again(world, claim)["WorkflowStatus"] == "Voldoet niet aan minimumlooncontrole"
    act(world, "fail-minimum-wage", placement=place, fails=False)
    act(world, "reprice", claim=claim["ClaimNumber"])
    assert again(world, claim)["WorkflowStatus"] == "Ter beoordeling"


def test_repricing_an_approved_claim_leaves_the_approval(world):
    claim = a_claim(world)
    approve(world, claim)
    act(world, "reprice", claim=claim["ClaimNumber"])
    assert again(world, claim)["WorkflowStatus"] == "Goedgekeurd extern"
    assert again(world, claim)["ApprovedExternally"] is True


def test_only_an_executor_may_take_a_step(world):
    claim = a_claim(world)
    with pytest.raises(Refusal, match="not an executor"):
        take_step(world, claim["SubjectId"], "approve_externally", BACK_OFFICE)
    assert again(world, claim) == claim


def test_a_delegated_item_stays_where_it_was(world):
    claim = a_claim(world)
    take_step(world, claim["SubjectId"], "delegate", world.switches.connector_user, "Wil jij?")
    assert again(world, claim) == claim
    assert world.history[claim["SubjectId"]][-1].action == "delegate"


def test_another_contact_on_the_placement_takes_over_the_waiting_task(world):
    claim = a_claim(world)
    act(world, "change-placement", placement=claim["PlacementId"], ClaimContact=22801)
    assert outsite_user(22801) in users(world, claim)
    assert again(world, claim)["ChangedOn"] == claim["ChangedOn"]


def test_a_lapsed_document_is_closed_and_waits_for_nobody(world):
    subject = act(world, "put-document")["result"]
    act(world, "withdraw-document", subject=subject)
    row = world.get("Loonbrug_Documents", subject)
    assert (row["WorkflowStatus"], row["WorkflowClosed"]) == ("Vervallen", True)
    assert tasks(world, subject) == []


def test_editing_a_workflow_renews_every_guid_and_moves_open_items_along(world):
    claim = a_claim(world)
    before = tasks(world, claim["SubjectId"])
    document_actions = world.workflows.action_rows("document")
    act(world, "edit-workflow", workflow="claim")
    after = tasks(world, claim["SubjectId"])
    assert [row["User"] for row in after] == [row["User"] for row in before]
    assert {row["TaskName"] for row in after}.isdisjoint(row["TaskName"] for row in before)
    shown = {row["ActionName"] for row in world.tables.select("Loonbrug_Actions")}
    assert shown == {row["ActionName"] for row in world.workflows.action_rows()}
    assert world.workflows.action_rows("document") == document_actions


def test_guids_follow_from_the_seed():
    assert Workflows(1).action_rows() == Workflows(1).action_rows()
    names = {row["ActionName"] for row in Workflows(1).action_rows()}
    assert names.isdisjoint(row["ActionName"] for row in Workflows(2).action_rows())
    assert all(len(name) == 32 and name == name.upper() for name in names)


def test_every_action_leads_to_a_task_that_there_is():
    for workflow in ALL.values():
        assert workflow.task(workflow.first)
        for task in workflow.tasks:
            assert [workflow.task(action.to).key for action in task.actions] == [a.to for a in task.actions]


def test_what_a_failed_change_did_is_undone_everywhere(world):
    claim = a_claim(world)
    items, history, effects = dict(world.items), dict(world.history), world.effects()
    told: list[Event] = []
    world.listeners.append(told.append)

    def half_a_change() -> None:
        with world.change():
            approve(world, claim)
            dossier.attach(world, act(world, "put-document")["result"], "x.pdf", b"%PDF")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_a_change()
    assert again(world, claim) == claim
    assert (world.items, world.history, world.effects()) == (items, history, effects)
    assert told == []


def test_listeners_hear_of_steps_after_they_are_committed(world):
    claim = a_claim(world)
    heard = []
    world.listeners.append(
        lambda event: heard.append((event.type, event.data, again(world, claim)["WorkflowStatus"]))
    )
    approve(world, claim)
    entered = [data for type_, data, _ in heard if type_ == "workflow.task.entered"]
    assert entered[0]["SubjectId"] == claim["SubjectId"]
    assert entered[0]["SubjectTypeId"] == -104
    assert {status for _, _, status in heard} == {"Goedgekeurd extern"}


def test_a_claim_of_long_ago_is_found_by_its_item(world):
    paid = world.tables.select("Loonbrug_Claims", {"Paid": True})[0]
    assert dossier.find(world, paid["SubjectId"]).claim == paid["ClaimNumber"]
    with pytest.raises(Refusal, match="already been approved"):
        approve_externally(world, paid["ClaimNumber"], None, world.switches.connector_user)


def test_of_many_approvals_at_once_one_counts():
    world = an_agency()
    claim = a_claim(world)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: approve(world, claim).status, range(24)))
    assert sorted(answers) == [201] + [500] * 23
    assert world.effects()["approvals"] == {f"{claim['ClaimNumber']}#1": 1}
