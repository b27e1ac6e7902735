"""Hour lines in bulk, to measure reading with."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sandbox.contract import Row
from sandbox.reading.tables import Tables

FIRST = 10_000_001
"""The first bulk line's id: above what the made-up world books."""
_PER_CLAIM = 5


def book_many(tables: Tables, count: int, *, until: datetime) -> None:
    """Add `count` booked hour lines, changed evenly over the year before `until` (naive Amsterdam time), the
    last one a minute before it. Without claim numbers, so that nothing waits for approval. About 30 s a
    million."""
    tables.insert_many("Loonbrug_Hours", lines(count, until=until))


def lines(count: int, *, until: datetime) -> Iterator[Row]:
    """The rows themselves."""
    step = timedelta(days=364) / max(count, 1)
    for index in range(count):
        changed = (until - timedelta(minutes=1) - step * (count - 1 - index)).replace(microsecond=0)
        yield _line(index, changed)


def _line(index: int, changed: datetime) -> Row:
    worker = index // _PER_CLAIM % 5_000
    day = changed.date()
    return {
        "LineId": FIRST + index,
        "EntryDate": day.isoformat(),
        "Year": day.year,
        "PeriodId": day.isocalendar().week,
        "EmployeeId": f"9{worker:05d}",
        "PlacementId": f"P9{worker:05d}",
        "AgreementId": f"9{worker % 50:05d}",
        "DebtorId": f"9{worker % 50:04d}",
        "ItemType": "1",
        "ItemCode": "NORMAAL",
        "ItemDescription": "Gewerkte uren",
        "HourType": "100",
        "Quantity": 4 + index % 17 * 0.25,
        "Unit": "U",
        "StartTime": f"{6 + index % 4:02d}:00",
        "EndTime": f"{15 + index % 4:02d}:30",
        "BreakTime": "00:30",
        "Description": f"Orderpicken hal {index % 37}",
        "Finished": True,
        "Agreed": False,
        "Rejected": False,
        "ExternallyApproved": False,
        "CreatedOn": changed.isoformat(),
        "ChangedOn": changed.isoformat(),
    }
