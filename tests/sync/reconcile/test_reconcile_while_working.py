"""Reconciling in the middle of a busy morning: ordinary work is no finding, what it hid is found after."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from sandbox.people import act
from sandbox.profit.clock import ProfitClock
from sandbox.profit.world import World
from sandbox.reading.tables import Tables
from sandbox.seed.seed import fill
from tests.stages.reconcile.reconciling import Stage, a_stage
from tests.stages.sandbox.agency import WEDNESDAY

pytestmark = pytest.mark.slow
SECONDS = 12.0
"""How long everybody works at least, and until something was delivered."""
PATIENCE = 180.0
LONGEST_SETTLED = """
    select claim from claim where period = 47 and approved_externally order by changed_at limit 1
"""
"""Of what changed last, something older may still come: there a difference is no finding yet."""


def a_running_agency() -> World:
    """Its clock goes on as ours does."""
    world = World(Tables(), ProfitClock(WEDNESDAY), 1)
    fill(world, workers=30, weeks=1, seed=1, current="empty", to_sign=0)
    return world


def test_ordinary_work_is_no_finding_and_nothing_stays_hidden(database_url: str) -> None:
    with a_stage(database_url, a_running_agency()) as stage:
        stage.late, stage.adds_up_within = PATIENCE, 1.0  # so that only what is wrong can be a finding
        found = _while_everybody_works(stage)
        assert found == []
        stage.late = 2.0
        stage.deliver()
        stage.pull()
        stage.world.clock.advance(timedelta(minutes=1))
        stage.put("update flow set news_at = now() - interval '1 hour'")
        stage.pull()  # without news: what was read last is settled, however fast it all came
        assert [each.what for each in stage.whole().findings] == []
        number = stage.look(LONGEST_SETTLED)[0]["claim"]
        stage.world.tables.update("Loonbrug_Claims", (number,), {"TotalHours": 1.0})
        kinds = {(each.subject, each.kind.value) for each in stage.light().findings}
        named = f"claim:{number}"
        assert kinds == {(named, "changed-unseen"), (named, "approved-other-hours")}


def _while_everybody_works(stage: Stage) -> list[str]:
    """What light and whole reconciliations find while people book, submit and approve, and flows run."""
    found: list[str] = []
    errors: list[BaseException] = []
    stop = threading.Event()
    left = iter(stage.world.tables.select("Loonbrug_Placements"))

    def reconcile() -> None:
        found.extend(str(each.what) for each in (*stage.light().findings, *stage.whole().findings))

    def loop(do: Callable[[], object]) -> None:
        try:
            while not stop.wait(0.05):
                do()
        except BaseException as error:
            errors.append(error)
            raise

    doing = (lambda: _submit_one(stage, left), lambda: _approve_some(stage), stage.pull, reconcile)
    threads = [threading.Thread(target=loop, args=(do,)) for do in doing]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    while not (time.monotonic() > began + SECONDS and _delivered(stage) > 10) and not errors:
        assert time.monotonic() < began + PATIENCE
        time.sleep(0.2)
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    return found


def _delivered(stage: Stage) -> int:
    return int(stage.look("select count(*) as done from outbox where state = 'done'")[0]["done"])


def _submit_one(stage: Stage, left: Iterator[dict[str, Any]]) -> None:
    row = next(left, None)
    if row is not None:
        act(stage.world, "book-week", placement=row["PlacementId"])
        act(stage.world, "submit", placement=row["PlacementId"])
    time.sleep(0.1)


def _approve_some(stage: Stage) -> None:
    for each in stage.offered()[:2]:
        stage.approve(each)
    stage.deliver()
