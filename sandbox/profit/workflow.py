"""The workflows of dossier items: their tasks, who executes them, and the actions that lead on.

The claim workflow is AFAS's delivered one (type -104) in its words (AFAS: 108105.htm).
The document and onboarding workflows are a customer's own: names are ours.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.contract import Row

TO_JUDGE = "Ter beoordeling"
FAILS_MINIMUM_WAGE = "Voldoet niet aan minimumlooncontrole"
APPROVED_EXTERNALLY = "Goedgekeurd extern"
APPROVED = "Goedgekeurd"
REJECTED = "Afgekeurd"

APPROVE_EXTERNALLY = "Goedkeuren extern declaratie nacalculatie"
APPROVE_INTERNALLY = "Goedkeuren intern declaratie nacalculatie"
REJECT = "Afkeuren declaratie nacalculatie"
RESUBMIT = "Opnieuw insturen declaratie nacalculatie"
REPRICE = "Prijzen opnieuw bepalen"
SIGN_OFF = "Ondertekend door klant"
LAPSE = "Vervallen"

TO_SIGN = "Ter ondertekening"
SIGNED = "Getekend"
HANDLED = "Afgehandeld"
LAPSED = "Vervallen"

DATA_TASK = "Gegevens aanleveren"
CONTRACT_TASK = "Arbeidsovereenkomst opstellen"
SIGN_TASK = "Ondertekenen in Pocket"
FINISHED = "Afgerond"
STOPPED = "Afgebroken"


@dataclass(frozen=True)
class WorkflowAction:
    """One way out of a task. `to`: the key of the task it leads to; `kind`: 1 handles, 2 delegates."""

    key: str
    description: str
    to: str
    kind: int = 1


@dataclass(frozen=True)
class WorkflowTask:
    """A place where an item can stand. `roles` execute it; without actions the workflow is over."""

    key: str
    description: str
    status: str
    roles: tuple[str, ...] = ()
    actions: tuple[WorkflowAction, ...] = ()

    @property
    def closed(self) -> bool:
        """Nothing can be done here any more."""
        return not self.actions


@dataclass(frozen=True)
class Workflow:
    """`first` tells the key of the task in which an item starts."""

    key: str
    description: str
    first: str
    tasks: tuple[WorkflowTask, ...]

    def task(self, key: str) -> WorkflowTask:
        """The task of that key. Raises KeyError."""
        for task in self.tasks:
            if task.key == key:
                return task
        raise KeyError(f"{self.key} has no task {key}")


_REJECT = WorkflowAction("reject", REJECT, "adjust")
_REPRICE = WorkflowAction("reprice", REPRICE, "external")  # or back to where it stood: see claims.reprice

CLAIM = Workflow(
    key="claim",
    description="Declaratie nacalculatie",
    first="external",
    tasks=(
        WorkflowTask(
            "wage", "Controleren minimumloon", FAILS_MINIMUM_WAGE, ("back_office",), (_REPRICE, _REJECT)
        ),
        WorkflowTask(
            key="external",
            description="Beoordelen extern",
            status=TO_JUDGE,
            roles=("contact", "connector"),
            actions=(
                WorkflowAction("approve_externally", APPROVE_EXTERNALLY, "internal"),
                _REJECT,
                WorkflowAction("delegate", "Delegeren", "external", kind=2),
            ),
        ),
        WorkflowTask(
            key="internal",
            description="Beoordelen intern",
            status=APPROVED_EXTERNALLY,
            roles=("manager", "back_office"),
            actions=(WorkflowAction("approve_internally", APPROVE_INTERNALLY, "done"), _REJECT, _REPRICE),
        ),
        WorkflowTask(
            key="adjust",
            description="Aanpassen",
            status=REJECTED,
            roles=("submitter", "back_office"),
            actions=(WorkflowAction("resubmit", RESUBMIT, "external"),),
        ),
        WorkflowTask("done", "Verwerken", APPROVED),
    ),
)

DOCUMENT = Workflow(
    key="document",
    description="Document ter ondertekening",
    first="sign",
    tasks=(
        WorkflowTask(
            key="sign",
            description="Ondertekenen door klant",
            status=TO_SIGN,
            roles=("contact", "connector"),
            actions=(WorkflowAction("sign_off", SIGN_OFF, "file"), WorkflowAction("lapse", LAPSE, "lapsed")),
        ),
        WorkflowTask(
            key="file",
            description="Getekend document archiveren",
            status=SIGNED,
            roles=("back_office",),
            actions=(WorkflowAction("handle", "Afhandelen", "handled"),),
        ),
        WorkflowTask("handled", "Afgehandeld", HANDLED),
        WorkflowTask("lapsed", "Vervallen", LAPSED),
    ),
)

ONBOARDING = Workflow(
    key="onboarding",
    description="Onboarden",
    first="data",
    tasks=(
        WorkflowTask(
            key="data",
            description=DATA_TASK,
            status="Gegevens opgevraagd",
            roles=("submitter", "back_office"),
            actions=(
                WorkflowAction("send_data", "Gegevens aangeleverd", "contract"),
                WorkflowAction("stop", "Afbreken", "stopped"),
            ),
        ),
        WorkflowTask(
            key="contract",
            description=CONTRACT_TASK,
            status="In behandeling",
            roles=("back_office",),
            actions=(
                WorkflowAction("send_contract", "Versturen ter ondertekening", "sign"),
                WorkflowAction("stop", "Afbreken", "stopped"),
            ),
        ),
        WorkflowTask(
            key="sign",
            description=SIGN_TASK,
            status=TO_SIGN,
            roles=("submitter",),
            actions=(
                WorkflowAction("sign", "Ondertekenen", "done"),
                WorkflowAction("stop", "Afbreken", "stopped"),
            ),
        ),
        WorkflowTask("done", "Afgerond", FINISHED),
        WorkflowTask("stopped", "Afgebroken", STOPPED),
    ),
)

ALL = {workflow.key: workflow for workflow in (CLAIM, DOCUMENT, ONBOARDING)}


class Workflows:
    """The workflows under the GUIDs of one environment: made of the seed, and new ones after every edit."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._edits = dict.fromkeys(ALL, 0)

    def guid(self, workflow: str, task: str = "", action: str = "") -> str:
        """32 hex characters in capitals of a workflow, of a task of it, or of an action of that task."""
        name = f"{self._seed}/{workflow}/{self._edits[workflow]}/{task}/{action}"
        return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest().upper()

    def action_rows(self, only: str | None = None) -> list[Row]:
        """The rows of Loonbrug_Actions, of all workflows or of one."""
        return [row for key in ALL if only in (None, key) for row in self._action_rows(key)]

    def edit(self, workflow: str) -> dict[str, str]:
        """Edit a workflow; gives the old GUID -> the new GUID of each task."""
        tasks = ALL[workflow].tasks
        before = [self.guid(workflow, task.key) for task in tasks]
        self._edits[workflow] += 1
        return dict(zip(before, (self.guid(workflow, task.key) for task in tasks), strict=True))

    def _action_rows(self, workflow: str) -> Iterator[Row]:
        for task in ALL[workflow].tasks:
            for action in task.actions:
                yield {
                    "WorkflowName": self.guid(workflow),
                    "TaskName": self.guid(workflow, task.key),
                    "ActionName": self.guid(workflow, task.key, action.key),
                    "ActionDescription": action.description,
                    "ActionType": action.kind,
                }
