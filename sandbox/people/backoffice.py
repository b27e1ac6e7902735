"""The agency's back office in Profit: hires, approves, processes, pays, and changes what it likes."""

from typing import Any

from sandbox.contract import Row
from sandbox.people.pocket import onboarding_of
from sandbox.profit import corrections, dossier, hours
from sandbox.profit.executors import BACK_OFFICE, pocket_user
from sandbox.profit.names import PersonName
from sandbox.profit.pdf import small_pdf
from sandbox.profit.rows import employee_row, employment, placement_row
from sandbox.profit.steps import take_step
from sandbox.profit.workflow import ONBOARDING
from sandbox.profit.world import World


def new_worker(
    world: World, first: str = "Nadia", last: str = "Nieuwenhuis", prefix: str | None = None
) -> str:
    """A candidate is asked for data; gives the employee number."""
    worker = employee_row(world, PersonName(first, prefix, last), world.now())
    world.tables.insert("Loonbrug_Employees", worker)
    item = dossier.add_item(world, dossier.HIRING_TYPE, pocket_user(worker["EmployeeId"]))
    row: Row = {"SubjectId": item.subject, "SubjectTypeId": item.type_id, "PlacementId": None}
    row |= {"EmployeeId": worker["EmployeeId"], "PersonId": worker["PersonId"], "SubmittedOn": world.now()}
    row |= {"WorkflowClosed": False, "AttachmentCount": 0, "ChangedOn": world.now()}
    world.tables.insert("Loonbrug_Onboarding", row)
    dossier.move(world, item, ONBOARDING.first)
    return str(worker["EmployeeId"])


def hire(world: World, employee: str, start: str | None = None, agreement: str | None = None) -> str:
    """Employment, contract dates and a placement under an agreement (the first one by default).

    `start`: 'YYYY-MM-DD', today by default. Gives the placement number.
    """
    worker = world.get("Loonbrug_Employees", employee)
    first_day = hours.midnight(start or world.now())
    world.tables.update("Loonbrug_Employees", (employee,), employment(first_day, world.now()))
    under = world.tables.select("Loonbrug_Agreements", {"AgreementId": agreement} if agreement else None)[0]
    contact = _a_contact(world, under["DebtorId"])
    contacts = {"ClaimContact": contact, "SignatureContact": contact}
    placement = placement_row(world, worker, under, first_day, world.now(), **contacts)
    world.tables.insert("Loonbrug_Placements", placement)
    subject = onboarding_of(world, employee)["SubjectId"]
    changes = {"PlacementId": placement["PlacementId"], "ChangedOn": world.now()}
    world.tables.update("Loonbrug_Onboarding", (subject,), changes)
    return str(placement["PlacementId"])


def send_contract(world: World, employee: str) -> int:
    """The employment agreement goes to Pocket for signing; gives the onboarding item."""
    subject = int(onboarding_of(world, employee)["SubjectId"])
    pdf = small_pdf("Arbeidsovereenkomst", [f"Medewerker {employee}"])
    dossier.attach(world, subject, "Arbeidsovereenkomst.pdf", pdf)
    take_step(world, subject, "send_contract", BACK_OFFICE)
    return subject


def stop_onboarding(world: World, employee: str) -> int:
    """The candidate does not come after all; gives the onboarding item. Raises Refusal once it is signed."""
    row = onboarding_of(world, employee)
    item = dossier.find(world, row["SubjectId"])
    user = item.submitter if item.task == "sign" else BACK_OFFICE
    take_step(world, row["SubjectId"], "stop", user)
    return int(row["SubjectId"])


def approve(world: World, claim: str) -> str:
    """Approve one claim internally; gives its number. Raises Refusal when it does not wait for that."""
    subject = world.get("Loonbrug_Claims", claim)["SubjectId"]
    take_step(world, subject, "approve_internally", BACK_OFFICE)
    return claim


def approve_all(world: World) -> list[str]:
    """Approve internally whatever the clients approved; gives the claim numbers."""
    waiting = [item.claim for item in world.items.values() if item.task == "internal" and item.claim]
    return [approve(world, claim) for claim in waiting]


def reject(world: World, claim: str, reason: str = "Uren kloppen niet") -> str:
    """Reject a claim that the client approved; gives its number."""
    take_step(world, world.get("Loonbrug_Claims", claim)["SubjectId"], "reject", BACK_OFFICE, reason)
    return claim


def correct(world: World, claim: str, quantities: dict[str, float] | None = None) -> str:
    """A correction claim; `quantities`: line number (text) -> hours, by default an hour less on the first.

    Gives the new claim number. Raises Refusal when the claim was not processed.
    """
    first = hours.lines_of(world, claim)[0]
    wanted = quantities or {str(first["LineId"]): first["Quantity"] - 1}
    changes = [(int(line), {"Quantity": quantity}) for line, quantity in wanted.items()]
    return corrections.correct(world, claim, changes, BACK_OFFICE)


def process(world: World) -> list[str]:
    """Process every claim that the client and the account manager approved; gives the claim numbers."""
    ready = {"ApprovedExternally": True, "ApprovedInternally": True, "Processed": False}
    return _mark(world, ready, {"Processed": True})


def pay(world: World) -> list[str]:
    """The pay run: only what is approved by both and processed; gives the claim numbers."""
    ready = {"ApprovedExternally": True, "ApprovedInternally": True, "Processed": True, "Paid": False}
    return _mark(world, ready, {"Paid": True, "PaidOn": world.now()})


def change_quantity(world: World, line: int, quantity: float) -> int:
    """Change a line's hours; an external approval of its claim falls away. Gives the line number."""
    hours.change_line(world, line, {"Quantity": quantity})
    return line


def block_contact(world: World, contact: int, *, blocked: bool = True) -> int:
    """Block (or free) a client's contact; gives its number."""
    world.tables.update("Loonbrug_Contacts", (contact,), {"Blocked": blocked, "ChangedOn": world.now()})
    return contact


def change_placement(world: World, placement: str, **columns: Any) -> str:
    """Change a placement's line, e.g. `ClaimContact=22805`; claims that wait for the client move along."""
    changes = columns | {"LineChangedOn": world.now()}
    world.tables.update("Loonbrug_Placements", (placement,), changes)
    for row in world.tables.select("Loonbrug_Claims", {"PlacementId": placement}):
        item = world.items.get(row["SubjectId"])
        if item and item.task == "external" and "ClaimContact" in columns:
            dossier.renew_tasks(world, item)
    return placement


def change_worker(world: World, employee: str, **columns: Any) -> str:
    """Change a worker's own data in Profit, e.g. `MobilePrivate="06-00001234"`; gives the employee number."""
    world.tables.update("Loonbrug_Employees", (employee,), columns | {"PersonChangedOn": world.now()})
    return employee


def lock(world: World, record: str, user: str = "JANSEN") -> str:
    """Open a record in Profit, e.g. 'claim:000000000005.01', so that writes to it are refused."""
    world.lock(record, user)
    return record


def unlock(world: World, record: str) -> str:
    """Close that record again."""
    world.unlock(record)
    return record


def edit_workflow(world: World, workflow: str = "claim") -> str:
    """Edit a workflow ('claim', 'document', 'onboarding'): its GUIDs change."""
    world.edit_workflow(workflow)
    return workflow


def fail_minimum_wage(world: World, placement: str, *, fails: bool = True) -> str:
    """From now on claims of this placement fail the minimum-wage check (or pass it again)."""
    if fails:
        world.below_minimum_wage.add(placement)
    else:
        world.below_minimum_wage.discard(placement)
    return placement


def reprice(world: World, claim: str) -> str:
    """Determine prices again: a claim that failed the minimum-wage check goes on when it passes now."""
    take_step(world, world.get("Loonbrug_Claims", claim)["SubjectId"], "reprice", BACK_OFFICE)
    return claim


def file_document(world: World, subject: int) -> int:
    """Archive a signed document: it is handled then."""
    take_step(world, subject, "handle", BACK_OFFICE)
    return subject


def _mark(world: World, ready: Row, changes: Row) -> list[str]:
    numbers = [str(row["ClaimNumber"]) for row in world.tables.select("Loonbrug_Claims", ready)]
    for number in numbers:
        world.tables.update("Loonbrug_Claims", (number,), changes | {"ChangedOn": world.now()})
    return numbers


def _a_contact(world: World, debtor: str) -> int | None:
    contacts = world.tables.select("Loonbrug_Contacts", {"DebtorId": debtor, "Blocked": False})
    return int(contacts[0]["ContactId"]) if contacts else None
