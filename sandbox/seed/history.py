"""Weeks that are over: lines, claims and invoices that were approved, processed and paid, made in bulk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sandbox.contract import Row
from sandbox.people.invoices import add_pdf, invoice_row
from sandbox.profit.claims import claim_row
from sandbox.profit.hours import days_of, line_row, midnight, week_of
from sandbox.profit.names import COMPANIES, a_name
from sandbox.profit.rows import (
    agreement_row,
    client_row,
    contact_row,
    employee_row,
    employment,
    placement_row,
)
from sandbox.profit.workflow import APPROVED
from sandbox.profit.world import World

LINES_PER_CLAIM = 5
BULK_WEEKS = 100
BATCH = 20_000
OPEN_INVOICES = 4
_DAY_TIMES = {"StartTime": "08:30:00", "EndTime": "17:00:00", "BreakTime": "00:30:00"}


@dataclass(frozen=True)
class PastWeek:
    """A week and the moments (ISO text) at which it was approved and paid."""

    year: int
    period: int
    approved: str
    paid: str


def paid_weeks(world: World, placements: Sequence[Row], weeks: int) -> None:
    """The last `weeks` weeks of these placements, approved, processed, paid and invoiced."""
    for past in _past_weeks(world, weeks):
        claims = [_paid_claim(world, placement, past) for placement in placements]
        world.tables.insert_many("Loonbrug_Claims", claims)
        lines = [
            line
            for claim, placement in zip(claims, placements, strict=True)
            for line in _lines(world, claim, placement, past)
        ]
        world.tables.insert_many("Loonbrug_Hours", lines)
        _invoice(world, claims, past, is_open=past in _past_weeks(world, OPEN_INVOICES))


def bulk_hours(world: World, lines: int) -> None:
    """Add that many hour lines of paid weeks, with their claims, placements and workers, under one client.

    A million takes about a minute. Their dossier items exist by number only: nothing happens to them.
    """
    placements = _bulk_placements(world, max(1, -(-lines // (LINES_PER_CLAIM * BULK_WEEKS))))
    rest = lines
    for past in _past_weeks(world, BULK_WEEKS):
        for start in range(0, len(placements), BATCH // LINES_PER_CLAIM):
            some = placements[start : start + BATCH // LINES_PER_CLAIM]
            some = some[: -(-rest // LINES_PER_CLAIM)]
            rest -= _bulk_week(world, some, past, rest)


def _bulk_week(world: World, placements: Sequence[Row], past: PastWeek, most: int) -> int:
    claims = [_paid_claim(world, placement, past) for placement in placements]
    pairs = zip(claims, placements, strict=True)
    lines = [line for claim, placement in pairs for line in _lines(world, claim, placement, past, days=5)][
        :most
    ]
    if len(lines) < len(claims) * LINES_PER_CLAIM:
        claims[-1]["TotalHours"] = 8.0 * (len(lines) - LINES_PER_CLAIM * (len(claims) - 1))
    with world.tables.transaction():
        world.tables.insert_many("Loonbrug_Claims", claims)
        world.tables.insert_many("Loonbrug_Hours", lines)
    return len(lines)


def _bulk_placements(world: World, many: int) -> list[Row]:
    random = Random(world.seed)  # noqa: S311  (names, not secrets)
    start = _past_weeks(world, BULK_WEEKS)[0].approved
    house = client_row(world, f"{COMPANIES[0]} (bulk)", start)
    contact = contact_row(world, house, a_name(random), start)
    agreement = agreement_row(world, house, start, start)
    workers = [
        employee_row(world, a_name(random), start, **employment(start, start), PocketUser=True)
        for _ in range(many)
    ]
    contacts = {"ClaimContact": contact["ContactId"], "SignatureContact": contact["ContactId"]}
    placements = [placement_row(world, worker, agreement, start, start, **contacts) for worker in workers]
    with world.change():
        world.tables.insert("Loonbrug_Clients", house)
        world.tables.insert("Loonbrug_Contacts", contact)
        world.tables.insert("Loonbrug_Agreements", agreement)
        world.tables.insert_many("Loonbrug_Employees", workers)
        world.tables.insert_many("Loonbrug_Placements", placements)
    return placements


def _past_weeks(world: World, weeks: int) -> list[PastWeek]:
    """Oldest first; approved on the Monday after, paid on the Friday after that, but never in the future."""
    now = datetime.fromisoformat(world.now())
    year, period = week_of(world.now())
    monday = date.fromisocalendar(year, period, 1)
    found = []
    for back in range(weeks, 0, -1):
        start = monday - timedelta(weeks=back)
        approved = min(
            datetime.fromisoformat(f"{start + timedelta(days=7)}T10:15:00"), now - timedelta(hours=2)
        )
        paid = min(datetime.fromisoformat(f"{start + timedelta(days=11)}T16:00:00"), now - timedelta(hours=1))
        found.append(PastWeek(*week_of(start.isoformat()), approved.isoformat(), paid.isoformat()))
    return found


def _paid_claim(world: World, placement: Row, past: PastWeek) -> Row:
    number = f"{world.next('claim'):012}.01"
    week = (past.year, past.period)
    row = claim_row(number, placement, week, subject=world.next("subject"), now=past.approved)
    friday = f"{days_of(past.year, past.period)[4]}T17:05:00"
    done: Row = dict.fromkeys(
        ("ApprovedExternally", "ApprovedInternally", "Processed", "Paid", "Invoiced"), True
    )
    done |= {"WorkflowStatus": APPROVED, "ApprovedExternallyOn": past.approved, "PaidOn": past.paid}
    centre = row["CostCentre"] or ("KP-100" if placement["CostCentreRule"] in {"1", "2", "3"} else None)
    done |= {"ApprovedExternallyBy": placement["ClaimContact"], "CostCentre": centre}
    total = min(placement["TargetHours"], 8.0 * LINES_PER_CLAIM)
    return row | done | {"TotalHours": total, "CreatedOn": friday, "ChangedOn": past.paid}


def _lines(world: World, claim: Row, placement: Row, past: PastWeek, days: int = 5) -> Iterator[Row]:
    rest = claim["TotalHours"]
    judged = dict.fromkeys(("Finished", "Agreed", "ExternallyApproved"), True)
    fixed = (
        judged | _DAY_TIMES | {"ClaimNumber": claim["ClaimNumber"], "CostCentreClient": claim["CostCentre"]}
    )
    for day in days_of(past.year, past.period)[:days]:
        if rest <= 0:
            return
        booked, quantity = f"{day}T17:01:00", min(8.0, rest)
        rest -= quantity
        row = line_row(world.next("line"), day, quantity, booked, placement, **fixed)
        yield row | {"ChangedOn": past.approved}


def _invoice(world: World, claims: Sequence[Row], past: PastWeek, *, is_open: bool) -> None:
    for client in sorted({str(claim["DebtorId"]) for claim in claims}):
        hours = sum(claim["TotalHours"] for claim in claims if claim["DebtorId"] == client)
        number = world.next("invoice")
        columns = (
            {"SubjectId": add_pdf(world, number, client, f"Factuur {number}")} if is_open else {"Balance": 0}
        )
        row = invoice_row(number, client, midnight(past.paid), hours, past.paid, **columns)
        world.tables.insert("Loonbrug_Invoices", row)
