"""Two clocks, two web processes, four workers, two clicks, on one database: everything happens once (G9)."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from connectors.embedded.postgres import EmbeddedPostgres
from tests.end_to_end.stage import THE_WEEK, Stage, a_stage
from workers.demo.portal_side import Item
from workers.demo.product import Product
from workers.demo.week import Week

pytestmark = pytest.mark.slow

_AT_THE_SAME_TIME = """
    select count(*) from run one join run other on one.flow = other.flow and one.id < other.id
    where one.started_at < other.ended_at and other.started_at < one.ended_at
"""


class TwoClicks(Week):
    """Whoever approves clicks twice at the same moment, on two web processes."""

    doors: tuple[httpx.Client, ...] = ()

    def _approve(self, item: Item) -> None:
        body = {"contact": item["contact"], "version": item["version"]}
        if item["cost_centre_required"]:
            body["cost_centre"] = "KP-200"
        path = f"declarations/{item['number']}/approve"
        with ThreadPoolExecutor(len(self.doors)) as hands:
            clicks = [
                hands.submit(door.post, path, json=body, headers={"Idempotency-Key": str(uuid4())})
                for door in self.doors
            ]
        answers = sorted(click.result().status_code for click in clicks)
        assert answers[0] in {200, 202}, answers
        assert answers[1] in {200, 202, 409}, answers


@contextmanager
def a_second(product: Product, folder: Path) -> Iterator[Product]:
    """Another ``up`` on the same data folder."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    second = replace(product, environ={**product.environ, "LOONBRUG_HTTP": listen}, log=folder / "second.log")
    second.start_again()
    try:
        second.wait_until_ready()
        yield second
    finally:
        second.close()


def door_to(product: Product) -> httpx.Client:
    headers = {"Authorization": f"Bearer {product.key}"}
    return httpx.Client(base_url=f"{product.address}/v1/", headers=headers, timeout=60, trust_env=False)


def count(stage: Stage, query: str) -> int:
    with psycopg.connect(EmbeddedPostgres(stage.data).url) as connection:
        row = connection.execute(query).fetchone()
    assert row
    return int(row[0])


def test_two_of_everything_do_everything_once(tmp_path: Path) -> None:
    with a_stage(tmp_path, TwoClicks) as stage, a_second(stage.product, tmp_path) as second:
        with door_to(stage.product) as one, door_to(second) as other:
            assert isinstance(stage.week, TwoClicks)
            stage.week.doors = (one, other)
            stage.week.play()
        reckoning = stage.reckon()
        assert reckoning.differences == []
        assert reckoning.numbers == THE_WEEK
        assert count(stage, _AT_THE_SAME_TIME) == 0, "a flow is pulled by one worker at a time"
        assert count(stage, "select count(*) from process where kind = 'clock'") == 2
        decided = "select count(*) from outbox where kind in ('approve', 'reject')"
        assert count(stage, decided) == 26, "24 approvals, one rejection, one approval of what was corrected"
