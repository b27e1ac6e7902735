"""The week of the demo, with its faults, on a database whose wall clock jumps by hours and days meanwhile."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import psycopg
import pytest

from connectors.embedded.postgres import EmbeddedPostgres
from tests.end_to_end.stage import THE_WEEK, a_stage
from tests.stages.clocks import move, set_up

pytestmark = pytest.mark.slow
_JUMPS = ("1 hour", "-1 hour", "-1 day", "1 day", "17 minutes", "-17 minutes")
_MOST = 200


def test_every_decision_arrives_once_while_the_wall_clock_jumps(tmp_path: Path) -> None:
    with a_stage(tmp_path) as stage:
        url = EmbeddedPostgres(stage.data).owner_url
        set_up(url)
        _begin_anew(url)
        dice = random.Random(7)
        jumped: list[str] = []

        def jump(over: threading.Event) -> None:
            while not over.wait(2.0) and len(jumped) < _MOST:
                jumped.append(dice.choice(_JUMPS))
                move(url, jumped[-1])

        stage.play_beside(jump)
        reckoning = stage.reckon()
        assert reckoning.differences == []
        assert reckoning.numbers == THE_WEEK
        with psycopg.connect(url) as connection:
            noticed = connection.execute("select count(*) from clock_jump").fetchone()
        assert noticed
        assert 0 < noticed[0] <= len(jumped), "each was noticed once, or together with the next"


def _begin_anew(url: str) -> None:
    """All sessions of the product begin again, and see the clock that can be set."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
            " and backend_type = 'client backend'"
        )
