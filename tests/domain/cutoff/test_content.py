"""A report's content is written in one way, so that anybody works out the same hash."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cutoff.content import canonical, content_of, sha256_of
from domain.cutoff.reckoning import Reckoning
from domain.cutoff.report import Elsewhere, Made
from domain.message import verbatim
from domain.reconcile.finding import Cure, Finding, FindingKind, KnownFinding
from tests.stages.cutoff.reckoned_week import MADE, READ_AT, all_sides, reckoned

WEEK = reckoned(all_sides())
ELSEWHERE = [
    Elsewhere(number, "2026-W46", Decimal("7.50"), "001001", "10010", "parked", None, 5) for number in "789"
]
FINDINGS = [
    KnownFinding(1, Finding(kind, subject, verbatim("x"), Cure.PERSON, verbatim("y")), READ_AT, READ_AT, 1)
    for subject in ("claim:1", "claim:2")
    for kind in (FindingKind.MISSING_HERE, FindingKind.EFFECT_GONE)
]


def hashed(week: Reckoning, findings=FINDINGS, elsewhere=ELSEWHERE, made: Made = MADE) -> bytes:
    return sha256_of(canonical(content_of(made, week, findings, elsewhere)))


KNOWN = hashed(WEEK)


@given(st.permutations(WEEK.rows), st.permutations(FINDINGS), st.permutations(ELSEWHERE))
def test_it_is_the_same_whatever_came_first(rows, findings, elsewhere) -> None:
    assert hashed(replace(WEEK, rows=tuple(rows)), findings, elsewhere) == KNOWN


@given(st.integers(-14, 14))
def test_it_is_the_same_wherever_the_clock_hangs(hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    made = replace(MADE, at=MADE.at.astimezone(zone), cutoff_at=MADE.cutoff_at.astimezone(zone))
    assert hashed(replace(WEEK, read_at=READ_AT.astimezone(zone)), made=made) == KNOWN


def test_it_is_the_same_with_however_many_decimals_hours_were_counted() -> None:
    rows = tuple(replace(row, hours=row.hours + Decimal("0.000")) for row in WEEK.rows)
    assert hashed(replace(WEEK, rows=rows)) == KNOWN


@pytest.mark.parametrize(
    "other",
    [
        replace(WEEK, week="2026-W48"),
        replace(WEEK, approved_hours=WEEK.approved_hours + Decimal("0.01")),
        replace(WEEK, rows=WEEK.rows[1:]),
        replace(WEEK, rows=(replace(WEEK.rows[0], employee="001002"), *WEEK.rows[1:])),
    ],
    ids=["week", "hours", "gone", "worker"],
)
def test_it_is_another_when_anything_in_it_is(other: Reckoning) -> None:
    assert hashed(other) != KNOWN


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical({"hours": float("nan")})
