"""A bad row as it may be kept: what a person needs to see what is wrong, and no more."""

from __future__ import annotations

from domain.query import Row
from mappings.fields import masked
from mappings.flows import Flow

LONGEST = 1_000
"""Longer texts are cut: still longer than any column allows, so that a retry refuses them again."""


def kept(flow: Flow, row: Row) -> Row:
    """The flow's own columns of the row, BSN covered, long texts cut, and fit for PostgreSQL's jsonb."""
    return {
        column: row[column] if column in flow.key and _short(row[column]) else _fit(row[column])
        for column in flow.columns
        if column in row
    }


def _short(value: object) -> bool:
    return not isinstance(value, str) or (len(value) < LONGEST and "\x00" not in value)


def _fit(value: object) -> object:
    if isinstance(value, (bool, int, float)) or value is None:
        return value
    text = value if isinstance(value, str) else repr(value)
    return masked(text[:LONGEST].replace("\x00", "�"))
