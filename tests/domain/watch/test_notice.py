"""Notices are tried again ever more slowly, for two days, and then given up."""

from __future__ import annotations

from datetime import timedelta

from domain.watch.notice import NeverTaken, NotTaken, pause_after


def test_pauses_grow_and_end_after_two_days():
    pauses, attempts = [], 1
    while (pause := pause_after(attempts)) is not None:
        pauses.append(pause)
        attempts += 1
    assert pauses == sorted(set(pauses))
    assert timedelta(days=1.5) < timedelta(seconds=sum(pauses)) < timedelta(days=2)


def test_who_got_it_is_left_out_of_the_next_attempt():
    assert NotTaken("busy", ("b@example.nl",)).left == ("b@example.nl",)
    assert NeverTaken("no such receiver").left == ()
