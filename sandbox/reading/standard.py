"""Three GetConnectors that AFAS delivers, as views over the contract's own connectors.

Columns as in AFAS's OpenAPI documents. `TaskId`, `WorkflowId`, `Workflow` are numbers made from the GUID, the
user's name is the user's code, and the sequence follows the action's description (assumptions: the sandbox
keeps no more than its own connectors show).
"""

import sqlite3
import zlib

from sandbox.contract import Column, Connector

_COLUMNS: dict[str, tuple[str, tuple[tuple[str, str, str, str], ...]]] = {
    "Profit_Subject_Tasks": (
        "Loonbrug_Tasks",
        (
            ("SubjectId", "int", "Dossieritem", "SubjectId"),
            ("WfDescription", "string", "Workflow", "WorkflowDescription"),
            ("TaskDescription", "string", "Taak", "TaskDescription"),
            ("User", "string", "Gebruiker (code)", '"User"'),
            ("UserName", "string", "Gebruiker", '"User"'),
            ("TaskId", "int", "TaskId", "number_of(TaskName)"),
            ("WorkflowId", "int", "WorkflowId", "number_of(WorkflowName)"),
            ("TaskName", "string", "TaskName", "TaskName"),
            ("WorkflowName", "string", "WorkflowName", "WorkflowName"),
        ),
    ),
    "Profit_Workflowactions": (
        "Loonbrug_Actions",
        (
            ("ActionDescription", "string", "Actie", "ActionDescription"),
            (
                "SeqNo",
                "int",
                "Volgnummer",
                "row_number() OVER (PARTITION BY TaskName ORDER BY ActionDescription, ActionName)",
            ),
            ("TaskName", "string", "TaskName", "TaskName"),
            ("WorkflowName", "string", "WorkflowName", "WorkflowName"),
            ("ActionType", "int", "ActionType", "ActionType"),
            (
                "ActionTypeDescription",
                "string",
                "Soort actie",
                "CASE ActionType WHEN 2 THEN 'Delegeren' ELSE 'Afhandelen' END",
            ),
            ("ActionName", "string", "ActionName", "ActionName"),
            ("Workflow", "int", "Workflow", "number_of(WorkflowName)"),
        ),
    ),
    "Profit_Subject_Attachments": (
        "Loonbrug_DocumentFiles",
        (
            ("attachment_id", "int", "Bijlage-id", "AttachmentId"),
            ("subject_id", "int", "Dossieritem", "SubjectId"),
            ("file_id", "string", "Bijlage", "FileId"),
            ("file_name", "string", "Naam", "FileName"),
        ),
    ),
}
_KEYS = {
    "Profit_Subject_Tasks": ("SubjectId", "TaskName", "User"),
    "Profit_Workflowactions": ("ActionName",),
    "Profit_Subject_Attachments": ("attachment_id",),
}
_LENGTHS = {"int": 10, "string": 255}


def _view(name: str) -> Connector:
    fields = tuple(Column(id_, kind, _LENGTHS[kind], label) for id_, kind, label, _ in _COLUMNS[name][1])
    return Connector(name=name, key=_KEYS[name], changed=(), fields=fields)


VIEWS: dict[str, Connector] = {name: _view(name) for name in _COLUMNS}


def create_views(db: sqlite3.Connection) -> None:
    """Make the three views; each ends in a `row_json` column, as the tables do."""
    db.create_function("number_of", 1, _number_of, deterministic=True)
    for name, (source, columns) in _COLUMNS.items():
        selected = ", ".join(f'{expression} AS "{id_}"' for id_, _, _, expression in columns)
        pairs = ", ".join(f"'{id_}', \"{id_}\"" for id_, _, _, _ in columns)
        db.execute(
            f'CREATE VIEW "{name}" AS SELECT *, json_object({pairs}) AS row_json '  # noqa: S608
            f'FROM (SELECT {selected} FROM "{source}")'
        )


def _number_of(guid: str) -> int:
    return 1_000_000 + zlib.crc32(guid.encode()) % 1_000_000
