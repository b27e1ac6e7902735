"""What declarations and onboarding states follow from, gathered from the mirror a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.records import mirror
from domain.declarations.declaration import Declaration
from domain.declarations.standing import ClaimGround, NewestDecision, OpenGround, PersonGround
from domain.outbox.subject import subject_of_claim
from domain.outbox.update import UpdateKind, UpdateState
from domain.records.clients import Contact, Placement
from domain.records.hours import Claim, HourLine
from domain.records.people import Employee, OnboardingItem

R = TypeVar("R")

_DECIDED = """
    select distinct on (o.subject) claim_of(o.subject) as claim, o.kind, o.state, o.version,
        coalesce(c.written_at > o.ended_at, false) as overtaken
    from outbox o join claim c on c.environment = o.environment and c.claim = claim_of(o.subject)
    where o.environment = %s and o.subject = any(%s) and pay_depends_on(o.kind) and o.state <> 'void'
    order by o.subject, o.id desc
"""
_OPEN_LINES = """
    select h.*, g.number from unnest(%s::text[], %s::text[], %s::date[]) as g (number, placement, monday)
    join hour_line h on h.environment = %s and h.placement = g.placement
        and h.date between g.monday and g.monday + 6
    where h.claim is null and h.withdrawn_at is null
"""
# The newest last. A time that lies ahead proves nothing, nor does the order within an hour that comes twice.
_EMPLOYEES = """
    select * from employee where environment = %s and person = any(%s) and withdrawn_at is null
    order by not lies_ahead(environment, 'employee', employee),
        case when same_repeated_hour(changed_at, changed_at) then date_trunc('hour', changed_at)
            else changed_at end, employee
"""
_ITEMS = """
    select i.*, coalesce(i.person, e.person) as of_person from onboarding_item i
    left join employee e on e.environment = i.environment and e.employee = i.employee
    where i.environment = %(environment)s and i.withdrawn_at is null
    and (i.person = any(%(people)s) or i.employee = any(%(employees)s))
"""
_BOOKINGS = """
    select e.employee, (select count(*) from placement p where p.environment = %(environment)s
            and p.employee = e.employee and p.withdrawn_at is null) as placements,
        (select min(date) from hour_line h where h.environment = %(environment)s
            and h.employee = e.employee and h.withdrawn_at is null) as first_booking
    from unnest(%(employees)s::text[]) as e (employee)
"""


class Grounds:
    """The reading half of ``sync.declarations.ports.DeriveWork``, in one open transaction."""

    def __init__(self, connection: Connection[DictRow], environment: str) -> None:
        self._connection = connection
        self._environment = environment

    def claims(self, numbers: Sequence[str]) -> list[ClaimGround]:
        """The declarations are locked before decisions are read: a decision taken meanwhile is seen (G4)."""
        known = self._known(numbers)
        rows = self._rows("select * from claim where environment = %s and claim = any(%s)", numbers)
        placements = self._placements([row["placement"] for row in rows])
        contacts = self._contacts(placements)
        lines = self._lines(numbers)
        decided = self._decided(numbers)
        return [
            ClaimGround(
                mirror.read(Claim, row),
                row["withdrawn_at"] is not None,
                lines.get(row["claim"], []),
                placement := placements.get(row["placement"]),
                contacts.get(placement.claim_contact) if placement and placement.claim_contact else None,
                known.get(row["claim"]),
                decided.get(row["claim"]),
            )
            for row in rows
        ]

    def open_groups(self, numbers: Sequence[str]) -> list[OpenGround]:
        """Number, placement and Monday of each group; the number holds both."""
        known = self._known(numbers)
        split = [number.rpartition("@") for number in numbers]
        placements = self._placements([placement for placement, _, _ in split])
        rows = self._connection.execute(
            _OPEN_LINES,
            (
                list(numbers),
                [each[0] for each in split],
                [date.fromisoformat(f"{each[2]}-1") for each in split],
                self._environment,
            ),
        ).fetchall()
        lines = _grouped(HourLine, rows, "number")
        return [
            OpenGround(number, lines.get(number, []), placements.get(placement), known.get(number))
            for number, (placement, _, _) in zip(numbers, split, strict=True)
        ]

    def people(self, persons: Sequence[str]) -> list[PersonGround]:
        """A person with several employee numbers counts by the newest."""
        rows = self._rows(_EMPLOYEES, persons)
        employees = {row["person"]: mirror.read(Employee, row) for row in rows}
        values = {
            "environment": self._environment,
            "people": list(persons),
            "employees": [each.employee for each in employees.values()],
        }
        items = _grouped(OnboardingItem, self._connection.execute(_ITEMS, values).fetchall(), "of_person")
        booked = {row["employee"]: row for row in self._connection.execute(_BOOKINGS, values).fetchall()}
        return [_person(each, employees.get(each), items.get(each, []), booked) for each in persons]

    def _rows(self, query: str, keys: Sequence[object]) -> list[DictRow]:
        """The rows of a query whose placeholders are the environment and a list of keys."""
        if not keys:
            return []
        return self._connection.execute(query, (self._environment, list(keys))).fetchall()

    def _known(self, numbers: Sequence[str]) -> dict[str, Declaration]:
        rows = self._rows(
            "select * from declaration where environment = %s and number = any(%s)"
            " order by number for update",
            numbers,
        )
        return {
            row["number"]: mirror.read(Declaration, row | {"missing": tuple(row["missing"])}) for row in rows
        }

    def _placements(self, numbers: Sequence[str]) -> dict[str, Placement]:
        rows = self._rows(
            "select * from placement where environment = %s and placement = any(%s) and withdrawn_at is null",
            numbers,
        )
        return {row["placement"]: mirror.read(Placement, row) for row in rows}

    def _contacts(self, placements: dict[str, Placement]) -> dict[int, Contact]:
        rows = self._rows(
            "select * from contact where environment = %s and contact = any(%s) and withdrawn_at is null",
            [each.claim_contact for each in placements.values() if each.claim_contact],
        )
        return {row["contact"]: mirror.read(Contact, row) for row in rows}

    def _lines(self, claims: Sequence[str]) -> dict[str, list[HourLine]]:
        rows = self._rows(
            "select * from hour_line where environment = %s and claim = any(%s) and withdrawn_at is null",
            claims,
        )
        return _grouped(HourLine, rows, "claim")

    def _decided(self, claims: Sequence[str]) -> dict[str, NewestDecision]:
        rows = self._rows(_DECIDED, [subject_of_claim(each) for each in claims])
        return {
            row["claim"]: NewestDecision(
                UpdateKind(row["kind"]), UpdateState(row["state"]), row["version"], row["overtaken"]
            )
            for row in rows
        }


def _grouped(record: type[R], rows: Sequence[DictRow], by: str) -> dict[str, list[R]]:
    groups: dict[str, list[R]] = defaultdict(list)
    for row in rows:
        groups[row[by]].append(mirror.read(record, row))
    return groups


def _person(
    person: str, employee: Employee | None, items: Sequence[OnboardingItem], booked: dict[str, DictRow]
) -> PersonGround:
    facts = booked.get(employee.employee) if employee else None
    if facts is None:
        return PersonGround(person, employee, items, 0, None)
    return PersonGround(person, employee, items, facts["placements"], facts["first_booking"])
