"""A working week of everybody at once: all workers book, all hand in, the back office pays."""

from typing import Any

from sandbox.people import backoffice, invoices, pocket
from sandbox.profit import hours
from sandbox.profit.world import World


def placements_in_week(world: World, year: int, period: int) -> list[str]:
    """The placements of workers with Pocket that run in that week."""
    days = [hours.midnight(day) for day in hours.days_of(year, period)]
    workers = {
        row["EmployeeId"]
        for row in world.tables.select("Loonbrug_Employees", {"PocketUser": True, "Blocked": False})
    }
    return [
        str(row["PlacementId"])
        for row in world.tables.select("Loonbrug_Placements")
        if row["EmployeeId"] in workers
        and row["StartDate"] <= days[6]
        and (row["EndDate"] or days[6]) >= days[0]
    ]


def book_all(
    world: World, days: int = 5, year: int | None = None, period: int | None = None
) -> dict[str, Any]:
    """Every placement gets the first `days` days of the week booked, this week by default."""
    year, period = (year, period) if year and period else pocket.this_week(world)
    found = placements_in_week(world, year, period)
    lines = sum(len(pocket.book_week(world, each, year, period, days)) for each in found)
    return {"placements": len(found), "lines": lines}


def book_day(world: World, day: str | None = None) -> dict[str, Any]:
    """Every placement that has no hours on a day ('YYYY-MM-DD', today by default) gets eight."""
    wanted = day or world.now()[:10]
    found = placements_in_week(world, *hours.week_of(wanted))
    booked = {
        row["PlacementId"]
        for row in world.tables.select("Loonbrug_Hours", {"EntryDate": hours.midnight(wanted)})
    }
    lines = [pocket.book(world, each, wanted) for each in found if each not in booked]
    return {"placements": len(found), "lines": len(lines)}


def submit_all(world: World, year: int | None = None, period: int | None = None) -> dict[str, Any]:
    """Every placement with open lines in the week hands them in; gives the claim numbers."""
    year, period = (year, period) if year and period else pocket.this_week(world)
    where = {"Year": year, "PeriodId": period, "ClaimNumber": None}
    rows = world.tables.select("Loonbrug_Hours", where)
    placements = sorted({str(row["PlacementId"]) for row in rows if row["PlacementId"]})
    return {"claims": [pocket.submit(world, each, year, period) for each in placements]}


def close(world: World) -> dict[str, Any]:
    """The back office's end of the week: approve, process, pay, invoice; gives what went through each."""
    return {
        "approved": backoffice.approve_all(world),
        "processed": backoffice.process(world),
        "paid": backoffice.pay(world),
        "invoiced": invoices.invoice(world),
    }
