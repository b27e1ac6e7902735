"""Dossier items of onboarding and hiring, with the task that each one is in."""

from domain.records.people import OnboardingItem
from mappings.pull.fields import (
    flag,
    identity,
    moment,
    optional_moment,
    optional_person_text,
    optional_text,
    whole,
)
from mappings.pull.flow import flow_of
from mappings.pull.rows import RowMapping

ONBOARDING = RowMapping(
    OnboardingItem,
    {
        "subject": ("SubjectId", identity()),
        "subject_type": ("SubjectTypeId", whole()),
        "employee": ("EmployeeId", optional_text(15)),
        "person": ("PersonId", optional_text(15)),
        "placement": ("PlacementId", optional_text(12)),
        "submitted_at": ("SubmittedOn", moment()),
        "workflow_status": ("WorkflowStatus", optional_person_text(80)),
        "workflow_closed": ("WorkflowClosed", flag()),
        "task": ("TaskDescription", optional_person_text(100)),
        "task_entered_at": ("TaskEnteredOn", optional_moment()),
        "attachments": ("AttachmentCount", whole(0)),
        "changed_at": ("ChangedOn", moment()),
    },
)

FLOWS = (flow_of("Loonbrug_Onboarding", ONBOARDING),)
