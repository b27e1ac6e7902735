"""An AFAS with a memory for the flows out: it applies writes (or not, or late) and shows rows."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain.afas_call import AfasFile, Answer, Call
from domain.errors import AccessDenied, NotAllowed, OutcomeUnknown, Rejected, TryLater
from domain.query import Operator, Row, Where

EXTERNAL, ADJUST, INTERNAL = "EXTERNAL", "ADJUST", "INTERNAL"
APPROVE, REJECT = "Goedkeuren extern declaratie nacalculatie", "Afkeuren declaratie nacalculatie"
SIGN = "Ondertekend door klant"


@dataclass
class Fault:
    """What goes wrong with one write.

    ``apply``: AFAS does it; ``late``: after so many seconds; ``error``: what we are told instead of 201.
    ``before`` runs when the call arrives, before anything happens (a sender that freezes, for one).
    """

    apply: bool = True
    late: float = 0.0
    error: Callable[[], Exception] | None = None
    before: Callable[[], None] = lambda: None


def lost() -> Fault:
    """Applied, and the answer lost on its way."""
    return Fault(error=lambda: OutcomeUnknown("the call was cut off"))


def late(seconds: float) -> Fault:
    """We hang up; AFAS goes on, and applies it later."""
    return Fault(late=seconds, error=lambda: OutcomeUnknown("no answer in time"))


def never() -> Fault:
    """We hear nothing, and nothing happens."""
    return Fault(apply=False, error=lambda: OutcomeUnknown("the call was cut off"))


def empty_yes() -> Fault:
    """A 201 for nothing."""
    return Fault(apply=False)


def refused_after() -> Fault:
    """Applied, and then answered with an error."""
    return Fault(error=lambda: Rejected("Er ging iets mis.", status=500, log_reference="REF1"))


def refused() -> Fault:
    """A plain refusal."""
    return Fault(apply=False, error=lambda: Rejected("Dat mag niet.", status=500, log_reference="REF2"))


def locked() -> Fault:
    """A user has the record open."""
    return Fault(apply=False, error=lambda: TryLater("geblokkeerd door gebruiker", status=500))


def away(after: float | None = None) -> Fault:
    """Maintenance."""
    return Fault(apply=False, error=lambda: TryLater("onderhoud", status=503, after=after, everyone=True))


def closed() -> Fault:
    """The connector is not in the app connector."""
    return Fault(apply=False, error=lambda: NotAllowed("niet ondersteund voor deze app", status=500))


def dead_token() -> Fault:
    """Nothing works for anyone."""
    return Fault(apply=False, error=lambda: AccessDenied("token", status=401))


@dataclass
class FakeAfas:
    """Claims with lines and tasks, documents with files, contacts and workers. Thread-safe."""

    faults: Callable[[Call, int], Fault] = lambda call, number: Fault()
    looks_fail: Callable[[str, int], Exception | None] = lambda connector, number: None
    effects: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    sent: list[Call] = field(default_factory=list)
    guids: str = "A"
    latency: float = 0.0

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._now = datetime(2026, 11, 23, 9, 0, 0)  # noqa: DTZ001 - AFAS's wall clock has no zone
        self._pending: list[tuple[float, Call]] = []
        self.claims: dict[str, Row] = {}
        self.lines: dict[int, Row] = {}
        self.tasks: dict[int, str] = {}
        self.entered: dict[int, str] = {}
        self.documents: dict[int, Row] = {}
        self.files: list[Row] = []
        self.contacts: dict[int, Row] = {}
        self.employees: dict[str, Row] = {}

    # ------------------------------------------------------------ what people do in AFAS

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
            self._enter(subject, EXTERNAL)
            return row

    def change_line(self, number: str, quantity: float) -> None:
        """Somebody corrects the first line of a claim: the external approval falls away."""
        with self._lock:
            lines = [row for row in self.lines.values() if row["ClaimNumber"] == number]
            lines[0]["Quantity"] = quantity
            claim, now = self.claims[number], self.tick()
            claim |= {"TotalHours": sum(float(str(row["Quantity"])) for row in lines), "ChangedOn": now}
            claim |= {
                "ApprovedExternally": False,
                "ApprovedExternallyBy": None,
                "ApprovedExternallyOn": None,
            }
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
            claim |= {
                "ApprovedExternally": False,
                "ApprovedExternallyBy": None,
                "ApprovedExternallyOn": None,
            }
            self._wait_again(claim)

    def add_document(self, subject: int, title: str = "Klantovereenkomst") -> Row:
        """A document that waits for a signature."""
        with self._lock:
            row: Row = {"SubjectId": subject, "SubjectTypeId": 101, "Kind": "customer-agreement"}
            row |= {"Subject": title, "WorkflowStatus": "Ter ondertekening", "WorkflowClosed": False}
            self.documents[subject] = row
            self._enter(subject, "SIGN")
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

    def settle(self) -> None:
        """Let everything that is still under way arrive."""
        with self._lock:
            for _, call in self._pending:
                self._apply(call)
            self._pending.clear()

    # ------------------------------------------------------------ sync.ports.Afas

    def pages(self, connector: str, key: tuple[str, ...], where: Where, take: int) -> Iterator[list[Row]]:
        """Everything that matches, in one page."""
        time.sleep(self.latency)
        with self._lock:
            self.calls["GET " + connector] += 1
            failure = self.looks_fail(connector, self.calls["GET " + connector])
            if failure:
                raise failure
            self._arrive()
            rows = [dict(row) for row in self._rows(connector) if _matches(row, where)]
        rows.sort(key=lambda row: tuple(str(row.get(column, "")) for column in key))
        yield rows

    def rows(self, connector: str, where: Where, order: tuple[str, ...], take: int) -> list[Row]:
        """The first rows that match."""
        return next(self.pages(connector, order, where, take))[:take]

    def newest(self, connector: str, order: tuple[str, ...]) -> Row | None:
        raise NotImplementedError

    def send(self, call: Call) -> Answer:
        """Take a write."""
        with self._lock:
            self.sent.append(call)
            self.calls[f"{call.verb} {call.path}"] += 1
            fault = self.faults(call, len(self.sent))
        fault.before()
        time.sleep(self.latency)
        with self._lock:
            if fault.apply and fault.late:
                self._pending.append((time.monotonic() + fault.late, call))
            elif fault.apply:
                self._apply(call)
        if fault.error:
            raise fault.error()
        return Answer(201, {}, "trace-1")

    def file(self, subject: int, file_id: str) -> AfasFile:
        raise NotImplementedError

    def columns(self, connector: str) -> dict[str, str]:
        raise NotImplementedError

    def fields(self, connector: str) -> tuple[str, ...]:
        raise NotImplementedError

    def offered(self) -> tuple[frozenset[str], frozenset[str], dict[str, str]]:
        raise NotImplementedError

    def version(self) -> str:
        return "8"

    # ------------------------------------------------------------ inside

    @property
    def total_calls(self) -> int:
        """Calls of all sorts."""
        return sum(self.calls.values())

    def _arrive(self) -> None:
        now = time.monotonic()
        due = [call for moment, call in self._pending if moment <= now]
        self._pending = [each for each in self._pending if each[0] > now]
        for call in due:
            self._apply(call)

    def _rows(self, connector: str) -> list[Row]:
        tables: dict[str, Callable[[], list[Row]]] = {
            "Loonbrug_Claims": lambda: list(self.claims.values()),
            "Loonbrug_Hours": lambda: list(self.lines.values()),
            "Loonbrug_Tasks": lambda: [self._task_row(subject) for subject in self.tasks],
            "Loonbrug_Actions": self._action_rows,
            "Loonbrug_Documents": lambda: list(self.documents.values()),
            "Loonbrug_DocumentFiles": lambda: self.files,
            "Loonbrug_Contacts": lambda: list(self.contacts.values()),
            "Loonbrug_Employees": lambda: list(self.employees.values()),
        }
        return tables[connector]()

    def _enter(self, subject: int, task: str) -> None:
        self.tasks[subject] = task
        self.entered[subject] = self.tick(0)

    def _wait_again(self, claim: Row) -> None:
        claim |= {"WorkflowStatus": "Ter beoordeling", "ChangedOn": self.tick(0)}
        self._enter(int(str(claim["SubjectId"])), EXTERNAL)

    def _task_row(self, subject: int) -> Row:
        number = next((n for n, claim in self.claims.items() if claim["SubjectId"] == subject), None)
        workflow = "DOC" if self.tasks[subject] == "SIGN" else "CLAIM"
        return {
            "SubjectId": subject,
            "ClaimNumber": number,
            "WorkflowName": workflow + self.guids,
            "TaskName": self.tasks[subject] + self.guids,
            "TaskDescription": self.tasks[subject].lower(),
            "User": "connector",
            "EnteredOn": self.entered[subject],
        }

    def _action_rows(self) -> list[Row]:
        actions = [
            (EXTERNAL, APPROVE),
            (EXTERNAL, REJECT),
            (INTERNAL, REJECT),
            ("SIGN", SIGN),
        ]
        return [
            {
                "WorkflowName": ("DOC" if task == "SIGN" else "CLAIM") + self.guids,
                "TaskName": task + self.guids,
                "ActionName": f"{task}-{description[:8]}-{self.guids}",
                "ActionDescription": description,
            }
            for task, description in actions
        ]

    def _apply(self, call: Call) -> None:
        match call.path:
            case "PtDeclaration":
                fields = call.body["PtDeclaration"]["Element"]["Fields"]  # type: ignore[index]
                self._approve(fields["DcCo"], fields["ExUs"])
            case "KnSubjectWorkflowReaction":
                self._react(call.body["KnWorkflow"]["Element"]["Fields"])  # type: ignore[index]
            case "KnSubject/KnSubjectAttachment":
                self._attach(call.body["KnSubject"]["Element"])  # type: ignore[index]
            case "KnSubject":
                self._ask(call.body["KnSubject"]["Element"])  # type: ignore[index]
            case "KnContact":
                fields = call.body["KnContact"]["Element"]["Fields"]  # type: ignore[index]
                self._renumber(self.contacts, "PerNumber", fields["BcCoPer"], "MobWork", fields["MbNr"])
            case "KnPerson":
                fields = call.body["KnPerson"]["Element"]["Fields"]  # type: ignore[index]
                self._renumber(self.employees, "PersonId", fields["BcCo"], "MobilePrivate", fields["MbN2"])

    def _approve(self, number: str, contact: int | None) -> None:
        """Every approval counts, also one of a claim that has it: that is what must not happen twice."""
        claim, now = self.claims[number], self.tick(1)
        self.effects[f"approve {number}"] += 1
        claim |= {"ApprovedExternally": True, "ApprovedExternallyBy": contact, "ApprovedExternallyOn": now}
        claim |= {"WorkflowStatus": "Goedgekeurd extern", "ChangedOn": now}
        self._enter(int(str(claim["SubjectId"])), INTERNAL)

    def _react(self, fields: dict[str, object]) -> None:
        subject = int(str(fields["SbId"]))
        action = next((row for row in self._action_rows() if row["ActionName"] == fields["AcNm"]), None)
        if action is None or fields["TkNm"] != self.tasks[subject] + self.guids:
            raise Rejected("De actie bestaat niet.", status=500, log_reference="REF3")
        number = self._task_row(subject)["ClaimNumber"]
        if action["ActionDescription"] == APPROVE:
            self._approve(str(number), None)
        elif action["ActionDescription"] == REJECT:
            self.effects[f"reject {number}"] += 1
            self.claims[str(number)] |= {"WorkflowStatus": "Afgekeurd", "ChangedOn": self.tick(1)}
            self._enter(subject, ADJUST)
        else:
            self.effects[f"sign {subject}"] += 1
            self.documents[subject] |= {"WorkflowStatus": "Getekend", "ChangedOn": self.tick(1)}
            del self.tasks[subject]

    def _attach(self, element: dict[str, object]) -> None:
        fields = element["Objects"][0]["KnSubjectAttachment"]["Element"]["Fields"]  # type: ignore[index]
        name = fields["FileName"]
        self.effects[f"file {name}"] += 1
        row: Row = {"AttachmentId": len(self.files) + 1, "SubjectId": element["@SbId"], "FileName": name}
        self.files.append(row | {"FileId": f"{len(self.files):032X}"})

    def _ask(self, element: dict[str, object]) -> None:
        title = element["Fields"]["Ds"]  # type: ignore[index]
        self.effects[f"ask {title}"] += 1
        subject = 50_000 + len(self.documents)
        self.documents[subject] = {"SubjectId": subject, "Subject": title, "WorkflowStatus": None}

    def _renumber(self, people: dict[Any, Row], key: str, value: object, column: str, number: object) -> None:
        person = next(row for row in people.values() if row[key] == value)
        self.effects[f"mobile {value} {number}"] += 1
        changed = "ChangedOn" if column == "MobWork" else "PersonChangedOn"
        person |= {column: number, changed: self.tick(1)}


def claim_row(number: str, subject: int, hours: float, now: str) -> Row:
    """A row of Loonbrug_Claims that waits for the client."""
    row: Row = {"ClaimNumber": number, "Kind": "N", "Year": 2026, "PeriodId": 47, "SubjectId": subject}
    row |= {"PeriodStart": "2026-11-16T00:00:00Z", "PeriodEnd": "2026-11-22T00:00:00Z"}
    row |= {"PlacementId": "P1", "EmployeeId": "E1", "AgreementId": "A1", "DebtorId": "10010"}
    row |= {"CostCentre": None, "CustomerReference": None, "WorkflowStatus": "Ter beoordeling"}
    row |= {"ApprovedExternally": False, "ApprovedExternallyBy": None, "ApprovedExternallyOn": None}
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


def _matches(row: Row, where: Where) -> bool:
    return any(all(_equal(row, c.column, c.operator, c.value) for c in group) for group in where)


def _equal(row: Row, column: str, operator: Operator, value: str) -> bool:
    assert operator is Operator.EQUAL
    return str(row.get(column)).casefold() == value.casefold()
