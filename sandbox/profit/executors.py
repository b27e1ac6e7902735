"""Who executes a workflow task: the roles of a task as users of this environment."""

from sandbox.contract import Row
from sandbox.profit.workflow import WorkflowTask
from sandbox.profit.world import Item, World

BACK_OFFICE = "41000.BACKOFFICE"


def outsite_user(contact: int) -> str:
    """The OutSite user of a client's contact."""
    return f"OUTSITE.{contact}"


def contact_of(user: str) -> int | None:
    """The contact behind an OutSite user, or None for any other user."""
    return int(user.removeprefix("OUTSITE.")) if user.startswith("OUTSITE.") else None


def pocket_user(employee: str) -> str:
    """The Pocket user of a worker."""
    return f"POCKET.{employee}"


def executors_of(world: World, item: Item, task: WorkflowTask) -> list[str]:
    """The users who have the item in their task list; without any, the back office has it."""
    row = _row_of(world, item)
    users = [user for role in task.roles for user in _users(world, item, row, role)]
    return list(dict.fromkeys(users)) or [BACK_OFFICE]


def _users(world: World, item: Item, row: Row, role: str) -> list[str]:
    contact, manager = row.get("Contact"), row.get("Manager")
    everyone = {
        "contact": [outsite_user(contact)] if contact else [],
        "connector": [world.switches.connector_user] if world.switches.connector_is_executor else [],
        "manager": [f"41000.{manager}"] if manager else [],
        "back_office": [BACK_OFFICE],
        "submitter": [item.submitter],
    }
    return everyone[role]


def _row_of(world: World, item: Item) -> Row:
    if item.claim:
        placement = world.get("Loonbrug_Placements", world.get("Loonbrug_Claims", item.claim)["PlacementId"])
        return {"Contact": placement["ClaimContact"], "Manager": placement["AccountManager"]}
    document = world.tables.get("Loonbrug_Documents", (item.subject,))
    return {"Contact": document["ContactId"]} if document else {}
