"""The content of a report: plain JSON in one way of writing, so that anybody can work out its hash again.

It names people by AFAS's numbers only: names are put beside it when it is shown, and the hash outlives their
erasure. What it says is kept as ids and values, never as sentences.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.cutoff.reckoning import Reckoned, Reckoning, WeekStanding
from domain.cutoff.report import Content, Elsewhere, Made
from domain.decimals import plain
from domain.message import Message
from domain.reconcile.finding import KnownFinding

FORMAT = 2
"""The first kept sentences; ``first_format.py`` reads it."""


def content_of(
    made: Made,
    reckoning: Reckoning,
    findings: Sequence[KnownFinding] = (),
    elsewhere: Sequence[Elsewhere] = (),
) -> Content:
    """The content of a report: the week itself, findings that pay depends on, what is stuck elsewhere."""
    rows = sorted(reckoning.rows, key=lambda row: (row.standing, row.number))
    return {
        "format": FORMAT,
        "environment": made.environment,
        "week": reckoning.week,
        "cutoff_at": _time(made.cutoff_at),
        "moment": made.moment,
        "made_at": _time(made.at),
        "made_by": made.by,
        "read_at": _time(reckoning.read_at),
        "hours": _hours(reckoning),
        "counts": {standing.value: len(reckoning.of(standing)) for standing in WeekStanding},
        "sums": [
            {"name": each.name, "left": plain(each.left), "right": plain(each.right), "agrees": each.agrees}
            for each in reckoning.sums
        ],
        "agrees": reckoning.agrees,
        "declarations": [_row(row) for row in rows],
        "elsewhere": [_elsewhere(each) for each in sorted(elsewhere, key=lambda each: each.number)],
        "findings": sorted(
            [{"kind": known.finding.kind.value, "subject": known.finding.subject} for known in findings],
            key=lambda each: (each["subject"], each["kind"]),
        ),
    }


def canonical(content: Mapping[str, Any]) -> str:
    """The one way in which a content is written: sorted, compact, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256_of(text: str) -> bytes:
    """The hash of a canonical content."""
    return hashlib.sha256(text.encode()).digest()


def _hours(reckoning: Reckoning) -> dict[str, str]:
    """Per class, and all that is approved."""
    found = {
        standing.value: plain(sum((row.hours for row in reckoning.of(standing)), Decimal(0)))
        for standing in WeekStanding
    }
    return found | {"approved": plain(reckoning.approved_hours)}


def _row(row: Reckoned) -> dict[str, Any]:
    return {
        "number": row.number,
        "standing": row.standing.value,
        "hours": plain(row.hours),
        "kept_hours": None if row.kept_hours is None else plain(row.kept_hours),
        "afas_hours": None if row.afas_hours is None else plain(row.afas_hours),
        "status": row.status,
        "afas_status": row.afas_status,
        "client": row.client,
        "contact": row.contact,
        "employee": row.employee,
        "placement": row.placement,
        "update": row.update,
        "reason": row.reason.value if row.reason else None,
        "detail": _message(row.detail),
        "solver": row.solver.value if row.solver else None,
    }


def _elsewhere(each: Elsewhere) -> dict[str, Any]:
    return asdict(each) | {"hours": plain(each.hours), "reason": _message(each.reason)}


def _message(known: Message | None) -> dict[str, Any] | None:
    return known.to_json() if known else None


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
