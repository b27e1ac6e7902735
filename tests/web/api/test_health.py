"""Alive and ready are two questions."""

from __future__ import annotations

import threading
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from connectors.store.running.overview import Overview
from connectors.store.watch.facts import WatchingStore
from connectors.store.watch.measures import Measures
from domain.message import Message
from tests.web.asking import TestClient, problem
from web.api import health
from web.app import create_app

pytestmark = pytest.mark.slow


def run(world, flow, state, **flow_row):
    world.put("flow", flow=flow, last_success=None if state == "failed" else "2026-11-20", **flow_row)
    world.put("run", flow=flow, kind="poll", state=state)


def seen(world, kind="work", ago="1 second", environment="main"):
    with world.database.connection() as connection:
        connection.execute(
            "insert into process (environment, id, kind, host, pid, seen_at)"
            " values (%s, %s, %s, 'h', 1, now() - %s::interval)",
            (environment, uuid4(), kind, ago),
        )


def missing(anonymous):
    return problem(anonymous.get("/readyz"), 503, "not-ready")["missing"]


def test_alive_says_nothing_about_anything_else(anonymous):
    answer = anonymous.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_a_fresh_store_is_not_ready_and_says_why(anonymous):
    assert missing(anonymous) == [
        "flow employees has not run yet",
        "flow hours has not run yet",
        "no worker was seen lately",
    ]


def test_ready_is_when_every_flow_ran_and_a_worker_lives(anonymous, world):
    for flow in ("employees", "hours"):
        run(world, flow, "done")
    seen(world)
    answer = anonymous.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_a_broken_flow_keeps_us_from_being_ready(anonymous, world):
    run(world, "employees", "done", broken=Jsonb(Message("why.columns-missing").to_json()))
    run(world, "hours", "done")
    seen(world)
    assert missing(anonymous) == ["flow employees is broken"]


def test_a_worker_that_was_last_seen_minutes_ago_does_not_count(anonymous, world):
    for flow in ("employees", "hours"):
        run(world, flow, "done")
    seen(world, ago="5 minutes")
    seen(world, kind="clock")
    assert missing(anonymous) == ["no worker was seen lately"]


@pytest.mark.parametrize("how", ["paused", "failed"])
def test_when_afas_is_away_we_are_not_ready(anonymous, world, how):
    for flow in ("employees", "hours"):
        run(world, flow, "done")
    seen(world)
    if how == "paused":
        world.put("environment", paused_until="2999-01-01", pause_reason="503")
    else:
        for flow in ("employees", "hours"):
            world.put("run", flow=flow, kind="poll", state="failed")
    assert missing(anonymous) == ["AFAS was not reachable at the last call"]


def test_a_database_that_stands_still_keeps_nobody_waiting(services, monkeypatch):
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    thawed = threading.Event()

    class Frozen:
        def missing(self, environment, flows):
            thawed.wait(60)
            return []

    with TestClient(create_app(replace(services, readiness=Frozen()))) as anonymous:
        try:
            assert missing(anonymous) == ["the database does not answer"]
        finally:
            thawed.set()


def test_without_a_database_we_are_alive_but_not_ready(services):
    class Away:
        def missing(self, environment, flows):
            raise psycopg.OperationalError("password of the database")

        def holder(self, secret, environment):
            raise psycopg.OperationalError("password of the database")

    with TestClient(create_app(replace(services, readiness=Away(), keys=Away()))) as anonymous:
        assert missing(anonymous) == ["the database does not answer"]
        assert anonymous.get("/healthz").status_code == 200
        answer = anonymous.get("/v1/declarations", headers={"Authorization": "Bearer lb_x"})
        problem(answer, 503, "store-away")
        assert "password" not in answer.text


def test_a_worker_of_another_environment_is_none_of_ours(anonymous, world):
    for flow in ("employees", "hours"):
        run(world, flow, "done")
    seen(world, environment="test")
    assert missing(anonymous) == ["no worker was seen lately"]
    assert WatchingStore(world.database, "main").facts(()).workers == 0
    assert Overview(world.database, "main").processes() == []
    measured = Measures(world.database, "main", {}).read()["loonbrug_processes"]
    assert sum(value for _, value in measured) == 0
    seen(world)
    assert anonymous.get("/readyz").status_code == 200
