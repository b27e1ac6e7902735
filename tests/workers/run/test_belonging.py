"""Every process asks AFAS which environment it is before its first claim, and works for no other."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import partial

import psycopg
import pytest

from connectors.store.running.control import Control
from sandbox.http.auth import AppConnector
from sandbox.http.environment import Options
from sandbox.running import Running, start_sandbox
from tests.stages.spoken import en
from tests.workers.run.processes import Up, command, free_port, on, pid_of, runs_done, wait_for

pytestmark = pytest.mark.slow
LINE = "loonbrug: the credentials open T12345AB, but this database (main) belongs to T12345AA:"


@pytest.fixture(scope="module")
def copy() -> Iterator[Running]:
    """The AFAS of the test environment."""
    with start_sandbox(options=Options(identity="T12345AB")) as running:
        yield running


@pytest.fixture
def strayed(environ, copy, database, tmp_path, database_url):
    """The settings of a process with another AFAS's token, on a database that belongs to T12345AA."""
    Control(database, "main").identity("T12345AA")
    led = {"LOONBRUG_AFAS_URL": copy.url, "LOONBRUG_AFAS_TOKEN": copy.token}
    return environ | on(database_url, tmp_path) | {"REDIS_URL": "redis://127.0.0.1:1/0"} | led


@pytest.mark.parametrize("part", ["work", "clock", "web", "up"])
def test_a_process_with_the_token_of_another_environment_stops_with_2_and_one_line(
    strayed, copy, tmp_path, part
):
    before = dict(copy.calls.report())["calls"]
    done = command(strayed, tmp_path, part)
    assert done.returncode == 2, done.stderr
    assert [line for line in done.stderr.splitlines() if line.startswith("loonbrug: ")] == [
        f"{LINE} correct them; on purpose: loonbrug environment"
    ]
    assert "Traceback" not in done.stderr
    asked = {each["connector"]: each["count"] for each in dict(copy.calls.report())["calls"]}
    for each in before:
        asked[each["connector"]] -= each["count"]
    assert {connector for connector, count in asked.items() if count} == {"metainfo"}


@pytest.mark.parametrize("words", [("pull", "hours"), ("reconcile",), ("cutoff", "report")])
def test_a_command_with_the_token_of_another_environment_begins_nothing(strayed, database, tmp_path, words):
    done = command(strayed, tmp_path, *words)
    assert done.returncode == 2, done.stderr
    assert done.stderr.splitlines()[-1].startswith(LINE)
    with database.connection() as connection:
        row = connection.execute(
            "select (select count(*) from run) + (select count(*) from reconciliation)"
            " + (select count(*) from cutoff_report) as begun"
        ).fetchone()
    assert row == {"begun": 0}


def test_doctor_tells_both_environments(strayed, tmp_path):
    done = command(strayed, tmp_path, "doctor")
    assert done.returncode == 1
    assert "this database belongs to T12345AA, the token to T12345AB" in " ".join(done.stdout.split())


def test_another_environment_is_chosen_on_purpose_only_and_holds_everything_back(strayed, database, tmp_path):
    refused = command(strayed, tmp_path, "environment", "T12345AB")
    assert refused.returncode == 2
    assert "--instead-of T12345AA" in refused.stderr
    assert command(strayed, tmp_path, "environment").stdout == "T12345AA\n"
    changed = command(strayed, tmp_path, "environment", "T12345AB", "--instead-of", "T12345AA")
    assert changed.returncode == 0, changed.stderr
    assert Control(database, "main").known_identity() == "T12345AB"
    held = Control(database, "main").state().held
    assert held
    assert en(held) == "it belongs to T12345AB now, no longer to T12345AA"
    assert command(strayed, tmp_path, "pull", "hours").returncode == 0


def test_a_worker_waits_for_an_afas_that_is_away_and_claims_nothing_before(
    environ,
    database,
    tmp_path,
    database_url,
):
    port = free_port()
    settings = environ | on(database_url, tmp_path) | {"REDIS_URL": "redis://127.0.0.1:1/0"}
    app = AppConnector(client_id="known", client_secret="hush-hush")
    settings |= {
        "LOONBRUG_AFAS_URL": f"http://127.0.0.1:{port}/ProfitRestServices",
        "LOONBRUG_AFAS_CLIENT_ID": app.client_id,
        "LOONBRUG_AFAS_CLIENT_SECRET": app.client_secret,
    }
    with database.connection() as connection:
        connection.execute("insert into run (environment, flow, kind) values ('main', 'claims', 'poll')")
    worker = Up(settings, tmp_path / "work.log", "work")
    try:
        wait_for(lambda: worker.told().count("AFAS does not let us in yet") >= 2, worker)
        assert worker.process.poll() is None
        assert states(database_url) == [("due", 0)]
        assert kinds_of(database_url) == ["waiting"], "it does not count as a worker yet"
        with start_sandbox(port=port, app=app):
            wait_for(lambda: states(database_url) == [("done", 1)], worker)
            assert kinds_of(database_url) == ["work"]
    finally:
        assert worker.stop() == 0


def states(url: str) -> list[tuple[str, int]]:
    with psycopg.connect(url) as connection:
        return connection.execute("select state, attempts from run").fetchall()


def kinds_of(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("select kind from process").fetchall()]


def test_up_stops_everything_when_a_part_of_it_is_refused_later(environ, afas, tmp_path):
    running = Up(environ, tmp_path / "up.log")
    try:
        wait_for(running.ready, running)
        wait_for(partial(_belongs, environ), running)
        moved = command(environ, tmp_path, "environment", "T12345AB", "--instead-of", "T12345AA")
        assert moved.returncode == 0, moved.stderr
        subprocess.run(["/bin/kill", "-9", str(pid_of(running, "work 1"))], check=True)
        assert running.process.wait(60) == 2
    finally:
        if running.process.poll() is None:
            running.stop()
    assert (
        "loonbrug: the credentials open T12345AA, but this database (main) belongs to T12345AB"
        in (running.told().splitlines()[-1])
    )


def _belongs(settings: dict[str, str]) -> bool:
    return runs_done(settings) > 0
