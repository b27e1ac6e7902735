"""What differs between AFAS and us, and what is merely on the move."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pull.afas_clock import Present
from domain.reconcile.comparison import (
    TIES,
    Difference,
    FlowProgress,
    KeptRow,
    compare,
    differing_groups,
    flags_of,
    group_of,
    grouped,
    hours_by_claim,
    key_of,
    on_the_move,
)
from domain.reconcile.finding import FindingKind
from domain.records.hours import HourLine
from tests.stages.records.records import NUMBER, a_claim, a_contact, a_line, a_placement

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SEEN = NOW - timedelta(minutes=20)
"""The flow read all that changed until then."""
FACTS = FlowProgress(NOW, SEEN, settled=True, present=Present.of(NOW, None))
TOMORROW, JUST_NOW, BEFORE, EARLIER = (
    NOW + timedelta(days=1), NOW - timedelta(minutes=1), NOW - timedelta(hours=2), NOW - timedelta(hours=3)
)  # fmt: skip


def line(changed: datetime = BEFORE, quantity: int = 8) -> HourLine:
    return a_line(changed_at=changed, quantity=Decimal(quantity))


def kept(changed: datetime = BEFORE, quantity: int = 8, **more: Any) -> KeptRow:
    return KeptRow(line(changed, quantity), LONG_AGO, "", **more)


def kinds(fresh: HourLine | None, known: KeptRow | None, facts: FlowProgress = FACTS) -> list[FindingKind]:
    found, _ = compare({"501": fresh} if fresh else {}, {"501": known} if known else {}, facts)
    return [each.kind for each in found]


@pytest.mark.parametrize(
    ("fresh", "known", "kind"),
    [
        (line(), kept(), None),
        (line(BEFORE, 4), kept(), FindingKind.CHANGED_UNSEEN),
        (line(BEFORE, 4), kept(EARLIER), FindingKind.CHANGE_MISSED),
        (line(EARLIER, 4), kept(BEFORE), FindingKind.OLDER_IN_AFAS),
        (line(), None, FindingKind.MISSING_HERE),
        (line(), kept(withdrawn=True), FindingKind.MISSING_HERE),
        (None, kept(), FindingKind.MISSING_IN_AFAS),
        (None, kept(withdrawn=True), None),
    ],
)
def test_a_difference_is_named_after_what_must_have_happened(fresh, known, kind):
    assert kinds(fresh, known) == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("fresh", "known", "moving"),
    [
        (JUST_NOW, BEFORE, True),
        (BEFORE, BEFORE, False),
        (TOMORROW, BEFORE, False),
        (JUST_NOW, TOMORROW, True),
        (SEEN, BEFORE, False),
        (SEEN + timedelta(seconds=1), BEFORE, True),
    ],
)
def test_what_afas_changed_since_the_last_poll_is_on_the_move_unless_it_is_dated_ahead(fresh, known, moving):
    assert on_the_move(line(fresh, 4), kept(known), FACTS) is moving


def test_what_is_new_in_afas_is_on_the_move_until_it_was_to_be_read():
    assert on_the_move(line(JUST_NOW), None, FACTS)
    assert not on_the_move(line(BEFORE), None, FACTS)
    assert on_the_move(line(JUST_NOW), kept(withdrawn=True), FACTS)


def test_what_we_learnt_while_we_looked_is_on_the_move_whatever_afas_shows():
    learnt = KeptRow(line(), NOW, "")
    assert on_the_move(line(BEFORE, 4), learnt, FACTS)
    assert on_the_move(None, learnt, FACTS)
    assert not on_the_move(None, kept(), FACTS)


def test_of_a_flow_that_never_read_anything_all_is_on_the_move():
    assert on_the_move(line(BEFORE), None, replace(FACTS, seen_until=None))


@pytest.mark.parametrize(
    ("changed", "settled", "moving"),
    [
        (SEEN, False, True),
        (SEEN - TIES + timedelta(seconds=1), False, True),
        (SEEN - TIES, False, False),
        (SEEN, True, False),
    ],
)
def test_the_same_time_says_nothing_while_the_last_minutes_are_being_read_again(changed, settled, moving):
    facts = replace(FACTS, settled=settled)
    assert on_the_move(line(changed, 4), kept(changed), facts) is moving


def test_what_is_on_the_move_is_no_finding_and_is_told_apart():
    found, moving = compare({"1": line(JUST_NOW, 4), "2": line(BEFORE, 4)}, {"1": kept(), "2": kept()}, FACTS)
    assert ([each.key for each in found], moving) == (["2"], frozenset({"1"}))


def test_a_row_dated_ahead_that_differs_is_a_finding():
    assert kinds(line(TOMORROW, 4), kept()) == [FindingKind.CHANGE_MISSED]


def test_a_row_that_could_not_be_read_is_named_elsewhere():
    assert compare({"501": line()}, {}, FACTS, known_bad=("501",)) == ([], frozenset())


def test_findings_come_in_the_order_of_their_keys():
    fresh = {key: line() for key in ("9", "1", "5")}
    assert [each.key for each in compare(fresh, {}, FACTS)[0]] == ["1", "5", "9"]


def test_eight_hours_are_eight_hours_however_they_are_written():
    written = KeptRow(a_line(changed_at=BEFORE, quantity=Decimal("8.0000")), LONG_AGO, "")
    assert kinds(line(), written) == []


def test_a_difference_shows_the_fields_that_differ_where_both_are_there():
    both = Difference(FindingKind.CHANGED_UNSEEN, "501", line(BEFORE, 4), kept())
    fresh_only = Difference(FindingKind.MISSING_HERE, "501", line(), None)
    kept_only = Difference(FindingKind.MISSING_IN_AFAS, "501", None, kept())
    assert (both.columns, fresh_only.columns, kept_only.columns) == (("quantity",), (), ())
    assert [each.record for each in (both, fresh_only, kept_only)] == [line(BEFORE, 4), line(), line()]
    assert Difference(FindingKind.MISSING_HERE, "501", None, None).record is None


@pytest.mark.parametrize(
    ("record", "group"),
    [
        (a_claim(), ("10010", "2026-W47")),
        (a_line(), ("10010", "2026-W47")),
        (a_line(client=None, date=date(2027, 1, 3)), ("", "2026-W53")),
        (a_placement(), ("10010", "")),
        (a_contact(client="7"), ("7", "")),
    ],
)
def test_a_row_is_counted_under_its_client_and_week(record, group):
    assert group_of(record) == group


def test_a_key_is_a_text_and_what_is_not_kept_has_none():
    assert [key_of(each) for each in (a_claim(), a_line(), a_contact())] == [NUMBER, "501", "22834"]
    with pytest.raises(KeyError):
        key_of("a text")


@pytest.mark.parametrize(
    ("record", "flags"),
    [
        (a_claim(), 0),
        (a_claim(approved_externally=True, processed=True, paid=True, invoiced=True), 3),
        (a_line(approved_externally=True, agreed=True), 1),
    ],
)
def test_what_must_never_be_wrong_of_a_row_is_counted(record, flags):
    assert flags_of(record) == flags


lines = st.lists(
    st.builds(
        lambda number, client, day, quantity: a_line(
            line=number,
            client=client,
            date=date(2026, 11, 16) + timedelta(days=day),
            quantity=Decimal(quantity),
        ),
        st.integers(1, 99),
        st.sampled_from(("10010", "10020", None)),
        st.integers(0, 20),
        st.integers(-8, 8),
    ),
    unique_by=lambda each: each.line,
    max_size=8,
)


def summed(some: list[HourLine]):
    return grouped(some, [repr(each) for each in some], digest=str)


@given(lines, st.randoms(use_true_random=False))
def test_sums_do_not_depend_on_the_order_in_which_rows_come(some, chance):
    shuffled = some.copy()
    chance.shuffle(shuffled)
    assert summed(some) == summed(shuffled)
    assert not differing_groups(summed(some), summed(shuffled))


@given(lines)
def test_every_row_is_counted_once(some):
    sums = summed(some).values()
    assert sum(each.rows for each in sums) == len(some)
    assert sum((each.amount for each in sums), Decimal(0)) == sum(
        (each.quantity for each in some), Decimal(0)
    )


@given(lines.filter(bool), st.sampled_from(["gone", "quantity", "description", "approved_externally"]))
def test_a_row_that_differs_makes_its_own_group_differ_and_no_other(some, what):
    first, *rest = some
    other = [] if what == "gone" else [replace(first, **{what: {"quantity": Decimal(99)}.get(what, True)})]
    assert differing_groups(summed(some), summed([*other, *rest])) == {group_of(first)}


def test_lines_are_gathered_by_their_claim_and_those_not_submitted_are_left_out():
    one, two, loose = a_line(line=1), a_line(line=2), a_line(line=3, claim=None)
    assert hours_by_claim([one, loose, two]) == {NUMBER: [one, two]}
