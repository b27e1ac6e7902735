"""What stands in the sandbox's Profit, in numbers: the side that a demo compares the portal's side with."""

from typing import Any, Protocol

from sandbox.reading.tables import Tables

_CLAIMS = """
SELECT WorkflowStatus, count(*), sum(TotalHours),
       sum(ApprovedExternally), sum(CASE WHEN ApprovedExternally THEN TotalHours ELSE 0 END),
       sum(Processed), sum(CASE WHEN Processed THEN TotalHours ELSE 0 END),
       sum(Paid), sum(CASE WHEN Paid THEN TotalHours ELSE 0 END)
  FROM Loonbrug_Claims WHERE (? IS NULL OR (Year = ? AND PeriodId = ?)) GROUP BY WorkflowStatus
"""
_OPEN_LINES = """
SELECT count(*), sum(Quantity) FROM Loonbrug_Hours
 WHERE ClaimNumber IS NULL AND (? IS NULL OR (Year = ? AND PeriodId = ?))
"""
_DOCUMENTS = "SELECT coalesce(WorkflowStatus, ''), count(*) FROM Loonbrug_Documents GROUP BY 1"


class CountedWorld(Protocol):
    """What is counted: `sandbox.profit.world.World`."""

    tables: Tables

    def effects(self) -> Any:
        """Every applied write effect with its count."""

    def duplicates(self) -> int:
        """How many effects happened once too often."""


def summarise(world: CountedWorld, year: int | None = None, period: int | None = None) -> dict[str, Any]:
    """Counts of claims by status, hours, documents and effects; claims and hours of one week when given.

    Hours are floats rounded to four decimals; the documents and effects are those of all time.
    """
    when = (None if year is None else 1, year, period)
    claims = world.tables.query(_CLAIMS, when)
    open_lines = world.tables.query(_OPEN_LINES, when)[0]
    effects = world.effects()
    return {
        "declarations": sum(row[1] for row in claims),
        "declarations_by_status": {row[0]: row[1] for row in claims},
        "approved_externally": sum(row[3] for row in claims),
        "processed": sum(row[5] for row in claims),
        "paid": sum(row[7] for row in claims),
        "hours": _total(claims, 2),
        "hours_approved": _total(claims, 4),
        "hours_processed": _total(claims, 6),
        "hours_paid": _total(claims, 8),
        "open_lines": open_lines[0],
        "open_hours": round(open_lines[1] or 0, 4),
        "documents_by_status": {row[0]: row[1] for row in world.tables.query(_DOCUMENTS)},
        "documents_signed": sum(effects.get("sign_offs", {}).values()),
        "approvals": sum(effects.get("approvals", {}).values()),
        "rejections": sum(effects.get("rejections", {}).values()),
        "resubmissions": sum(effects.get("resubmissions", {}).values()),
        "reactions": sum(effects.get("reactions", {}).values()),
        "mobile_changes": sum(effects.get("mobile_changes", {}).values()),
        "duplicate_effects": world.duplicates(),
    }


def _total(rows: list[Any], column: int) -> float:
    return round(sum(row[column] or 0 for row in rows), 4)
