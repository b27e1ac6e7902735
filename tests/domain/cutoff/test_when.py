"""When the cut-off is: holidays, the nights in which the clocks change, moments that were missed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from domain.calendar import AMSTERDAM
from domain.cutoff.when import CutoffRule, CutoffTask, Weekday, cutoff_of, due, moments_of, next_cutoff
from workers.compose.cutoff.calendar import holidays_of

RULE = CutoffRule()
NL = holidays_of("NL")


def no_holiday(_day):
    return False


def local(cutoff):
    return cutoff.at.astimezone(AMSTERDAM).strftime("%a %Y-%m-%d %H:%M")


def test_the_hours_of_a_week_close_on_thursday_noon_of_the_next():
    assert local(cutoff_of("2026-W47", RULE, NL)) == "Thu 2026-11-26 12:00"


@pytest.mark.parametrize(
    ("week", "when"),
    [
        ("2026-W19", "Wed 2026-05-13 12:00"),  # Ascension Day is a Thursday
        ("2026-W51", "Wed 2026-12-23 12:00"),  # Christmas is on payday: paid on Thursday, closed on Wednesday
        ("2026-W52", "Wed 2026-12-30 12:00"),  # New Year's Day is payday
        ("2027-W11", "Wed 2027-03-24 12:00"),  # Good Friday is payday: banks are closed
        ("2027-W17", "Wed 2027-05-05 12:00"),  # Ascension Day; Liberation Day is a working day in 2027
        ("2026-W14", "Thu 2026-04-09 12:00"),  # Easter Monday lies earlier in the week
        ("2026-W17", "Thu 2026-04-30 12:00"),  # and so does King's Day
        ("2023-W51", "Thu 2023-12-28 12:00"),  # both Christmas days lie earlier in the week
    ],
)
def test_a_holiday_moves_the_cut_off_to_an_earlier_working_day(week, when):
    cutoff = cutoff_of(week, RULE, NL)
    assert local(cutoff) == when
    assert cutoff.moved is ("Wed" in when)


def test_holidays_in_a_row_move_it_past_the_weekend():
    monday_rule = CutoffRule(weekday=Weekday.MONDAY)
    # Easter Monday, and Good Friday, on which banks are closed
    assert local(cutoff_of("2026-W14", monday_rule, NL)) == "Thu 2026-04-02 12:00"


def test_other_days_can_be_closed_too():
    # Friday 1 May is no Dutch holiday, and no bank pays on it
    assert local(cutoff_of("2026-W17", RULE, holidays_of("NL", [date(2026, 5, 1)]))) == "Wed 2026-04-29 12:00"
    assert holidays_of(None, [date(2026, 5, 1)])(date(2026, 5, 1))
    assert not holidays_of(None)(date(2026, 12, 25))


def test_holidays_can_be_left_out_of_account():
    assert local(cutoff_of("2026-W51", RULE, no_holiday)) == "Thu 2026-12-24 12:00"


def test_a_cut_off_on_payday_itself_stays_there():
    rule = CutoffRule(weekday=Weekday.FRIDAY, at=time(8))
    assert local(cutoff_of("2026-W47", rule, NL)) == "Fri 2026-11-27 08:00"


@pytest.mark.parametrize(
    ("week", "offset_before", "offset_at"),
    [("2026-W13", 1, 2), ("2026-W43", 2, 1)],  # the nights before 29 March and 25 October 2026
)
def test_moments_are_real_hours_across_the_night_in_which_the_clocks_change(week, offset_before, offset_at):
    rule = CutoffRule(weekday=Weekday.MONDAY, reports=(48.0,), remind_clients=(), remind_office=())
    cutoff = cutoff_of(week, rule, no_holiday)
    [moment] = moments_of(cutoff, rule)
    assert cutoff.at - moment.at == timedelta(hours=48)
    at, before = cutoff.at.astimezone(AMSTERDAM), moment.at.astimezone(AMSTERDAM)
    assert at.utcoffset() == timedelta(hours=offset_at)
    assert before.utcoffset() == timedelta(hours=offset_before)
    assert at.hour == 12
    assert before.hour == 12 + offset_before - offset_at


def test_the_next_cut_off_is_strictly_later():
    at = cutoff_of("2026-W47", RULE, NL).at
    assert next_cutoff(at - timedelta(seconds=1), RULE, NL).week == "2026-W47"
    assert next_cutoff(at, RULE, NL).week == "2026-W48"


def test_there_is_a_next_cut_off_for_every_hour_of_three_years():
    now, last = datetime(2025, 1, 1, tzinfo=UTC), ""
    while now < datetime(2028, 1, 1, tzinfo=UTC):
        cutoff = next_cutoff(now, RULE, NL)
        assert now < cutoff.at <= now + timedelta(days=9)
        assert cutoff.week >= last
        last, now = cutoff.week, now + timedelta(hours=7)


def test_what_was_missed_is_caught_up_once():
    cutoff = cutoff_of("2026-W47", RULE, NL)
    now, skipped = due(cutoff.at - timedelta(minutes=30), moments_of(cutoff, RULE))
    assert {moment.name for moment in now} == {"report-1h", "remind-clients-24h", "remind-office-72h"}
    assert {moment.name for moment in skipped} == {"report-24h", "report-4h", "remind-clients-48h"}


def test_nothing_is_due_long_before():
    cutoff = cutoff_of("2026-W47", RULE, NL)
    assert due(cutoff.at - timedelta(days=5), moments_of(cutoff, RULE)) == ([], [])


def test_moments_come_in_order():
    moments = moments_of(cutoff_of("2026-W47", RULE, NL), RULE)
    assert [moment.at for moment in moments] == sorted(moment.at for moment in moments)
    assert [moment.name for moment in moments if moment.task is CutoffTask.REPORT] == [
        "report-24h",
        "report-4h",
        "report-1h",
    ]


def test_liberation_day_is_a_holiday_once_in_five_years():
    assert NL(date(2025, 5, 5))
    assert not NL(date(2026, 5, 5))
