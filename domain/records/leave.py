"""Leave (*verlof*) of flex workers. Never sickness: that is health data, which we may not keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Leave:
    """One entry: whole days from ``start_date`` to ``end_date`` (None: not known yet), ``hours`` in all."""

    leave: int
    employee: str
    leave_type: str
    start_date: date
    end_date: date | None
    hours: Decimal
    approved: bool
    changed_at: datetime
