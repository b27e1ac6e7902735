"""An agency to begin with: clients, contacts, agreements, workers, placements, and weeks that were paid.

The same seed gives the same agency; only the clock moves its dates. Some workers are odd: see `fill`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox.contract import Row
from sandbox.people import backoffice, client, leave, pocket, week
from sandbox.profit.hours import midnight
from sandbox.profit.names import JOBS, TITLES, a_name, company
from sandbox.profit.rows import (
    agreement_row,
    client_row,
    contact_row,
    employee_row,
    employment,
    placement_row,
)
from sandbox.profit.world import World
from sandbox.seed.history import bulk_hours, paid_weeks

__all__ = ["bulk_hours", "fill"]

WORKERS_PER_CLIENT = 6
CLIENT_FILLS_IN = "3"
OTHER_RULES = ("0", "1", "0", "2", "4")
TARGETS = (40.0, 40.0, 36.0, 32.0, 24.0)


@dataclass(frozen=True)
class House:
    """A client with what hangs on it."""

    client: Row
    contacts: tuple[Row, ...]
    agreement: Row
    client_fills_in: bool


def fill(
    world: World,
    *,
    workers: int = 25,
    weeks: int = 4,
    seed: int = 1,
    current: str = "booked",
    to_sign: int = 2,
) -> None:
    """Fill an empty world.

    `workers` have a placement and Pocket; `weeks` before this one are approved, processed, paid and invoiced.
    `current`: this week is 'empty', 'booked' up to today, or 'submitted' whole. `to_sign` papers wait for a
    client's signature.

    Odd on purpose: the first worker has two placements, the second a correction claim, the third no mobile
    number; the first client must fill in the cost centre and has a blocked contact. Six more people stand in
    the steps of onboarding before booking, one of them stopped. Raises ValueError for an unknown `current`.
    """
    if current not in {"empty", "booked", "submitted"}:
        raise ValueError(f"current is {current!r}: not empty, booked or submitted")
    random = Random(seed)  # noqa: S311  (names, not secrets)
    with world.change():
        houses = [_house(world, random, number) for number in range(max(2, workers // WORKERS_PER_CLIENT))]
        placements = _workers(world, random, houses, workers)
        paid_weeks(world, placements, weeks)
        _oddities(world, placements)
        _newcomers(world, random)
        _papers(world, houses, to_sign)
        _leave(world, placements)
        _this_week(world, current)


def _house(world: World, random: Random, number: int) -> House:
    long_ago = _days_ago(world, 400)
    row = client_row(world, company(number), long_ago)
    contacts = [
        contact_row(world, row, a_name(random), long_ago, JobTitle=random.choice(TITLES))
        for _ in range(2 + number % 2)
    ]
    if number == 0:
        contacts.append(contact_row(world, row, a_name(random), long_ago, Blocked=True))
    agreement = agreement_row(world, row, _days_ago(world, 390), long_ago)
    world.tables.insert("Loonbrug_Clients", row)
    world.tables.insert_many("Loonbrug_Contacts", contacts)
    world.tables.insert("Loonbrug_Agreements", agreement)
    return House(row, tuple(contacts), agreement, client_fills_in=number == 0)


def _workers(world: World, random: Random, houses: list[House], many: int) -> list[Row]:
    employees, placements = [], []
    for number in range(many):
        start = _days_ago(world, 380 - random.randrange(20))
        columns = (
            employment(start, start) | {"PocketUser": True} | ({"MobilePrivate": None} if number == 2 else {})
        )
        employee = employee_row(world, a_name(random), start, **columns)
        employees.append(employee)
        at = [houses[number % len(houses)]] + ([houses[1]] if number == 0 else [])
        rule = OTHER_RULES[number % len(OTHER_RULES)]
        placements += [_placement(world, random, house, employee, rule) for house in at]
    world.tables.insert_many("Loonbrug_Employees", employees)
    world.tables.insert_many("Loonbrug_Placements", placements)
    _hired_long_ago(world, employees)
    return placements


def _placement(world: World, random: Random, house: House, employee: Row, rule: str) -> Row:
    rule = CLIENT_FILLS_IN if house.client_fills_in else rule
    job, description = random.choice(JOBS)
    contact = random.choice([each for each in house.contacts if not each["Blocked"]])
    start = employee["EmploymentStart"]
    columns = {"JobId": job, "JobDescription": description, "TargetHours": random.choice(TARGETS)}
    columns |= {"ClaimContact": contact["ContactId"], "SignatureContact": house.contacts[0]["ContactId"]}
    columns |= {"CostCentreRule": rule, "AccountManager": str(101 + len(house.contacts))}
    columns |= {"CostCentreClient": "KP-400" if rule == "4" else None}
    return placement_row(world, employee, house.agreement, start, start, **columns)


def _hired_long_ago(world: World, employees: list[Row]) -> None:
    first = world.reserve("subject", len(employees))
    items = [
        {
            "SubjectId": first + number,
            "SubjectTypeId": -15,
            "EmployeeId": employee["EmployeeId"],
            "PersonId": employee["PersonId"],
            "SubmittedOn": employee["EmploymentStart"],
            "WorkflowStatus": "Afgerond",
            "WorkflowClosed": True,
            "AttachmentCount": 2,
            "ChangedOn": employee["EmploymentStart"],
        }
        for number, employee in enumerate(employees)
    ]
    world.tables.insert_many("Loonbrug_Onboarding", items)


def _oddities(world: World, placements: list[Row]) -> None:
    """A correction of the second worker's last paid week."""
    if len(placements) < 3:
        return
    claims = world.tables.select("Loonbrug_Claims", {"PlacementId": placements[2]["PlacementId"]})
    if claims:
        backoffice.correct(world, claims[-1]["ClaimNumber"])


def _newcomers(world: World, random: Random) -> None:
    """Somebody in every step before booking hours, and one who stopped."""
    for steps in range(6):
        name = a_name(random)
        worker = backoffice.new_worker(world, name.first, name.last, name.prefix)
        if steps == 5:
            backoffice.stop_onboarding(world, worker)
            continue
        if steps >= 1:
            pocket.send_data(world, worker)
        if steps >= 2:
            backoffice.hire(world, worker, start=_next_monday(world))
        if steps >= 3:
            backoffice.send_contract(world, worker)
        if steps >= 4:
            pocket.sign_contract(world, worker)


def _papers(world: World, houses: list[House], to_sign: int) -> None:
    for house in houses:
        client.show_agreement(world, house.agreement)
    for number in range(to_sign):
        if number % 2:
            client.put_document(world, houses[number % len(houses)].client["DebtorId"])
        else:
            client.put_confirmation(world)


def _leave(world: World, placements: list[Row]) -> None:
    """The fourth worker's next Monday and Tuesday, and a day that the fifth still hopes for."""
    for placement, days, approved in zip(placements[4:6], (2, 1), (True, False), strict=False):
        leave.take_leave(world, placement["EmployeeId"], _next_monday(world), days, approved=approved)


def _this_week(world: World, current: str) -> None:
    if current == "empty":
        return
    today = date.fromisoformat(world.now()[:10])
    week.book_all(world, days=5 if current == "submitted" else min(5, today.isoweekday()))
    if current == "submitted":
        week.submit_all(world)


def _next_monday(world: World) -> str:
    today = date.fromisoformat(world.now()[:10])
    return (today + timedelta(days=8 - today.isoweekday())).isoformat()


def _days_ago(world: World, days: int) -> str:
    today = date.fromisoformat(world.now()[:10])
    return midnight((today - timedelta(days=days)).isoformat())
