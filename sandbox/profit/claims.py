"""Claims: made of a week's lines, approved or rejected, sent in again.

AFAS: 108105.htm, Pro_Flx_DecL_Apprv.htm.
"""

from collections.abc import Sequence

from sandbox.contract import Row
from sandbox.errors import NOT_EXISTING, Refusal
from sandbox.profit import dossier
from sandbox.profit.hours import days_of, hours_in, lines_of, mark_lines, midnight, open_lines
from sandbox.profit.workflow import CLAIM, TO_JUDGE
from sandbox.profit.world import Item, World


def claim_of(world: World, number: str) -> Row:
    """The claim's row. Raises Refusal when it does not exist or somebody has it open."""
    row = world.tables.get("Loonbrug_Claims", (number,))
    if row is None:
        raise Refusal(
            "De ingevulde waarde bij 'Declaratie' bestaat niet.",
            "The entered value for 'Claim number' does not exist.",
            NOT_EXISTING,
        )
    world.refuse_locked(f"claim:{row['ClaimNumber']}")
    world.refuse_locked(f"item:{row['SubjectId']}")
    return row


def submit(world: World, placement: str, year: int, period: int, submitter: str) -> str:
    """Hand in a week: its lines become a claim, or join the one that is still with the client or the worker.

    Gives the claim number. Raises Refusal when there is nothing to hand in, or that claim is further on.
    """
    lines = open_lines(world, placement, year, period)
    if not lines:
        raise Refusal("Er zijn geen regels om in te dienen.", "There are no lines to submit.")
    existing = _week_claim(world, placement, year, period)
    number = existing["ClaimNumber"] if existing else make_claim(world, placement, year, period, submitter)
    for line in lines:
        changes = {"ClaimNumber": number, "Finished": True, "ChangedOn": world.now()}
        world.tables.update("Loonbrug_Hours", (line["LineId"],), changes)
    _take_over(world, number, placement)
    if not existing:
        start(world, number)
    return number


def _take_over(world: World, number: str, placement: str) -> None:
    """The claim's total, and the cost centre that the worker filled in, follow from its lines."""
    lines = lines_of(world, number)
    changes: Row = {"TotalHours": hours_in(lines), "ChangedOn": world.now()}
    if world.get("Loonbrug_Placements", placement)["CostCentreRule"] in {"1", "2"}:
        changes["CostCentre"] = lines[0]["CostCentreClient"]
    world.tables.update("Loonbrug_Claims", (number,), changes)


def make_claim(
    world: World, placement: str, year: int, period: int, submitter: str, *, number: str = "", kind: str = "N"
) -> str:
    """A claim without lines that stands in no task yet; gives its number. A correction brings `number`."""
    number = number or f"{world.next('claim'):012}.01"
    item = dossier.add_item(world, dossier.CLAIM_TYPE, submitter, claim=number)
    owner = world.get("Loonbrug_Placements", placement)
    row = claim_row(number, owner, (year, period), subject=item.subject, now=world.now())
    world.tables.insert("Loonbrug_Claims", row | {"Kind": kind})
    return number


def claim_row(number: str, placement: Row, week: tuple[int, int], *, subject: int, now: str) -> Row:
    """A row of Loonbrug_Claims for a claim that was handed in now."""
    year, period = week
    days = days_of(year, period)
    row: Row = {name: placement[name] for name in ("PlacementId", "EmployeeId", "AgreementId", "DebtorId")}
    row |= {"ClaimNumber": number, "Kind": "N", "Year": year, "PeriodId": period, "SubjectId": subject}
    row |= {"PeriodStart": midnight(days[0]), "PeriodEnd": midnight(days[6]), "WorkflowStatus": TO_JUDGE}
    row |= {"CostCentre": placement["CostCentreClient"] if placement["CostCentreRule"] == "4" else None}
    row |= dict.fromkeys(("ApprovedExternally", "ApprovedInternally", "Processed", "Paid", "Invoiced"), False)
    return row | {"TotalHours": 0, "CreatedOn": now, "ChangedOn": now}


def start(world: World, number: str) -> None:
    """Begin the workflow: the minimum-wage check first, then the client."""
    row = world.get("Loonbrug_Claims", number)
    dossier.move(world, dossier.find(world, row["SubjectId"]), _after_wage_check(world, row, "external"))


def approve_externally(
    world: World, number: str, contact: int | None, user: str, *, comment: str | None = None
) -> None:
    """The client approves. `contact` is recorded as approver, or nobody when a workflow action did it.

    Raises Refusal when the claim does not wait for the client, or lacks a cost centre that must be given.
    """
    row = claim_of(world, number)
    item = _in_task(world, row, "external")
    rule = world.get("Loonbrug_Placements", row["PlacementId"])["CostCentreRule"]
    if rule == "3" and not row["CostCentre"]:
        raise Refusal(
            "Er is geen waarde ingevuld bij het verplichte veld 'Kostenplaats' (CcSr)",
            "There is no value entered in mandatory field 'Cost centre' (CcSr)",
        )
    approved = {
        "ApprovedExternally": True,
        "ApprovedExternallyBy": contact,
        "ApprovedExternallyOn": world.now(),
    }
    world.tables.update("Loonbrug_Claims", (number,), approved)
    mark_lines(world, number, {"ExternallyApproved": True}, follow=world.switches.lines_follow_claim)
    world.count("approvals", f"{number}#{item.round}")
    dossier.note(world, item.subject, user, "approve_externally", comment)
    dossier.move(world, item, "internal")


def refuse_not_waiting(world: World, row: Row) -> None:
    """Raises Refusal when the claim does not wait for the client."""
    _in_task(world, row, "external")


def approve_internally(world: World, number: str, user: str, *, comment: str | None = None) -> None:
    """The account manager approves. Raises Refusal when the claim does not wait for that."""
    row = claim_of(world, number)
    item = _in_task(world, row, "internal")
    world.tables.update("Loonbrug_Claims", (number,), {"ApprovedInternally": True})
    mark_lines(world, number, {"Agreed": True})
    dossier.note(world, item.subject, user, "approve_internally", comment)
    dossier.move(world, item, "done")


def reject(world: World, number: str, user: str, *, comment: str | None = None) -> None:
    """Send the claim back to who handed it in. Raises Refusal when its task does not offer that."""
    row = claim_of(world, number)
    item = _in_task(world, row, "external", "internal", "wage")
    nobody = {"ApprovedExternally": False, "ApprovedExternallyBy": None, "ApprovedExternallyOn": None}
    world.tables.update("Loonbrug_Claims", (number,), nobody | {"ApprovedInternally": False})
    mark_lines(world, number, {"Rejected": True, "ExternallyApproved": False})
    world.count("rejections", f"{number}#{item.round}")
    dossier.note(world, item.subject, user, "reject", comment)
    dossier.move(world, item, "adjust")


def resubmit(world: World, number: str, user: str, *, comment: str | None = None) -> None:
    """Send a rejected claim in again, under the same number. Raises Refusal when it was not rejected."""
    row = claim_of(world, number)
    item = _in_task(world, row, "adjust")
    mark_lines(world, number, {"Rejected": False, "Finished": True})
    world.count("resubmissions", f"{number}#{item.round}")
    dossier.note(world, item.subject, user, "resubmit", comment)
    dossier.move(world, item, _after_wage_check(world, row, "external"))


def reprice(world: World, number: str, user: str, *, comment: str | None = None) -> None:
    """Determine prices again: the minimum-wage check runs anew, and the claim goes on from where it stood."""
    row = claim_of(world, number)
    item = _in_task(world, row, "wage", "internal")
    dossier.note(world, item.subject, user, "reprice", comment)
    onward = "internal" if item.task == "internal" else "external"
    dossier.move(world, item, _after_wage_check(world, row, onward))


def _after_wage_check(world: World, row: Row, onward: str) -> str:
    return "wage" if row["PlacementId"] in world.below_minimum_wage else onward


def _week_claim(world: World, placement: str, year: int, period: int) -> Row | None:
    where = {"PlacementId": placement, "Year": year, "PeriodId": period, "Kind": "N"}
    claims = world.tables.select("Loonbrug_Claims", where)
    if not claims:
        return None
    _in_task(world, claims[0], "external", "adjust", "wage")
    return claims[0]


def _in_task(world: World, row: Row, *allowed: str) -> Item:
    item = dossier.find(world, row["SubjectId"])
    if item.task in allowed:
        return item
    raise _wrong_task(row, allowed)


def _wrong_task(row: Row, allowed: Sequence[str]) -> Refusal:
    number = row["ClaimNumber"]
    if "external" in allowed and row["ApprovedExternally"]:
        return Refusal(
            f"Declaratie {number} is al extern goedgekeurd.",
            f"Claim {number} has already been approved externally.",
        )
    task = CLAIM.task(allowed[0]).description
    return Refusal(
        f"Declaratie {number} staat niet in de taak '{task}'.", f"Claim {number} is not in task '{task}'."
    )
