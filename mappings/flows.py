"""The flows in, as data: one per GetConnector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.pull.query import Row
from mappings.pull.rows import RowMapping
from mappings.records import employees, placements
from mappings.records.agreements import AGREEMENTS
from mappings.records.claims import CLAIMS
from mappings.records.clients import CLIENTS
from mappings.records.contacts import CONTACTS
from mappings.records.documents import DOCUMENT_FILES, DOCUMENTS
from mappings.records.employees import EMPLOYEES
from mappings.records.hours import DELETED_HOURS, HOURS
from mappings.records.invoices import INVOICES
from mappings.records.onboarding import ONBOARDING
from mappings.records.placements import PLACEMENTS
from mappings.records.workflow import ACTIONS, TASKS

MOST_CELLS = 150_000
"""Columns times rows of one call must stay below this (AFAS: get-connector.md)."""
MOST_ROWS = 5_000


class ChangeDetection(StrEnum):
    """How a poll learns what is new."""

    CHANGES = "changes"
    """By the newest changed-on."""
    GROWING_KEY = "growing-key"
    """By the highest key: rows are added, never changed."""
    SNAPSHOT = "snapshot"
    """Small and without changed-on: everything, every time."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow in. ``key`` and ``changed`` are columns, as this environment names them.

    ``wide_is_full``: what disappears matters within the hour, so the wide poll reads everything.
    ``may_shrink``: many rows gone at once, or none left, is a normal answer and not an outage.
    """

    name: str
    connector: str
    key: tuple[str, ...]
    changed: tuple[str, ...]
    mapping: RowMapping[Any]
    watch: ChangeDetection = ChangeDetection.CHANGES
    wide_is_full: bool = False
    may_shrink: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that must be there."""
        return tuple(dict.fromkeys((*self.key, *self.mapping.columns, *self.changed)))

    @property
    def take(self) -> int:
        """Rows per call: a connector has our columns, perhaps a few more."""
        return min(MOST_ROWS, (MOST_CELLS - 1) // (len(self.columns) + 2))

    def key_of(self, row: Row) -> str:
        """The key of a raw row as one text; empty when a part is missing."""
        parts = [row.get(column) for column in self.key]
        return "" if any(part is None or part == "" for part in parts) else "|".join(map(str, parts))

    def named(self, names: Mapping[str, str]) -> Flow:
        """This flow in an environment with other column names (ours -> theirs)."""
        mapping = self.mapping.named(names)
        return Flow(
            self.name,
            self.connector,
            tuple(map(mapping.theirs, self.key)),
            tuple(map(mapping.theirs, self.changed)),
            mapping,
            self.watch,
            self.wide_is_full,
            self.may_shrink,
        )


_CHANGED = ("ChangedOn",)

FLOWS: Mapping[str, Flow] = {
    flow.name: flow
    for flow in (
        Flow("employees", "Loonbrug_Employees", ("EmployeeId",), employees.CHANGED, EMPLOYEES),
        Flow("onboarding", "Loonbrug_Onboarding", ("SubjectId",), _CHANGED, ONBOARDING),
        Flow("clients", "Loonbrug_Clients", ("DebtorId",), _CHANGED, CLIENTS),
        Flow("contacts", "Loonbrug_Contacts", ("ContactId",), _CHANGED, CONTACTS),
        Flow("agreements", "Loonbrug_Agreements", ("AgreementId",), _CHANGED, AGREEMENTS),
        Flow("placements", "Loonbrug_Placements", ("PlacementId",), placements.CHANGED, PLACEMENTS),
        Flow("hours", "Loonbrug_Hours", ("LineId",), _CHANGED, HOURS),
        Flow(
            "deleted-hours",
            "Loonbrug_DeletedHours",
            ("LineId",),
            ("DeletedOn",),
            DELETED_HOURS,
            may_shrink=True,
        ),
        Flow("claims", "Loonbrug_Claims", ("ClaimNumber",), _CHANGED, CLAIMS),
        Flow("documents", "Loonbrug_Documents", ("SubjectId",), _CHANGED, DOCUMENTS),
        Flow(
            "document-files",
            "Loonbrug_DocumentFiles",
            ("AttachmentId",),
            (),
            DOCUMENT_FILES,
            ChangeDetection.GROWING_KEY,
        ),
        Flow(
            "tasks",
            "Loonbrug_Tasks",
            ("SubjectId", "TaskName", "User"),
            ("EnteredOn",),
            TASKS,
            wide_is_full=True,
            may_shrink=True,
        ),
        Flow(
            "actions",
            "Loonbrug_Actions",
            ("ActionName",),
            (),
            ACTIONS,
            ChangeDetection.SNAPSHOT,
            wide_is_full=True,
        ),
        Flow("invoices", "Loonbrug_Invoices", ("InvoiceNumber",), _CHANGED, INVOICES),
    )
}
