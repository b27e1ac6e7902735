"""Rests after a refusal: short at first, longer while it goes on, and short again after it went well."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.store.database import Database
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.pull.pulls import Pulls
from connectors.store.running.control import Control
from domain.message import verbatim
from domain.outbox.update import UpdateKind
from domain.outbox.verdicts import PauseEnvironment, PauseKind

LENGTHS = (5.0, 10.0, 40.0)
REFUSED = PauseEnvironment(LENGTHS, verbatim("token"))
CLOSED = PauseKind(LENGTHS, verbatim("closed"))


class Resting:
    """An environment or a kind that rests, and the time that goes by."""

    def __init__(self, database: Database, url: str, what: str) -> None:
        self._database = database
        self._outbox = PostgresOutbox(database, url, "main")
        self._pulls = Pulls(database, "main")
        self._table, self._until = {
            "environment": ("environment", "paused_until"),
            "kind": ("paused_kind", "until"),
        }[what]

    def refused(self) -> None:
        self._outbox.pause(UpdateKind.APPROVE, CLOSED if self._table == "paused_kind" else REFUSED)

    def left(self) -> float:
        """Seconds that it still rests; negative since when it goes on."""
        query = f"select extract(epoch from {self._until} - now())::float as s from {self._table}"
        with self._database.connection() as connection:
            [row] = connection.execute(query).fetchall()
        return float(row["s"])

    def go_by(self, seconds: float) -> None:
        """So many seconds go by."""
        change = f"update {self._table} set {self._until} = {self._until} - %s"
        with self._database.connection() as connection:
            connection.execute(change, (timedelta(seconds=seconds),))


@pytest.fixture(params=["environment", "kind"])
def resting(request: pytest.FixtureRequest, database: Database, database_url: str) -> Resting:
    return Resting(database, database_url, request.param)


def near(seconds: float) -> object:
    return pytest.approx(seconds, abs=4)


def test_a_refusal_that_goes_on_makes_rests_that_grow_up_to_the_last_length(resting: Resting) -> None:
    lengths = []
    for _ in range(5):
        resting.refused()
        lengths.append(resting.left())
        resting.go_by(lengths[-1] + 0.5)
    assert lengths == [near(5), near(10), near(40), near(40), near(40)]


def test_several_workers_that_are_refused_together_tell_one_thing(resting: Resting) -> None:
    for _ in range(20):
        resting.refused()
    assert resting.left() == near(5)


def test_what_went_well_for_longer_than_the_last_rest_begins_anew(resting: Resting) -> None:
    resting.refused()
    resting.go_by(6)
    resting.refused()
    assert resting.left() == near(10)
    resting.go_by(10 + 15)
    resting.refused()
    assert resting.left() == near(5)


def test_a_probe_that_succeeds_ends_the_rest_and_the_row(database: Database, database_url: str) -> None:
    resting, control = Resting(database, database_url, "environment"), Control(database, "main")
    for _ in range(3):
        resting.refused()
        resting.go_by(resting.left() + 0.5)
    control.end_pause()
    resting.refused()
    assert resting.left() == near(5)


def test_a_probe_that_fails_rests_longer_although_the_last_rest_is_not_over(
    database: Database, database_url: str
) -> None:
    resting, control = Resting(database, database_url, "environment"), Control(database, "main")
    resting.refused()
    lengths = []
    for _ in range(3):
        control.extend_pause(REFUSED)
        lengths.append(resting.left())
    assert lengths == [near(10), near(40), near(40)]


def test_pulling_and_sending_rest_alike(database: Database) -> None:
    Pulls(database, "main").pause_environment(REFUSED)
    state = Control(database, "main").state()
    assert state.pause_reason == verbatim("token")


def test_what_a_person_paused_stays_as_it_is(database: Database, database_url: str) -> None:
    control = Control(database, "main")
    control.pause("audit")
    Resting(database, database_url, "environment").refused()
    control.extend_pause(REFUSED)
    assert control.state().pause_reason == verbatim("audit")
