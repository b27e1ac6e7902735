"""The memory of the AFAS of ``fake_afas_writes``, and what its people do beside the portal."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.pull.query import Row

EXTERNAL, ADJUST, INTERNAL, SIGN = "EXTERNAL", "ADJUST", "INTERNAL", "SIGN"
NOT_APPROVED: Row = {"ApprovedExternally": False, "ApprovedExternallyBy": None, "ApprovedExternallyOn": None}


@dataclass
class FakeOffice:
    """Claims with lines and tasks, documents, contacts and workers, and what people in AFAS do with them."""

    effects: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._now = datetime(2026, 11, 23, 9, 0, 0)  # noqa: DTZ001 - AFAS's wall clock has no zone
        self.claims: dict[str, Row] = {}
        self.lines: dict[int, Row] = {}
        self.tasks: dict[int, str] = {}
        self.entered: dict[int, str] = {}
        self.documents: dict[int, Row] = {}
        self.files: list[Row] = []
        self.contacts: dict[int, Row] = {}
        self.employees: dict[str, Row] = {}

    def tick(self, seconds: int = 60) -> str:
        """Move AFAS's clock; gives its text."""
        with self._lock:
            self._now += timedelta(seconds=seconds)
            return self._now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def add_claim(self, number: str, hours: tuple[float, ...] = (8.0, 8.0)) -> Row:
        """A claim with a line per day that waits for the client."""
        with self._lock:
            subject, now = 9000 + len(self.claims), self.tick(1)
            row = claim_row(number, subject, sum(hours), now)
            self.claims[number] = row
            for day, quantity in enumerate(hours):
                line = len(self.lines) + 1
                self.lines[line] = line_row(line, number, day, quantity, now)
            self.enter(subject, EXTERNAL)
            return row

    def change_line(self, number: str, quantity: float) -> None:
        """Somebody corrects the first line of a claim: the external approval falls away."""
        with self._lock:
            lines = [row for row in self.lines.values() if row["ClaimNumber"] == number]
            lines[0]["Quantity"] = quantity
            claim, now = self.claims[number], self.tick()
            claim |= {"TotalHours": sum(float(str(row["Quantity"])) for row in lines), "ChangedOn": now}
            claim |= NOT_APPROVED
            if claim["WorkflowStatus"] == "Goedgekeurd extern":
                self._wait_again(claim)

    def resubmit(self, number: str) -> None:
        """The worker sends a rejected claim in again."""
        with self._lock:
            self.tick()
            self._wait_again(self.claims[number])

    def fall_away(self, number: str) -> None:
        """Prices were determined anew: the approval is gone, the hours are the same."""
        with self._lock:
            claim, _ = self.claims[number], self.tick()
            claim |= NOT_APPROVED
            self._wait_again(claim)

    def add_question(self, title: str, type_: int = 19) -> int:
        """A dossier item of a question; gives its number."""
        with self._lock:
            subject = 50_000 + len(self.documents)
            row: Row = {"SubjectId": subject, "SubjectTypeId": type_, "Kind": "document"}
            self.documents[subject] = row | {"Subject": title, "WorkflowStatus": None, "WorkflowClosed": True}
            return subject

    def add_file(self, subject: int, name: str) -> None:
        """A file of a dossier item; names may repeat."""
        row: Row = {"AttachmentId": len(self.files) + 1, "SubjectId": subject, "FileName": name}
        self.files.append(row | {"FileId": f"{len(self.files):032X}"})

    def add_document(self, subject: int, title: str = "Klantovereenkomst") -> Row:
        """A document that waits for a signature, with its file."""
        with self._lock:
            row: Row = {"SubjectId": subject, "SubjectTypeId": 101, "Kind": "customer-agreement"}
            row |= {"Subject": title, "WorkflowStatus": "Ter ondertekening", "WorkflowClosed": False}
            self.documents[subject] = row
            self.add_file(subject, f"{title}.pdf")
            self.enter(subject, SIGN)
            return row

    def add_contact(self, contact: int, mobile: str) -> Row:
        """A contact of a client."""
        row: Row = {"ContactId": contact, "OrgNumber": "100", "PerNumber": str(contact), "MobWork": mobile}
        self.contacts[contact] = row | {"ChangedOn": self.tick()}
        return self.contacts[contact]

    def add_employee(self, employee: str, person: str, mobile: str) -> Row:
        """A worker."""
        row: Row = {"EmployeeId": employee, "PersonId": person, "MobilePrivate": mobile}
        self.employees[employee] = row | {"PersonChangedOn": self.tick()}
        return self.employees[employee]

    def approve(self, number: str, contact: int | None) -> None:
        """Every approval counts, also one of a claim that has it: that is what must not happen twice."""
        claim, now = self.claims[number], self.tick(1)
        self.effects[f"approve {number}"] += 1
        claim |= {"ApprovedExternally": True, "ApprovedExternallyBy": contact, "ApprovedExternallyOn": now}
        claim |= {"WorkflowStatus": "Goedgekeurd extern", "ChangedOn": now}
        self.enter(int(str(claim["SubjectId"])), INTERNAL)

    def enter(self, subject: int, task: str) -> None:
        self.tasks[subject] = task
        self.entered[subject] = self.tick(0)

    def _wait_again(self, claim: Row) -> None:
        claim |= {"WorkflowStatus": "Ter beoordeling", "ChangedOn": self.tick(0)}
        self.enter(int(str(claim["SubjectId"])), EXTERNAL)


def claim_row(number: str, subject: int, hours: float, now: str) -> Row:
    """A row of Loonbrug_Claims that waits for the client."""
    row: Row = {"ClaimNumber": number, "Kind": "N", "Year": 2026, "PeriodId": 47, "SubjectId": subject}
    row |= {"PeriodStart": "2026-11-16T00:00:00Z", "PeriodEnd": "2026-11-22T00:00:00Z"}
    row |= {"PlacementId": "P1", "EmployeeId": "E1", "AgreementId": "A1", "DebtorId": "10010"}
    row |= {"CostCentre": None, "CustomerReference": None, "WorkflowStatus": "Ter beoordeling"}
    row |= NOT_APPROVED
    row |= {"ApprovedInternally": False, "Processed": False, "Paid": False, "PaidOn": None}
    return row | {"Invoiced": False, "TotalHours": hours, "CreatedOn": now, "ChangedOn": now}


def line_row(line: int, claim: str, day: int, quantity: float, now: str) -> Row:
    """A row of Loonbrug_Hours."""
    row: Row = {"LineId": line, "EntryDate": f"2026-11-{16 + day}T00:00:00Z", "Year": 2026, "PeriodId": 47}
    row |= {"EmployeeId": "E1", "PlacementId": "P1", "AgreementId": "A1", "DebtorId": "10010"}
    row |= {"ClaimNumber": claim, "ItemType": "1", "ItemCode": "F001", "ItemDescription": None}
    row |= {"HourType": None, "Quantity": quantity, "Unit": "uur", "StartTime": None, "EndTime": None}
    row |= {"BreakTime": None, "Description": None, "CostCentreClient": None, "CustomerReference": None}
    row |= {"Finished": True, "Agreed": False, "Rejected": False, "ExternallyApproved": False}
    return row | {"CreatedOn": now, "ChangedOn": now}
