"""An AFAS with a memory for the flows out: it applies writes (or not, or late) and shows rows."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from domain.errors import Rejected
from domain.outbox.afas_call import AfasFile, Answer, Call
from domain.pull.query import Operator, Row, Where
from tests.stages.outbox.fake_office import ADJUST, EXTERNAL, INTERNAL, SIGN, FakeOffice
from tests.stages.outbox.faults import Fault

APPROVE, REJECT = "Goedkeuren extern declaratie nacalculatie", "Afkeuren declaratie nacalculatie"
SIGN_OFF = "Ondertekend door klant"


@dataclass(eq=False)
class _UnderWay:
    """A write that AFAS goes on with after we hung up. ``misses``: looks for it that do not see it yet.

    Counted in looks and not in seconds: a busy machine must not change what a test proves.
    """

    call: Call
    misses: int
    names: frozenset[str]
    looks: Counter[str] = field(default_factory=Counter)

    def seen_after(self, connector: str, asked: set[str]) -> bool:
        """Note one look; whether the write has arrived before it."""
        self.looks[connector] += bool(asked & self.names)
        return self.looks[connector] > self.misses


@dataclass
class FakeAfas(FakeOffice):
    """The office, reached as the real AFAS is. Thread-safe.

    What flows out never ask of AFAS raises NotImplementedError: a test that gets there has found a new call.
    """

    faults: Callable[[Call, int], Fault] = lambda call, number: Fault()
    looks_fail: Callable[[str, int], Exception | None] = lambda connector, number: None
    calls: Counter[str] = field(default_factory=Counter)
    sent: list[Call] = field(default_factory=list)
    guids: str = "A"
    latency: float = 0.0
    hidden_types: set[int] = field(default_factory=set)
    """Dossier item types that no GetConnector shows: their filter, or a right that is missing."""
    hides_files: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self._pending: list[_UnderWay] = []

    def settle(self) -> None:
        """Let everything that is still under way arrive."""
        with self._lock:
            for under_way in self._pending:
                self._apply(under_way.call)
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
            self._arrive(connector, where)
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
        named: dict[str, object] = {}
        with self._lock:
            if fault.apply and fault.late:
                self._pending.append(_UnderWay(call, fault.late, self._names_of(call)))
            elif fault.apply:
                named = self._apply(call)
        if fault.error:
            raise fault.error()
        return Answer(201, named, "trace-1")

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

    def _arrive(self, connector: str, where: Where) -> None:
        """Apply what was missed by as many looks as it should be."""
        asked = {condition.value.casefold() for group in where for condition in group}
        due = [each for each in self._pending if each.seen_after(connector, asked)]
        self._pending = [each for each in self._pending if each not in due]
        for under_way in due:
            self._apply(under_way.call)

    def _names_of(self, call: Call) -> frozenset[str]:
        """What a look may ask for when it looks for the effect of this call."""
        named = {str(value).casefold() for value in _scalars(call.body)}
        claims = {n for n, row in self.claims.items() if str(row["SubjectId"]) in named}
        return frozenset(named | claims)

    def _rows(self, connector: str) -> list[Row]:
        tables: dict[str, Callable[[], list[Row]]] = {
            "Loonbrug_Claims": lambda: list(self.claims.values()),
            "Loonbrug_Hours": lambda: list(self.lines.values()),
            "Loonbrug_Tasks": lambda: [self._task_row(subject) for subject in self.tasks],
            "Loonbrug_Actions": self._action_rows,
            "Loonbrug_Documents": lambda: [row for row in self.documents.values() if self._shows(row)],
            "Loonbrug_DocumentFiles": lambda: [] if self.hides_files else self.files,
            "Loonbrug_Contacts": lambda: list(self.contacts.values()),
            "Loonbrug_Employees": lambda: list(self.employees.values()),
        }
        return tables[connector]()

    def _shows(self, document: Row) -> bool:
        return document["SubjectTypeId"] not in self.hidden_types

    def _task_row(self, subject: int) -> Row:
        number = next((n for n, claim in self.claims.items() if claim["SubjectId"] == subject), None)
        workflow = "DOC" if self.tasks[subject] == SIGN else "CLAIM"
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
            (SIGN, SIGN_OFF),
        ]
        return [
            {
                "WorkflowName": ("DOC" if task == SIGN else "CLAIM") + self.guids,
                "TaskName": task + self.guids,
                "ActionName": f"{task}-{description[:8]}-{self.guids}",
                "ActionDescription": description,
            }
            for task, description in actions
        ]

    def _apply(self, call: Call) -> dict[str, object]:
        """Do it; gives what the answer names."""
        match call.path:
            case "PtDeclaration":
                fields = call.body["PtDeclaration"]["Element"]["Fields"]  # type: ignore[index]
                self.approve(fields["DcCo"], fields["ExUs"])
            case "KnSubjectWorkflowReaction":
                self._react(call.body["KnWorkflow"]["Element"]["Fields"])  # type: ignore[index]
            case "KnSubject/KnSubjectAttachment":
                self._attach(call.body["KnSubject"]["Element"])  # type: ignore[index]
            case "KnSubject":
                return {"KnSubject": {"SbId": self._ask(call.body["KnSubject"]["Element"])}}  # type: ignore[index]
            case "KnContact":
                fields = call.body["KnContact"]["Element"]["Fields"]  # type: ignore[index]
                self._renumber(self.contacts, "PerNumber", fields["BcCoPer"], "MobWork", fields["MbNr"])
            case "KnPerson":
                fields = call.body["KnPerson"]["Element"]["Fields"]  # type: ignore[index]
                self._renumber(self.employees, "PersonId", fields["BcCo"], "MobilePrivate", fields["MbN2"])
        return {}

    def _react(self, fields: dict[str, object]) -> None:
        subject = int(str(fields["SbId"]))
        action = next((row for row in self._action_rows() if row["ActionName"] == fields["AcNm"]), None)
        if action is None or fields["TkNm"] != self.tasks[subject] + self.guids:
            raise Rejected("De actie bestaat niet.", status=500, log_reference="REF3")
        number = self._task_row(subject)["ClaimNumber"]
        if action["ActionDescription"] == APPROVE:
            self.approve(str(number), None)
        elif action["ActionDescription"] == REJECT:
            self.effects[f"reject {number}"] += 1
            self.claims[str(number)] |= {"WorkflowStatus": "Afgekeurd", "ChangedOn": self.tick(1)}
            self.enter(subject, ADJUST)
        else:
            self.effects[f"sign {subject}"] += 1
            self.documents[subject] |= {"WorkflowStatus": "Getekend", "ChangedOn": self.tick(1)}
            del self.tasks[subject]

    def _attach(self, element: dict[str, object]) -> None:
        fields = element["Objects"][0]["KnSubjectAttachment"]["Element"]["Fields"]  # type: ignore[index]
        name = fields["FileName"]
        self.effects[f"file {name}"] += 1
        self.add_file(int(str(element["@SbId"])), str(name))

    def _ask(self, element: dict[str, object]) -> str:
        fields = element["Fields"]
        self.effects[f"ask {fields['Ds']}"] += 1  # type: ignore[index]
        return str(self.add_question(fields["Ds"], fields["StId"]))  # type: ignore[index]

    def _renumber(self, people: dict[Any, Row], key: str, value: object, column: str, number: object) -> None:
        person = next(row for row in people.values() if row[key] == value)
        self.effects[f"mobile {value} {number}"] += 1
        changed = "ChangedOn" if column == "MobWork" else "PersonChangedOn"
        person |= {column: number, changed: self.tick(1)}


def _scalars(value: object) -> Iterator[object]:
    match value:
        case dict():
            for each in value.values():
                yield from _scalars(each)
        case list():
            for each in value:
                yield from _scalars(each)
        case _:
            yield value


def _matches(row: Row, where: Where) -> bool:
    return any(all(_equal(row, c.column, c.operator, c.value) for c in group) for group in where)


def _equal(row: Row, column: str, operator: Operator, value: str) -> bool:
    assert operator is Operator.EQUAL
    return str(row.get(column)).casefold() == value.casefold()
