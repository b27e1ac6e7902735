"""Documents that a client sees or signs (dossier items), and their files."""

from domain.records.documents import Document, DocumentFile, DocumentKind
from mappings.pull.fields import (
    code,
    flag,
    identity,
    moment,
    optional_identity,
    optional_text,
    person_text,
    text,
    whole,
)
from mappings.pull.flow import ChangeDetection, flow_of
from mappings.pull.rows import RowMapping

KINDS = {kind.value: kind for kind in DocumentKind}

DOCUMENTS = RowMapping(
    Document,
    {
        "subject": ("SubjectId", identity()),
        "subject_type": ("SubjectTypeId", whole()),
        "kind": ("Kind", code(KINDS)),
        "title": ("Subject", person_text(255)),
        "client": ("DebtorId", optional_text(16)),
        "agreement": ("AgreementId", optional_text(15)),
        "placement": ("PlacementId", optional_text(12)),
        "employee": ("EmployeeId", optional_text(15)),
        "contact": ("ContactId", optional_identity()),
        "submitted_at": ("SubmittedOn", moment()),
        "workflow_status": ("WorkflowStatus", optional_text(80)),
        "workflow_closed": ("WorkflowClosed", flag()),
        "changed_at": ("ChangedOn", moment()),
    },
)

DOCUMENT_FILES = RowMapping(
    DocumentFile,
    {
        "attachment": ("AttachmentId", identity()),
        "subject": ("SubjectId", identity()),
        "file_id": ("FileId", text(32)),
        "name": ("FileName", person_text(255)),
    },
)

FLOWS = (
    flow_of("Loonbrug_Documents", DOCUMENTS),
    flow_of("Loonbrug_DocumentFiles", DOCUMENT_FILES, watch=ChangeDetection.GROWING_KEY),
)
