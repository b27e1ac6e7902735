"""Pulling from the command line while others pull the same flow: waited for, told, and never for ever."""

from __future__ import annotations

import pytest

from connectors.store.pull.runs import RunRepository
from connectors.store.running.control import Control
from domain.message import verbatim
from domain.pull.run import Counts, RunKind
from sync.pull.pull import PullOutcome
from tests.stages.reasons import kept
from workers.cli.pull.turn import Turn, Wish
from workers.compose.store import Store

FULL = Wish("hours", RunKind.FULL)


@pytest.fixture
def book(database):
    return RunRepository(database, "main")


@pytest.fixture
def turn(database):
    """A turn whose pauses are steps of a story: what others do meanwhile. Its clock counts them."""

    def make(wish=FULL, *story, limit=100.0):
        steps, passed = list(story), []

        def pause(seconds):
            passed.append(seconds)
            if steps:
                steps.pop(0)()

        return Turn(Store(database, "main"), wish, limit=limit, pause=pause, clock=lambda: sum(passed))

    return make


def ended(database, run, state="done"):
    with database.connection() as connection:
        connection.execute(
            "update run set state = %s, ended_at = now(), read = 5, unchanged = 5, error = %s where id = %s",
            (state, None if state == "done" else kept("AFAS said no"), run),
        )


def test_a_full_pull_waits_for_the_poll_that_goes_on(turn, book, database, capsys):
    poll = book.want("hours")
    book.take(poll)
    run = turn(FULL, lambda: None, lambda: ended(database, poll)).take()
    assert run not in (None, poll)
    assert book.take(run).kind is RunKind.FULL
    said = capsys.readouterr().err
    assert said.count("a run of hours goes on; waiting for it to end (at most 100 seconds)") == 1


def test_a_poll_that_nobody_began_becomes_the_full_pull(turn, book):
    poll = book.want("hours")
    assert turn(FULL).take() == poll
    assert book.take(poll).kind is RunKind.FULL


def test_a_poll_is_content_with_the_full_pull_that_is_due(turn, book):
    full = book.want("hours", RunKind.FULL)
    assert turn(Wish("hours", RunKind.POLL)).take() == full


def test_waiting_ends(turn, book, capsys):
    book.take(book.want("hours"))
    assert turn(FULL, limit=3.0).take() is None
    assert "gave up after 3 seconds" in capsys.readouterr().err


def test_a_run_that_a_worker_snatched_is_seen_to_its_end(turn, book, database, capsys):
    run = book.want("hours", RunKind.FULL)
    book.take(run)
    seen = turn(FULL, lambda: ended(database, run)).see(run, lambda _: None)
    assert (seen.run, seen.kind, seen.counts["read"], seen.failure) == (run, "full", 5, None)
    assert "a worker does run" in capsys.readouterr().err


def test_a_snatched_run_that_fails_is_told_with_its_reason(turn, book, database):
    run = book.want("hours", RunKind.FULL)
    book.take(run)
    seen = turn(FULL, lambda: ended(database, run, "failed")).see(run, lambda _: None)
    assert (seen.counts, seen.failure) == (None, verbatim("AFAS said no"))


def test_our_own_run_is_told_as_it_ended(turn, book):
    run = book.want("hours", RunKind.FULL)
    claimed = book.take(run)
    seen = turn(FULL).see(run, lambda _: PullOutcome(claimed, Counts(read=2, new=2)))
    assert (seen.counts["new"], seen.failure) == (2, None)


@pytest.mark.parametrize(
    ("halt", "told"),
    [
        (lambda control: control.pause_flow("hours", "a new column"), "hours is paused (a new column)"),
        (lambda control: control.pause("moving house"), "everything is paused (moving house)"),
    ],
)
def test_what_is_paused_is_told_at_once_instead_of_waited_for(turn, database, capsys, halt, told):
    halt(Control(database, "main"))
    run = turn(FULL).take()
    assert turn(FULL).see(run, lambda _: None) is None
    said = capsys.readouterr().err
    assert told in said
    assert "waiting" not in said
