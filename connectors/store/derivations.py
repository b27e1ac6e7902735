"""What is derived from the mirror: the ground is gathered and the result written in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

import orjson
from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store import mirror
from connectors.store.database import Database
from domain.clients import Contact, Placement
from domain.declaration import Declaration
from domain.hours import Claim, HourLine
from domain.onboarding import Onboarding
from domain.people import Employee, OnboardingItem
from domain.standing import ClaimGround, Decided, Event, OpenGround, PersonGround
from domain.update import UpdateKind, UpdateState

R = TypeVar("R")

_STALE = """
    select kind, key from stale where environment = %s and since <= now()
    order by since limit %s for update skip locked
"""
_BUSY = """
    select number from declaration where environment = %(environment)s and number = any(%(numbers)s)
    except select number from (
        select number from declaration where environment = %(environment)s and number = any(%(numbers)s)
        order by number for update skip locked) free
"""
_TAKE = "delete from stale where environment = %s and kind = %s and key = any(%s)"
_VOID = """
    update outbox set state = 'void', reason = %(reason)s, ended_at = now(), token = null
    where id in (
        select id from outbox where environment = %(environment)s and subject = %(subject)s
        and kind in ('approve', 'reject') and state in ('ready', 'parked')
        and (%(version)s::text is null or version is distinct from %(version)s)
        for update skip locked)
"""
_DECIDED = """
    select distinct on (o.subject) substr(o.subject, 7) as claim, o.kind, o.state, o.version,
        coalesce(c.written_at > o.ended_at, false) as overtaken
    from outbox o join claim c on c.environment = o.environment and c.claim = substr(o.subject, 7)
    where o.environment = %s and o.subject = any(%s) and o.kind in ('approve', 'reject') and o.state <> 'void'
    order by o.subject, o.id desc
"""
_OPEN_LINES = """
    select h.*, g.number from unnest(%s::text[], %s::text[], %s::date[]) as g (number, placement, monday)
    join hour_line h on h.environment = %s and h.placement = g.placement
        and h.date between g.monday and g.monday + 6
    where h.claim is null and h.withdrawn_at is null
"""
_DECLARE = """
    insert into declaration as known (environment, {columns})
    select %s, {columns} from json_populate_recordset(null::declaration, %s::json)
    on conflict (environment, number) do update set {changes}
"""
_ONBOARD = """
    insert into onboarding as known (environment, person, employee, state, since, evidence)
    select %s, person, employee, state, since, evidence
    from json_populate_recordset(null::onboarding, %s::json)
    on conflict (environment, person) do update
    set employee = excluded.employee, state = excluded.state, evidence = excluded.evidence,
        changed_at = now(),
        since = case when known.state = excluded.state then known.since else excluded.since end
    where (known.employee, known.state, known.evidence)
        is distinct from (excluded.employee, excluded.state, excluded.evidence)
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


class Derivations:
    """Opens transactions to derive in (``sync.ports_derive.OpenDeriveWork``), for one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    @contextmanager
    def __call__(self) -> Iterator[DerivationWork]:
        """A transaction, committed when its block ends."""
        with self._database.transaction() as connection:
            yield DerivationWork(connection, self._environment)


class DerivationWork:
    """One open transaction: ``sync.ports_derive.DeriveWork``, which says what each method promises."""

    def __init__(self, connection: Connection[DictRow], environment: str) -> None:
        self._connection = connection
        self._environment = environment

    def take(self, most: int) -> tuple[list[str], list[str]]:
        """Deleted here, back on the list when this transaction fails.

        A declaration that somebody is deciding about stays on the list: waiting for the lock here, while the
        decision waits to mark the declaration stale, would be a deadlock.
        """
        rows = self._connection.execute(_STALE, (self._environment, most)).fetchall()
        stale = [row["key"] for row in rows if row["kind"] == "declaration"]
        busy = self._busy(stale)
        declarations = sorted(number for number in stale if number not in busy)
        people = sorted(row["key"] for row in rows if row["kind"] == "onboarding")
        for kind, keys in (("declaration", declarations), ("onboarding", people)):
            self._connection.execute(_TAKE, (self._environment, kind, keys))
        return declarations, people

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
                [_monday(each[2]) for each in split],
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
        rows = self._rows(
            "select * from employee where environment = %s and person = any(%s) and withdrawn_at is null"
            " order by changed_at, employee",
            persons,
        )
        employees = {row["person"]: mirror.read(Employee, row) for row in rows}
        values = {
            "environment": self._environment,
            "people": list(persons),
            "employees": [each.employee for each in employees.values()],
        }
        items = _grouped(OnboardingItem, self._connection.execute(_ITEMS, values).fetchall(), "of_person")
        booked = {row["employee"]: row for row in self._connection.execute(_BOOKINGS, values).fetchall()}
        return [_person(each, employees.get(each), items.get(each, []), booked) for each in persons]

    def declare(self, declarations: Sequence[Declaration], events: Sequence[Event]) -> None:
        """One statement for all."""
        if declarations:
            document = orjson.dumps(list(declarations), default=str).decode()
            statement = mirror.statement_for(_DECLARE, Declaration, ("number",))
            self._connection.execute(statement, (self._environment, document))
        if events:
            self._connection.execute(
                "insert into declaration_history (environment, number, event, detail)"
                " select %s, * from unnest(%s::text[], %s::text[], %s::text[])",
                (self._environment, *map(list, zip(*_plain(events), strict=True))),
            )

    def undeclare(self, numbers: Sequence[str]) -> None:
        """Only open ones are ever removed."""
        if numbers:
            self._connection.execute(
                "delete from declaration where environment = %s and number = any(%s) and status = 'open'",
                (self._environment, list(numbers)),
            )

    def void(self, claim: str, version: str | None, reason: str) -> None:
        """Only what waits: what somebody holds is being sent, and looked at by its sender."""
        values = {"environment": self._environment, "subject": f"claim:{claim}"}
        self._connection.execute(_VOID, values | {"version": version, "reason": reason})

    def onboard(self, states: Sequence[Onboarding], unknown: Sequence[str]) -> None:
        """A state that stays keeps its "since"."""
        if states:
            document = orjson.dumps(list(states), default=str).decode()
            self._connection.execute(_ONBOARD, (self._environment, document))
        if unknown:
            self._connection.execute(
                "delete from onboarding where environment = %s and person = any(%s)",
                (self._environment, list(unknown)),
            )

    def put_off(self, declarations: Sequence[str], people: Sequence[str]) -> None:
        """Not before ten minutes have passed."""
        for kind, keys in (("declaration", declarations), ("onboarding", people)):
            self._connection.execute(
                "update stale set since = now() + interval '10 minutes'"
                " where environment = %s and kind = %s and key = any(%s)",
                (self._environment, kind, list(keys)),
            )

    def _rows(self, query: str, keys: Sequence[Any]) -> list[DictRow]:
        """The rows of a query whose placeholders are the environment and a list of keys."""
        if not keys:
            return []
        return self._connection.execute(query, (self._environment, list(keys))).fetchall()

    def _busy(self, numbers: Sequence[str]) -> set[str]:
        """The declarations whose rows others hold; the rest is locked for us now."""
        values = {"environment": self._environment, "numbers": list(numbers)}
        return {row["number"] for row in self._connection.execute(_BUSY, values).fetchall()}

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

    def _decided(self, claims: Sequence[str]) -> dict[str, Decided]:
        rows = self._rows(_DECIDED, [f"claim:{each}" for each in claims])
        return {
            row["claim"]: Decided(
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


def _plain(events: Sequence[Event]) -> list[tuple[str, str, str]]:
    return [(each.number, each.event, each.detail) for each in events]


def _monday(week: str) -> date:
    year, _, number = week.partition("-W")
    return date.fromisocalendar(int(year), int(number), 1)
