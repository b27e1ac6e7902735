"""All connections of PostgreSQL are taken right after 25 approvals: nothing parks, the week ends the same."""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
import pytest

from connectors.embedded.postgres import EmbeddedPostgres
from tests.end_to_end.stage import THE_WEEK, a_stage
from workers.demo.week import Week

pytestmark = pytest.mark.slow

SECONDS = 20.0
"""For so long; a worker takes a lost update over after less in the demo."""


def test_all_connections_taken_after_25_approvals_parks_nothing(tmp_path: Path) -> None:
    url = EmbeddedPostgres(tmp_path / "data").owner_url

    class TakenAway(Week):
        """Its database is busy with somebody else after the decisions."""

        def _decide(self) -> None:
            super()._decide()
            with ExitStack() as taken:
                until = time.monotonic() + SECONDS
                while time.monotonic() < until:
                    with suppress(psycopg.OperationalError):
                        while True:
                            taken.enter_context(psycopg.connect(url))
                    time.sleep(0.05)

    with a_stage(tmp_path, TakenAway) as stage:
        stage.week.play()
        reckoning = stage.reckon()
        with psycopg.connect(url) as connection:
            parked = connection.execute("select id, reason from outbox where state = 'parked'").fetchall()
    assert "the database was lost during a job" in (tmp_path / "loonbrug.log").read_text()
    assert parked == []
    assert reckoning.differences == []
    assert reckoning.numbers == THE_WEEK
