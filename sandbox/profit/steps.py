"""Executing a workflow action on a dossier item: who may, and what it does."""

from collections.abc import Callable

from sandbox.errors import NOT_EXISTING, Refusal
from sandbox.profit import claims, dossier
from sandbox.profit.executors import contact_of, executors_of
from sandbox.profit.workflow import ALL, WorkflowAction, WorkflowTask
from sandbox.profit.world import Item, World


def take_step(world: World, subject: int, action: str, user: str, comment: str | None = None) -> None:
    """Execute an action (by its key) of the task in which the item stands.

    Raises Refusal when the item is locked, the task has no such action, or the user does not execute it.
    """
    with world.change():
        item, task = _standing(world, subject)
        known = next((each for each in task.actions if each.key == action), None)
        if known is None:
            raise _not_existing("Actie", "Action")
        if user not in executors_of(world, item, task):
            raise Refusal("U bent geen uitvoerder van deze taak.", "You are not an executor of this task.")
        _EFFECTS.get(known.key, _just_move)(world, item, known, user, comment)
        world.tell(
            "workflow.action.executed",
            SubjectTypeId=item.type_id,
            SubjectId=subject,
            WorkflowName=world.workflows.guid(item.workflow or ""),
            ActionName=world.workflows.guid(item.workflow or "", task.key, known.key),
        )


def action_key(world: World, subject: int, workflow: str, task: str, action: str) -> str:
    """The key of an action from the three GUIDs of the environment.

    Raises Refusal when the item is in another workflow or task than named, or the action is not of that task.
    """
    item, standing = _standing(world, subject)
    key = item.workflow or ""
    if workflow.upper() != world.workflows.guid(key):
        raise _not_existing("Workflow", "Workflow")
    known = {world.workflows.guid(key, each.key): each for each in ALL[key].tasks}
    if task.upper() not in known:
        raise _not_existing("Taak", "Task")
    named = known[task.upper()]
    if named is not standing:
        raise Refusal(
            f"Het dossieritem staat niet in de taak '{named.description}'.",
            f"The dossier item is not in task '{named.description}'.",
        )
    for each in standing.actions:
        if action.upper() == world.workflows.guid(key, standing.key, each.key):
            return each.key
    raise _not_existing("Actie", "Action")


def _standing(world: World, subject: int) -> tuple[Item, WorkflowTask]:
    item = dossier.find(world, subject)
    world.refuse_locked(f"item:{subject}")
    task = dossier.task_of(item)
    if task is None:
        raise Refusal(
            "Het dossieritem heeft geen workflow.",
            "The dossier item has no workflow.",
        )
    return item, task


def _just_move(world: World, item: Item, action: WorkflowAction, user: str, comment: str | None) -> None:
    if action.key in ("sign_off", "lapse"):
        world.count("sign_offs" if action.key == "sign_off" else "lapsed", f"{item.subject}#{item.round}")
    dossier.note(world, item.subject, user, action.key, comment)
    dossier.move(world, item, action.to)


def _delegate(world: World, item: Item, action: WorkflowAction, user: str, comment: str | None) -> None:
    dossier.note(world, item.subject, user, action.key, comment)


def _approve_externally(
    world: World, item: Item, _action: WorkflowAction, user: str, comment: str | None
) -> None:
    claims.approve_externally(world, item.claim or "", contact_of(user), user, comment=comment)


def _claim_effect(
    effect: Callable[..., None],
) -> Callable[[World, Item, WorkflowAction, str, str | None], None]:
    def apply(world: World, item: Item, _action: WorkflowAction, user: str, comment: str | None) -> None:
        effect(world, item.claim or "", user, comment=comment)

    return apply


def _not_existing(dutch: str, english: str) -> Refusal:
    return Refusal(
        f"De ingevulde waarde bij '{dutch}' bestaat niet.",
        f"The entered value for '{english}' does not exist.",
        NOT_EXISTING,
    )


_EFFECTS: dict[str, Callable[[World, Item, WorkflowAction, str, str | None], None]] = {
    "approve_externally": _approve_externally,
    "approve_internally": _claim_effect(claims.approve_internally),
    "reject": _claim_effect(claims.reject),
    "resubmit": _claim_effect(claims.resubmit),
    "reprice": _claim_effect(claims.reprice),
    "delegate": _delegate,
}
