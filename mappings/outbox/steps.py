"""Workflow steps (*workflowacties*): found by their descriptions, since their GUIDs change with every edit.

A step is a ``POST KnSubjectWorkflowReaction`` (outer object ``KnWorkflow``) with the GUIDs of workflow, task
and action; the connector's user must be an executor of the task (AFAS: howto-workflow-acties.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.message import Message
from domain.outbox.afas_call import Call
from domain.outbox.update import Update
from domain.outbox.verdicts import Seen, Sight
from domain.pull.afas_clock import same_repeated_hour
from domain.pull.query import Row
from mappings.afas_time import to_utc, wall_clock
from mappings.outbox.outgoing import Look, Material, Unsendable, element, text_of
from mappings.pull.rows import readable

_TASK_KEY = ("SubjectId", "TaskName", "User")
_OF_TASK = ("SubjectId", "WorkflowName", "TaskName", "EnteredOn")
TASKS_OF_SUBJECT = Look("Loonbrug_Tasks", "SubjectId", _TASK_KEY, _OF_TASK)
TASKS_OF_CLAIM = Look("Loonbrug_Tasks", "ClaimNumber", _TASK_KEY, ("ClaimNumber", *_OF_TASK))
ACTIONS = Look(
    "Loonbrug_Actions", "ActionName", ("ActionName",), ("ActionName", "TaskName", "ActionDescription")
)
TASKS = "Loonbrug_Tasks"
SEEN_UNTIL = "seen_until"
"""Under this name the look before sending remembers AFAS's own time up to which it saw the item's life."""


def step(material: Material, description: str, comment: str) -> Call:
    """Execute the action of that description in the task where the item stands. Raises Unsendable."""
    tasks = material.found.get(TASKS, ())
    for task in tasks:
        action = _action(material.actions, task, description)
        if action:
            return _reaction(task, action, comment)
    raise _nothing_fits(tasks, material.actions, description)


def entered_on(tasks: Sequence[Row]) -> str:
    """Since when the item stands in its task, as AFAS spells it; empty when it stands in none."""
    return max((text_of(task, "EnteredOn") for task in tasks), default="")


def came_back(update: Update, tasks: Sequence[Row]) -> bool:
    """The item entered a task after our first look, so it had left the one in which we found it.

    Both times are AFAS's own, so no clock of ours matters. In an update that was sent it means that the step
    was taken, and that somebody sent the item round again.
    """
    return moved_on(update, entered_on(tasks))


def moved_on(update: Update, now: str) -> bool:
    """Whether AFAS's own time in ``now`` lies behind what the look before the first send had seen."""
    known, shown = readable(update.evidence.get(SEEN_UNTIL)), readable(now)
    return bool(update.doubt and known and shown and wall_clock(shown) > wall_clock(known))


def cannot_be_told(update: Update, now: str) -> Seen | None:
    """A sight of nothing, where both times lie in the hour that comes twice: the earlier may be the later.

    A person must look then: what was sent once is not sent again on a guess (G10).
    """
    known = update.evidence.get(SEEN_UNTIL)
    if not (update.doubt and known and now) or wall_clock(now) == wall_clock(known):
        return None
    if not same_repeated_hour(to_utc(now), to_utc(known)):
        return None
    return Seen(Sight.ILLEGIBLE, Message("why.hour-that-comes-twice"))


def _action(actions: Sequence[Row], task: Row, description: str) -> str:
    wished = description.casefold()
    for action in actions:
        same_task = text_of(action, "TaskName") == text_of(task, "TaskName")
        if same_task and text_of(action, "ActionDescription").casefold() == wished:
            return text_of(action, "ActionName")
    return ""


def _reaction(task: Row, action: str, comment: str) -> Call:
    fields: dict[str, object] = {
        "SbId": task.get("SubjectId"),
        "WfNm": text_of(task, "WorkflowName"),
        "TkNm": text_of(task, "TaskName"),
        "AcNm": action,
        "Tx": comment,
    }
    return Call("POST", "KnSubjectWorkflowReaction", element("KnWorkflow", fields))


def _nothing_fits(tasks: Sequence[Row], actions: Sequence[Row], description: str) -> Unsendable:
    """A description that no task offers is a wrong setting; one that this task lacks concerns this item."""
    if not any(text_of(each, "ActionDescription").casefold() == description.casefold() for each in actions):
        return Unsendable(Message("why.no-such-action", {"action": description}), everywhere=True)
    if not tasks:
        return Unsendable(Message("why.in-no-task"), for_now=True)
    names = ", ".join(sorted({text_of(task, "TaskDescription") for task in tasks}))
    why = Message("why.task-without-action", {"task": names, "action": description})
    return Unsendable(why, for_now=True)
