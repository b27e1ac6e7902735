"""Real processes: started, killed, stopped; Redis away and back; nothing lost (G8, G9)."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.workers.run.processes import Up, children, command, gone, on, pid_of, runs_done, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def up(environ: dict[str, str], tmp_path: Path) -> Iterator[Up]:
    running = Up(environ, tmp_path / "up.log")
    try:
        wait_for(running.ready, running)
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()


def test_what_is_killed_comes_back_and_work_goes_on(up: Up):
    for name in ("work 1", "clock", "web"):
        pid = pid_of(up, name)
        os.kill(pid, signal.SIGKILL)
        wait_for(partial(_came_back, up, name, pid), up)
    done = runs_done(up.environ)
    wait_for(lambda: runs_done(up.environ) > done + 2, up)
    wait_for(up.ready, up)


def _came_back(up: Up, name: str, pid: int) -> bool:
    return pid_of(up, name) != pid


def test_killed_servers_come_back_and_work_goes_on(up: Up):
    for pid in [each for each in children(up.process.pid) if _is_server(each)]:
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: "redis: started again" in up.told() or "redis: none" in up.told(), up)
    wait_for(lambda: "postgresql: started again" in up.told(), up)
    done = runs_done(up.environ)
    wait_for(lambda: runs_done(up.environ) > done + 2, up)
    assert up.stop() == 0


def _is_server(pid: int) -> bool:
    return Path(f"/proc/{pid}/comm").read_text().strip() in ("postgres", "redis-server", "valkey-server")


def test_stopping_ends_everything_in_time_and_with_zero(up: Up):
    everything = children(up.process.pid)
    began = time.monotonic()
    assert up.stop() == 0
    assert time.monotonic() - began < 25
    assert all(gone(pid) for pid in everything)
    assert "stopped" in up.told().splitlines()[-1]


def test_nothing_outlives_a_killed_supervisor(up: Up):
    everything = children(up.process.pid)
    up.process.kill()
    up.process.wait()
    wait_for(lambda: all(gone(pid) for pid in everything), up)


def test_without_redis_all_work_is_done(environ, afas, tmp_path, database_url):
    environ |= {**on(database_url, tmp_path), "REDIS_URL": "redis://127.0.0.1:1/0"}
    running = Up(environ, tmp_path / "up.log")
    try:
        wait_for(running.ready, running)
        wait_for(lambda: _count(database_url, "stale") == 0, running)
    finally:
        code = running.stop()
    assert code == 0
    assert _count(database_url, "hour_line") > 0
    assert _count(database_url, "declaration") > 0


def test_up_works_as_the_role_of_the_application_with_its_address_in_a_file(
    environ, afas, tmp_path, database_url
):
    address = tmp_path / "database_url"
    address.write_text(f"{database_url}&options=-c%20role%3Dloonbrug_app")
    environ |= {**on("", tmp_path), "DATABASE_URL_FILE": str(address), "REDIS_URL": "redis://127.0.0.1:1/0"}
    running = Up(environ, tmp_path / "up.log")
    try:
        wait_for(running.ready, running)
        wait_for(lambda: _count(database_url, "declaration") > 0, running)
    finally:
        code = running.stop()
    assert code == 0
    assert "ended with" not in running.told()


def test_a_part_alone_stops_on_sigterm_with_zero(environ, tmp_path, database_url):
    environ |= {**on(database_url, tmp_path), "REDIS_URL": "redis://127.0.0.1:1/0"}
    for part, word in (("work", '"working"'), ("clock", "this clock leads"), ("web", "started")):
        running = Up(environ, tmp_path / f"{part}.log", part)
        wait_for(partial(_runs, running, part, word), running)
        assert running.stop() == 0, running.told()


def _runs(running: Up, part: str, word: str) -> bool:
    if part != "web":
        return word in running.told()
    try:
        return httpx.get(f"http://{running.environ['LOONBRUG_HTTP']}/healthz").status_code == 200
    except httpx.TransportError:
        return False


def test_two_clocks_and_one_leads(environ, tmp_path, database_url):
    environ |= {**on(database_url, tmp_path), "REDIS_URL": "redis://127.0.0.1:1/0"}
    first = Up(environ, tmp_path / "first.log", "clock")
    wait_for(lambda: "this clock leads" in first.told(), first)
    second = Up(environ, tmp_path / "second.log", "clock")
    wait_for(lambda: _count(database_url, "process") == 2, second)
    assert "leads" not in second.told()
    first.process.kill()
    first.process.wait()
    wait_for(lambda: "this clock leads" in second.told(), second)
    assert second.stop() == 0


def _count(url: str, table: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(f"select count(*) from {table}").fetchone()
    return row[0] if row else 0


@pytest.mark.parametrize("part", ["web", "up"])
def test_a_taken_port_is_one_line_and_two(environ, tmp_path, database_url, part):
    environ |= {**on(database_url, tmp_path), "REDIS_URL": "redis://127.0.0.1:1/0"}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environ["LOONBRUG_HTTP"] = f"127.0.0.1:{taken.getsockname()[1]}"
        running = Up(environ, tmp_path / "taken.log", part)
        assert running.process.wait(30) == 2
    assert len(running.told().splitlines()) == 1


def test_a_part_on_a_database_of_an_older_version_is_one_line_and_two(environ, tmp_path, database_url):
    with psycopg.connect(database_url) as connection:
        connection.execute("delete from schema_file where name = '0002_stale.sql'")
    done = command(environ | on(database_url, tmp_path), tmp_path, "work")
    told = "loonbrug: the database lacks 0002_stale.sql; run: loonbrug migrate\n"
    assert (done.returncode, done.stderr) == (2, told)


def test_doctor_finds_everything_right_in_a_right_environment(environ, tmp_path, database_url):
    environ |= {**on(database_url, tmp_path), "LOONBRUG_APPROVAL_ROUTE": "B"}
    ended = _doctor(environ, tmp_path)
    found = json.loads(ended.stdout)
    assert [each for each in found if each["health"] == "wrong"] == []
    assert ended.returncode == 0
    subjects = {each["subject"] for each in found}
    assert {"AFAS", "Loonbrug_Hours", "PtDeclaration", "workflow action"} <= subjects


def test_doctor_says_what_to_do_about_what_is_wrong(environ, tmp_path, database_url):
    environ |= {**on(database_url, tmp_path), "LOONBRUG_ACTION_REJECT": "Weg ermee"}
    environ["LOONBRUG_COLUMNS"] = "Loonbrug_Hours.LineId=Regel"
    ended = _doctor(environ, tmp_path)
    wrong = {each["subject"]: each for each in json.loads(ended.stdout) if each["health"] == "wrong"}
    assert ended.returncode == 1
    assert set(wrong) == {"Loonbrug_Hours", "workflow action"}
    assert "Regel" in wrong["Loonbrug_Hours"]["found"]
    assert all(each["remedy"] for each in wrong.values())


def test_doctor_refuses_another_environment_under_the_same_name(environ, tmp_path, database_url):
    environ |= on(database_url, tmp_path)
    with psycopg.connect(database_url) as connection:
        connection.execute("insert into environment (environment, afas_identity) values ('main', 'O99999AA')")
    wrong = [
        each["subject"] for each in json.loads(_doctor(environ, tmp_path).stdout) if each["health"] == "wrong"
    ]
    assert wrong == ["environment"]


def test_who_pulls_by_hand_is_told_with_the_risk_that_was_taken(environ, tmp_path, database_url):
    environ |= on(database_url, tmp_path)
    assert command(environ, tmp_path, "pull", "clients", "--full", "--force").returncode == 0
    with psycopg.connect(database_url) as connection:
        told = connection.execute(
            "select actor, action, subject, detail from audit where action = 'flow.pull'"
        ).fetchall()
    [(actor, action, subject, detail)] = told
    assert (action, subject) == ("flow.pull", "flow:clients")
    assert actor.startswith("cli:")
    assert json.loads(detail) == {"kind": "full", "run": 1, "forced": True}


def _doctor(environ: Mapping[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return command(environ, folder, "doctor", "--json")
