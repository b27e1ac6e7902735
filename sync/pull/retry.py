"""Parked rows tried again, after a fix of ours or of the administrator's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.errors import UnmappableRow
from domain.message import Message
from mappings.pull.flow import Flow
from sync.pull.ports import ParkedRows


@dataclass(frozen=True, slots=True)
class Retried:
    """What became of one parked row: ``reason`` is None when it could be read."""

    parked: int
    flow: str
    reason: Message | None


def retry_parked(rows: ParkedRows, flows: Mapping[str, Flow], ids: Sequence[int]) -> list[Retried]:
    """Map these parked rows again and write those that can be read. Rows resolved already are left out.

    What was masked or cut when it was parked stays refused: only AFAS can send it again.
    """
    return [_retry(rows, flows[flow], parked, row) for parked, flow, row in rows.parked(ids)]


def _retry(rows: ParkedRows, flow: Flow, parked: int, row: dict[str, object]) -> Retried:
    try:
        record = flow.mapping.to_record(row)
    except UnmappableRow as error:
        rows.still_parked(parked, error.why)
        return Retried(parked, flow.name, error.why)
    rows.unpark(parked, record)
    return Retried(parked, flow.name, None)
