"""Workflow tasks and the actions that can be done in them. Their GUIDs change when a workflow is edited."""

from domain.records.documents import Action, Task
from mappings.pull.fields import identity, moment, optional_text, text, whole
from mappings.pull.flow import ChangeDetection, flow_of
from mappings.pull.rows import RowMapping
from mappings.records.claims import CLAIM_NUMBER

TASKS = RowMapping(
    Task,
    {
        "subject": ("SubjectId", identity()),
        "subject_type": ("SubjectTypeId", whole()),
        "claim": ("ClaimNumber", optional_text(16, pattern=CLAIM_NUMBER + "|^$")),
        "workflow": ("WorkflowName", text(32)),
        "workflow_description": ("WorkflowDescription", text(100)),
        "task": ("TaskName", text(32)),
        "task_description": ("TaskDescription", text(100)),
        "executor": ("User", text(80)),
        "entered_at": ("EnteredOn", moment()),
    },
)

ACTIONS = RowMapping(
    Action,
    {
        "workflow": ("WorkflowName", text(32)),
        "task": ("TaskName", text(32)),
        "action": ("ActionName", text(32)),
        "description": ("ActionDescription", text(100)),
        "action_type": ("ActionType", whole()),
    },
)

FLOWS = (
    flow_of("Loonbrug_Tasks", TASKS, every=30.0, wide_is_full=True, may_shrink=True),
    flow_of("Loonbrug_Actions", ACTIONS, every=900.0, watch=ChangeDetection.SNAPSHOT, wide_is_full=True),
)
