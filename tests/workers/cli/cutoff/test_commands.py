"""The week board and the cut-off on the command line, as processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from connectors.store.access.people import ConsolePeople
from domain.access.person import Role
from tests.stages.cutoff.week_world import WEEK, week_world
from workers.cli.door import account

pytestmark = pytest.mark.slow


@pytest.fixture
def world(database_url, tmp_path):
    with week_world(database_url, tmp_path) as world:
        yield world


@pytest.fixture
def run(world, database_url, tmp_path):
    def command(*arguments):
        environ = {name: value for name, value in os.environ.items() if not name.startswith("LOONBRUG_")}
        environ |= {
            "DATABASE_URL": database_url,
            "LOONBRUG_DATA": str(tmp_path),
            "LOONBRUG_KEYS_FILE": str(tmp_path / "keys.json"),
            "LOONBRUG_AFAS_URL": world.sandbox.url,
            "LOONBRUG_AFAS_TOKEN": world.sandbox.token,
            "COLUMNS": "200",
        }
        return subprocess.run(
            [sys.executable, "-m", "workers", *arguments],
            env=environ, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    return command


def test_the_week_is_told_in_words_as_json_and_as_a_file(world, run, tmp_path):
    told = run("week", WEEK)
    assert told.returncode == 0, told.stderr
    assert "Waits for approval" in told.stdout
    report = json.loads(run("week", WEEK, "--json").stdout)
    assert report["agrees"] is True
    assert report["total"]["booked"] == report["total"]["submitted"]
    assert len(report["exceptions"]) == len(world.offered())
    one = json.loads(run("week", WEEK, "--json", "--client", "10001").stdout)
    assert {row["client"] for row in one["rows"]} == {"10001"}
    assert run("week", WEEK, "--csv", str(tmp_path / "week.csv")).returncode == 0
    assert (tmp_path / "week.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert run("week", "2026-47").returncode == 2


def test_a_week_whose_sums_differ_ends_with_one(world, run):
    world.rows("update claim set total_hours = total_hours + 1 where claim = %s returning 1",
               world.offered()[0]["number"])  # fmt: skip
    assert run("week", WEEK).returncode == 1


def test_a_report_is_made_shown_and_written(world, run, tmp_path):
    world.strand(world.approve(world.offered()[0]["number"]), "parked", "Kostenplaats KP-9 bestaat niet")
    made = run("cutoff", "report", WEEK, "--json")
    assert made.returncode == 1, made.stderr
    assert json.loads(made.stdout)["content"]["agrees"] is True
    assert "KP-9" in run("cutoff", "show", "1").stdout
    assert (
        run(
            "cutoff", "show", "1", "--pdf", str(tmp_path / "r.pdf"), "--csv", str(tmp_path / "r.csv")
        ).returncode
        == 0
    )
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    assert "still holds" in run("cutoff", "show", "1", "--check").stderr
    assert json.loads(run("cutoff", "list", "--json").stdout)[0]["week"] == WEEK
    assert "there is no report 9" in run("cutoff", "show", "9").stderr
    assert run("cutoff", "next").returncode == 0


def test_only_an_approver_signs_off_here(world, run):
    run("cutoff", "report", WEEK)
    refused = run("cutoff", "sign-off", "1")
    assert refused.returncode == 2
    assert "takes an approver" in refused.stderr


def test_an_approver_signs_off_here_what_still_holds_and_only_that(world, run):
    ConsolePeople(world.database, "main").add(
        name=account(), email="", role=Role.APPROVER, password="none", actor="test"
    )
    run("cutoff", "report", WEEK)
    number = world.offered()[0]["number"]
    world.approve(number)
    stale = run("cutoff", "sign-off", "1")
    assert stale.returncode == 2
    assert "out of date" in stale.stderr
    assert number in stale.stderr
    run("cutoff", "report", WEEK)
    signed = run("cutoff", "sign-off", "2", "--note", "nagelopen")
    assert signed.returncode == 0
    assert f"signed off by cli:{account()}" in signed.stderr
    [kept] = world.rows("select signed_by, signed_note from cutoff_report where id = 2")
    assert kept == {"signed_by": f"cli:{account()}", "signed_note": "nagelopen"}
