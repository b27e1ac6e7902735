"""A bad row as it may be kept: what a person needs to see what is wrong, and no more."""

from __future__ import annotations

from collections.abc import Callable

from domain.pull.query import Row
from mappings.bsn import masked, masked_where_named
from mappings.pull.flow import Flow

LONGEST = 1_000
"""Longer texts are cut: still longer than any column allows, so that a retry refuses them again."""


def kept(flow: Flow, row: Row) -> Row:
    """The flow's own columns of the row, BSN covered, long texts cut, and fit for PostgreSQL's jsonb."""
    with_digits = flow.mapping.with_digits.union(flow.key)
    return {
        column: _covered(row[column], masked_where_named if column in with_digits else masked)
        for column in flow.columns
        if column in row
    }


def _covered(value: object, cover: Callable[[str], str]) -> object:
    fitting = _fit(value)
    return cover(fitting) if isinstance(fitting, str) else fitting


def _fit(value: object) -> object:
    """Numbers, booleans and null as they are, anything else as a text that every JSON can hold."""
    if value is None or isinstance(value, float) or (isinstance(value, int) and abs(value) < 2**63):
        return value
    text = value if isinstance(value, str) else repr(value)
    return text[:LONGEST].replace("\x00", "�").encode("utf-8", "replace").decode()
