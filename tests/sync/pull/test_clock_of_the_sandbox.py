"""The October night and a row from the future, over HTTP, by the clock that AFAS itself tells."""

# ruff: noqa: DTZ001 - AFAS keeps naive Amsterdam time

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from pydantic import SecretStr

from connectors.afas.client import AfasClient
from connectors.afas.options import AfasOptions, ClassicToken
from connectors.store.database import Database
from domain.pull.afas_clock import Present
from sandbox.people import act
from sandbox.running import Running, new_world, start_sandbox
from sync.pull.present import present_of
from tests.stages.pull.pulling import Stage

pytestmark = pytest.mark.slow

EVENING = datetime(2026, 10, 24, 22, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FLOWS = ("hours", "deleted-hours")


@pytest.fixture
def sandbox() -> Iterator[Running]:
    world = new_world(workers=6, weeks=1, seed=1, start=datetime(2026, 10, 25, 0, 0))
    with start_sandbox(world) as running:
        yield running


@pytest.fixture
def stage(database_url: str, sandbox: Running) -> Iterator[Stage]:
    options = AfasOptions(sandbox.url, ClassicToken(SecretStr(sandbox.token)))
    with closing(Database(database_url, size=4)) as database, AfasClient(options) as afas:
        yield Stage(afas, database, present=lambda: Present.of(datetime.now(UTC), afas.told_time()))


def shown(stage: Stage) -> dict[int, float]:
    rows = stage.execute("select line, quantity::float as hours from hour_line where withdrawn_at is null")
    return {each["line"]: each["hours"] for each in rows}


def in_afas(sandbox: Running) -> dict[int, float]:
    return {row["LineId"]: row["Quantity"] for row in sandbox.world.tables.select("Loonbrug_Hours")}


@pytest.mark.parametrize("seed", [1, 2])
def test_g6_polls_alone_bring_the_mirror_through_that_night(stage, sandbox, seed):
    random, clock = Random(seed), sandbox.clock
    [placement, *_] = [each["PlacementId"] for each in sandbox.world.tables.select("Loonbrug_Placements")]
    for minute in range(0, 6 * 60, 3):
        clock.move_to(EVENING + minute * MINUTE)
        mine = [line for line in in_afas(sandbox) if line >= 700_000][-6:]
        if mine and random.random() < 0.7:
            line = random.choice(mine)
            wish = {"do": "delete-line"} if random.random() < 0.5 else {"do": "change-line", "Quantity": 5}
            act(sandbox.world, line=line, **wish)
        else:
            act(sandbox.world, "book", placement=placement, day="2026-10-24", quantity=random.choice([1, 2]))
        clock.advance(MINUTE)
        for flow in random.sample(FLOWS, 2):
            stage.pull(flow)
        stage.execute("update flow set news_at = news_at - interval '1 hour'")
    assert len(sandbox.world.tables.select("Loonbrug_DeletedHours")) > 10
    assert shown(stage) == in_afas(sandbox)


def test_g6_a_row_from_the_future_stops_nothing_and_afas_tells_its_present(stage, sandbox):
    [placement, *_] = [each["PlacementId"] for each in sandbox.world.tables.select("Loonbrug_Placements")]
    line = act(sandbox.world, "book", placement=placement, day="2026-10-24")["result"]
    act(sandbox.world, "change-row", connector="Loonbrug_Hours", key=line, ChangedOn="2027-10-25T00:00:00")
    stage.pull("hours")
    told = stage.afas.told_time()
    assert abs(told - sandbox.clock.utc()) < timedelta(seconds=5)
    later = act(sandbox.world, "book", placement=placement, day="2026-10-24")["result"]
    sandbox.clock.advance(MINUTE)
    stage.pull("hours")
    assert {line, later} <= shown(stage).keys()
    [mark] = stage.column("select watermark from flow where flow = 'hours'")
    assert mark < "2026-10-25T01:00:00"
    assert present_of(stage.afas)().earliest < datetime.now(UTC)
