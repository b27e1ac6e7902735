"""The catalogue of records: one row for each type of record that we keep of AFAS, and what depends on it.

Who stores, encrypts, erases, removes, compares or names records asks here, and knows none by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import get_type_hints

from domain.records.clients import Agreement, Client, Contact, Invoice, Placement
from domain.records.documents import Action, Document, DocumentFile, Task
from domain.records.hours import Claim, DeletedLine, HourLine
from domain.records.leave import Leave
from domain.records.people import Employee, OnboardingItem
from domain.records.record import Record

ERASED = "(erased)"
"""What stands where somebody's text was and a text must be."""


@dataclass(frozen=True)
class Weekly:
    """How records are summed per client and week: the field with their day, what must never be wrong."""

    day: str
    amount: str
    flags: tuple[str, ...]


@dataclass(frozen=True)
class RecordType:
    """One type of record: ``flow`` brings it, ``table`` keeps it, with columns named like its fields.

    ``noun`` is what one of them is called in subjects (``line:501``), and its name among people's words.
    ``key``: the fields that name one, beside the environment.
    ``sealed``: fields that are encrypted at the edge of the store. ``person``: the field with the number of
    whom it is about, named like the kind of person; ``blanked``: what is emptied when that one is erased.
    ``kept``: the setting of retention that says for how long, since AFAS showed it last.
    ``pay`` depends on what it says.
    ``compared``: all of it is compared with AFAS at night; ``weekly``: week by week instead, every hour.
    """

    record: type[Record]
    flow: str
    table: str
    noun: str
    key: tuple[str, ...]
    sealed: tuple[str, ...] = ()
    person: str | None = None
    blanked: tuple[str, ...] = ()
    kept: str = "withdrawn"
    pay: bool = False
    compared: bool = False
    weekly: Weekly | None = None

    @cached_property
    def blank(self) -> Mapping[str, str | None]:
        """What the fields of an erased person hold instead."""
        hints = get_type_hints(self.record)
        return {name: ERASED if hints[name] is str else None for name in self.blanked}

    @property
    def summed(self) -> Weekly:
        """How it is summed. Raises TypeError for a type that is not compared week by week."""
        if self.weekly is None:
            raise TypeError(f"{self.noun}: not compared week by week")
        return self.weekly

    @property
    def is_person(self) -> bool:
        """Whether one of them is a person, and not only about one."""
        return self.key == (self.person,)

    @cached_property
    def numbered(self) -> bool:
        """Whether its key is one whole number; the others' are texts."""
        return len(self.key) == 1 and get_type_hints(self.record)[self.key[0]] is int


_OF_A_CONTACT = ("email", "mobile", "mobile_private")
_OF_A_WORKER = ("work_email", "private_email", "mobile_work", "mobile_private")

CATALOGUE: tuple[RecordType, ...] = (
    # record, flow, table, noun, key
    RecordType(
        Employee,
        "employees",
        "employee",
        "employee",
        ("employee",),
        sealed=_OF_A_WORKER,
        person="employee",
        blanked=("initials", "first_name", "prefix", "last_name", *_OF_A_WORKER),
        pay=True,
        compared=True,
    ),
    RecordType(OnboardingItem, "onboarding", "onboarding_item", "onboarding-item", ("subject",)),
    RecordType(
        Client,
        "clients",
        "client",
        "client",
        ("client",),
        sealed=("email", "phone"),  # many a client is one person
        compared=True,
    ),
    RecordType(
        Contact,
        "contacts",
        "contact",
        "contact",
        ("contact",),
        sealed=_OF_A_CONTACT,
        person="contact",
        blanked=("name", "job_title", *_OF_A_CONTACT),
        compared=True,
    ),
    RecordType(Agreement, "agreements", "agreement", "agreement", ("agreement",), compared=True),
    RecordType(Placement, "placements", "placement", "placement", ("placement",), pay=True, compared=True),
    RecordType(
        HourLine,
        "hours",
        "hour_line",
        "line",
        ("line",),
        pay=True,
        weekly=Weekly("date", "quantity", ("approved_externally",)),
    ),
    # Goes as its line does: by then the line was withdrawn for as long, and nothing brings it back.
    RecordType(DeletedLine, "deleted-hours", "deleted_line", "deleted-line", ("line",), pay=True),
    RecordType(
        Claim,
        "claims",
        "claim",
        "claim",
        ("claim",),
        pay=True,
        weekly=Weekly("period_start", "total_hours", ("approved_externally", "processed", "paid")),
    ),
    RecordType(Document, "documents", "document", "document", ("subject",)),
    RecordType(DocumentFile, "document-files", "document_file", "document-file", ("attachment",)),
    RecordType(Task, "tasks", "task", "task", ("subject", "task", "executor")),
    RecordType(Action, "actions", "action", "action", ("action",)),
    RecordType(Invoice, "invoices", "invoice", "invoice", ("invoice",), compared=True),
    RecordType(
        Leave,
        "leave",
        "leave",
        "leave",
        ("leave",),
        person="employee",
        blanked=("leave_type",),
        compared=True,
    ),
)
"""In the order in which flows are shown."""

_BY_RECORD: Mapping[type[Record], RecordType] = {each.record: each for each in CATALOGUE}
_BY_FLOW: Mapping[str, RecordType] = {each.flow: each for each in CATALOGUE}


def of(record: type[Record]) -> RecordType:
    """The row of a type of record. Raises KeyError when it is none that we keep."""
    return _BY_RECORD[record]


def brought_by(flow: str) -> RecordType:
    """The row of what a flow brings. Raises KeyError when there is no such flow."""
    return _BY_FLOW[flow]
