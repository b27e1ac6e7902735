"""Failures, replays, edits and cancelling on the command line, as processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from connectors.store.sealed.keyring import new_ring, save
from tests.stages.failures.blocked import blocked_world

pytestmark = pytest.mark.slow

VICTIMS = 6


@pytest.fixture
def blocked(database_url):
    with blocked_world(database_url, workers=30) as blocked:
        blocked.refuse_all(VICTIMS)
        yield blocked


@pytest.fixture
def run(blocked, database_url, tmp_path):
    save(tmp_path / "keys.json", new_ring())

    def command(*arguments, **more):
        environ = {name: value for name, value in os.environ.items() if not name.startswith("LOONBRUG_")}
        environ |= {
            "DATABASE_URL": database_url,
            "LOONBRUG_DATA": str(tmp_path),
            "LOONBRUG_KEYS_FILE": str(tmp_path / "keys.json"),
            "LOONBRUG_AFAS_URL": blocked.sandbox.url,
            "LOONBRUG_AFAS_TOKEN": blocked.sandbox.token,
            "COLUMNS": "200",
        } | more
        return subprocess.run(
            [sys.executable, "-m", "workers", *arguments],
            env=environ, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    return command


def test_a_cause_is_found_planned_and_replayed(run, blocked):
    told = run("failures", "--json")
    assert told.returncode == 1, told.stderr
    [group] = json.loads(told.stdout)["groups"]
    assert (group["count"], group["about"]) == (VICTIMS, "approve")
    assert "Kostenplaats" in run("failures", "--group", group["cause"]).stdout
    plan = json.loads(run("replay", "--group", group["cause"], "--json").stdout)
    assert {item["prospect"] for item in plan["plan"]} == {"send"}
    assert plan["done"] is False
    done = run("replay", "--plan", str(plan["replay"]), "--yes", "--reason", "mended", "--json")
    assert done.returncode == 0, done.stderr
    assert {item["outcome"] for item in json.loads(done.stdout)["plan"]} == {"due"}
    again = run("replay", "--plan", str(plan["replay"]), "--yes")
    assert again.returncode == 2
    assert "is done, begun by cli:" in again.stderr
    blocked.work_off()
    assert {state for state, _ in blocked.states().values()} == {"done"}
    assert run("failures").returncode == 0
    refused = run("replay", "1")
    assert refused.returncode == 1
    assert "it is seen in AFAS" in refused.stdout


def test_filters_leave_out_what_is_not_asked_for(run):
    for nothing in (("--kind", "reject"), ("--client", "nobody"), ("--week", "1999-W01"), ("--age", "100")):
        assert run("failures", *nothing).returncode == 0, nothing
    assert run("failures", "--reason", "geblokkeerd", "--connector", "PtDeclaration").returncode == 1
    assert run("failures", "--state", "done").returncode == 2


def test_many_need_a_second_person_when_set_so(run):
    large = {"LOONBRUG_SECOND_PERSON_FROM": "3"}
    waiting = run("replay", "--all-like", "1", "--yes", **large)
    assert waiting.returncode == 3
    assert "loonbrug replay --agree 1" in waiting.stderr
    mine = run("replay", "--agree", "1", **large)
    assert mine.returncode == 2
    assert "second person" in mine.stderr


def test_a_value_is_shown_first_and_put_right_with_yes(run, blocked):
    shown = run("edit", "1", "reference=PO 77")
    assert shown.returncode == 0, shown.stderr
    assert "PO 77" in shown.stdout
    assert blocked.states()[1][0] == "parked"
    done = run("edit", "1", "reference=PO 77", "--yes", "--reason", "asked for", "--json")
    assert done.returncode == 0, done.stderr
    blocked.work_off()
    assert blocked.states()[1][0] == "done"
    life = json.loads(run("show", "1", "--json").stdout)
    assert life["edits"][0]["changes"] == {"reference": [None, "PO 77"]}
    assert life["replays"][0]["outcome"] == "due"
    assert run("edit", "1", "reference=PO 78", "--yes").returncode == 2
    assert run("edit", "2", "nonsense").returncode == 2


def test_an_updates_life_tells_who_decided_and_nothing_personal(run, blocked):
    with blocked.database.connection() as connection:
        connection.execute(
            "with made as (insert into decision (environment, kind, subject, version, contact, content)"
            " values ('main', 'approve', 'claim:1', 'v1', 22834, '{\"note\": \"Jan belde\"}') returning id)"
            " update outbox set decision = made.id from made where outbox.id = 1"
        )
    life = run("show", "1", "--json").stdout
    assert json.loads(life)["decision"]["contact"] == 22834
    steps = [each["step"] for each in json.loads(life)["history"]]
    assert steps == ["look", "send", "verify"]
    told = run("show", "1").stdout
    assert "contact  22834" in told
    assert "Jan belde" not in life + told


def test_an_update_is_cancelled_with_a_reason(run, blocked):
    assert run("cancel", "1").returncode == 2
    assert run("cancel", "1", "--reason", "withdrawn").returncode == 0
    assert blocked.states()[1] == ("void", "given up: withdrawn")
    again = run("cancel", "1", "--reason", "withdrawn")
    assert again.returncode == 2
    assert "is void" in again.stderr
    assert run("parked", "retry", "--group", "000000000000").returncode == 2
