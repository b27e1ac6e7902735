"""Dossier items: making them, moving them through their workflow, and their files and reactions."""

import hashlib
import mimetypes
from dataclasses import dataclass, replace

from sandbox.contract import Row
from sandbox.errors import NOT_EXISTING, Refusal
from sandbox.profit.executors import BACK_OFFICE, executors_of
from sandbox.profit.workflow import ALL, WorkflowTask
from sandbox.profit.world import Item, Step, World


@dataclass(frozen=True)
class ItemType:
    """A dossier item type; negative numbers are AFAS's own, positive the customer's.

    `shown_in`: the GetConnector with a row per item; `kind`: its constant column there; `destinations`: the
    `SfTp` codes it may be linked to.
    """

    number: int
    description: str
    shown_in: str
    workflow: str | None = None
    kind: str = ""
    destinations: tuple[str, ...] = ()


CLAIM_TYPE = -104  # AFAS: Pro_Flx_Config_HrsInv.htm, "Declaratie nacalculatie (Profit)"
HIRING_TYPE = -15  # AFAS: Crm_SignSr_Config.htm, hiring
AGREEMENT_TYPE, CONFIRMATION_TYPE, DOCUMENT_TYPE, QUESTION_TYPE, INVOICE_TYPE = 40, 41, 42, 19, 44
_RELATION = ("1", "2", "3", "4")
_DOCUMENTS = "Loonbrug_Documents"

TYPES = {
    type_.number: type_
    for type_ in (
        ItemType(CLAIM_TYPE, "Declaratie nacalculatie (Profit)", "Loonbrug_Claims", "claim"),
        ItemType(HIRING_TYPE, "In dienst melden (Profit)", "Loonbrug_Onboarding", "onboarding"),
        ItemType(
            AGREEMENT_TYPE, "Klantovereenkomst", _DOCUMENTS, "document", "customer-agreement", _RELATION
        ),
        ItemType(
            CONFIRMATION_TYPE, "Opdrachtbevestiging", _DOCUMENTS, "document", "order-confirmation", _RELATION
        ),
        ItemType(DOCUMENT_TYPE, "Document klant", _DOCUMENTS, "document", "document", _RELATION),
        ItemType(QUESTION_TYPE, "Vraag klant", _DOCUMENTS, None, "document", ("1", "3", "4")),
        ItemType(INVOICE_TYPE, "Verkoopfactuur", _DOCUMENTS, None, "document", ("3", "4")),
    )
}


def find(world: World, subject: int) -> Item:
    """The item; a claim made in bulk gets its item here. Raises Refusal when there is none."""
    if subject in world.items:
        return world.items[subject]
    claims = world.tables.select("Loonbrug_Claims", {"SubjectId": subject})
    if not claims:
        raise Refusal(
            "De ingevulde waarde bij 'Dossieritem' bestaat niet.",
            "The entered value for 'Dossier item' does not exist.",
            NOT_EXISTING,
        )
    return Item(subject, CLAIM_TYPE, "claim", "done", BACK_OFFICE, claims[0]["ClaimNumber"])


def add_item(world: World, type_id: int, submitter: str, claim: str | None = None) -> Item:
    """A new item that stands in no task yet; its row is the caller's to insert."""
    item = Item(world.next("subject"), type_id, TYPES[type_id].workflow, None, submitter, claim)
    world.put(world.items, item.subject, item)
    world.put(world.history, item.subject, ())
    world.tell("subject.created", SubjectTypeId=type_id, SubjectId=item.subject)
    return item


def task_of(item: Item) -> WorkflowTask | None:
    """The task in which the item stands, or None outside a workflow."""
    return ALL[item.workflow].task(item.task) if item.workflow and item.task else None


def move(world: World, item: Item, task_key: str) -> Item:
    """Bring an item into a task: the tasks and the status that the GetConnectors show follow."""
    task = ALL[_workflow(item)].task(task_key)
    _leave(world, item.subject)
    again = task_key == ALL[_workflow(item)].first and item.task is not None
    moved = replace(item, task=task_key, round=item.round + again)
    world.put(world.items, item.subject, moved)
    if not task.closed:
        _enter(world, moved, task)
    _show(world, moved, task)
    return moved


def renew_tasks(world: World, item: Item) -> None:
    """Who executes the item's task changed: its rows in the task lists follow."""
    task = task_of(item)
    if task is not None:
        _leave(world, item.subject)
        _enter(world, item, task)


def note(world: World, subject: int, user: str, action: str, comment: str | None = None) -> None:
    """Add a line to the item's history."""
    step = Step(world.now(), user, action, comment)
    world.put(world.history, subject, (*world.history.get(subject, ()), step))


def attach(world: World, subject: int, name: str, content: bytes) -> str:
    """Add a file to an item; gives its file id. Names may repeat (AFAS: howto-bijlage-dossier.md)."""
    item = find(world, subject)
    number = world.next("attachment")
    file_id = _file_id(world, number)
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    world.put(world.files, (subject, file_id), (name, mime, content))
    if TYPES[item.type_id].shown_in == "Loonbrug_Onboarding":
        row = world.get("Loonbrug_Onboarding", subject)
        changes = {"AttachmentCount": row["AttachmentCount"] + 1, "ChangedOn": world.now()}
        world.tables.update("Loonbrug_Onboarding", (subject,), changes)
    elif TYPES[item.type_id].shown_in == _DOCUMENTS:
        file = {"AttachmentId": number, "SubjectId": subject, "FileId": file_id, "FileName": name}
        world.tables.insert("Loonbrug_DocumentFiles", file)
        world.tables.update(_DOCUMENTS, (subject,), {"ChangedOn": world.now()})
    world.tell("subject.updated", SubjectTypeId=item.type_id, SubjectId=subject)
    return file_id


def react(world: World, subject: int, user: str, text: str) -> int:
    """Add a reaction to an item; gives its number."""
    item = find(world, subject)
    number = world.next("reaction")
    world.put(world.reactions, number, (subject, user, text))
    world.tell("subject.reaction.created", SubjectTypeId=item.type_id, SubjectId=subject, ReactionId=number)
    return number


def keep_reaction_file(world: World, subject: int, name: str, content: bytes) -> str:
    """A file of a reaction: it can be fetched, but is no attachment of the item itself."""
    file_id = _file_id(world, world.next("attachment"))
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    world.put(world.files, (subject, file_id), (name, mime, content))
    return file_id


def _file_id(world: World, number: int) -> str:
    return hashlib.md5(f"{world.seed}/file/{number}".encode(), usedforsecurity=False).hexdigest().upper()


def _workflow(item: Item) -> str:
    if item.workflow is None:
        raise ValueError(f"dossier item {item.subject} has no workflow")
    return item.workflow


def _leave(world: World, subject: int) -> None:
    for row in world.tables.select("Loonbrug_Tasks", {"SubjectId": subject}):
        world.tables.delete("Loonbrug_Tasks", (subject, row["TaskName"], row["User"]))


def _enter(world: World, item: Item, task: WorkflowTask) -> None:
    workflow = _workflow(item)
    names = {
        "SubjectId": item.subject,
        "SubjectTypeId": item.type_id,
        "ClaimNumber": item.claim,
        "WorkflowName": world.workflows.guid(workflow),
        "WorkflowDescription": ALL[workflow].description,
        "TaskName": world.workflows.guid(workflow, task.key),
        "TaskDescription": task.description,
        "EnteredOn": world.now(),
    }
    users = executors_of(world, item, task)
    world.tables.insert_many("Loonbrug_Tasks", [names | {"User": user} for user in users])
    world.tell(
        "workflow.task.entered",
        SubjectTypeId=item.type_id,
        SubjectId=item.subject,
        WorkflowName=names["WorkflowName"],
        TaskName=names["TaskName"],
    )


def _show(world: World, item: Item, task: WorkflowTask) -> None:
    changes: Row = {"WorkflowStatus": task.status, "ChangedOn": world.now()}
    if item.claim:
        world.tables.update("Loonbrug_Claims", (item.claim,), changes)
        return
    changes["WorkflowClosed"] = task.closed
    shown_in = TYPES[item.type_id].shown_in
    if shown_in == "Loonbrug_Onboarding":
        changes |= {"TaskDescription": None if task.closed else task.description}
        changes |= {"TaskEnteredOn": None if task.closed else world.now()}
    world.tables.update(shown_in, (item.subject,), changes)
