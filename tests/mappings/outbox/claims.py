"""A claim that was decided about, as AFAS shows it at a look."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain.declarations.declaration import content_version
from domain.outbox.afas_call import Call
from domain.outbox.update import Update, UpdateKind
from domain.pull.query import Row
from mappings.outbox.outgoing import Found
from mappings.records.claims import to_claim
from mappings.records.hours import to_hour_line
from tests.stages.outbox.updates import DOUBTFUL, READY
from tests.stages.records.rows import row

ENTERED = "2026-11-20T14:03:27Z"
"""When the item entered the task in which a look before the first send found it."""
LATER = "2026-11-20T16:00:00Z"
LINES = [row("hours", ClaimNumber="000000000005.01")]
VERSION = content_version(to_claim(row("claims")), [to_hour_line(line) for line in LINES])
PAYLOAD: dict[str, object] = {"claim": "000000000005.01", "contact": 22834, "reason": "Dinsdag was vrij"}


def decided(kind: UpdateKind, *, sent: bool = False, **more: Any) -> Update:
    """An approval or rejection of that claim; ``sent``: nobody knows what became of it."""
    update = DOUBTFUL if sent else READY
    evidence = {"seen_until": ENTERED} if sent else {}
    fresh: dict[str, Any] = {"kind": kind, "version": VERSION, "payload": PAYLOAD, "evidence": evidence}
    return replace(update, **(fresh | more))


def found(*, lines: list[Row] | None = LINES, entered: str | None = ENTERED, **columns: Any) -> Found:
    """The claim with these columns, its lines, and since when it stands in its task (None: in none)."""
    tasks = [row("tasks", EnteredOn=entered)] if entered else []
    rows: dict[str, list[Row]] = {"Loonbrug_Claims": [row("claims", **columns)], "Loonbrug_Tasks": tasks}
    return rows | ({"Loonbrug_Hours": lines} if lines is not None else {})


def element_of(call: Call) -> dict[str, Any]:
    """The record that a call writes: its ``Fields``, ``Objects`` and attributes."""
    body: Any = call.body
    [outer] = body.values()
    written: dict[str, Any] = outer["Element"]
    return written
