"""The command line: exit codes, one line when something is wrong, JSON for programs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.store.sealed.keyring import new_ring, save
from tests.stages.reasons import kept
from workers.cli import run

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
AFAS = {"LOONBRUG_AFAS_URL": "http://127.0.0.1:1/x", "LOONBRUG_AFAS_TOKEN": "t"}


@pytest.fixture
def here(monkeypatch, tmp_path):
    """An empty folder, without any setting."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("LOONBRUG_") or name.endswith("_URL")]:
        monkeypatch.delenv(name)
    return monkeypatch


@pytest.fixture
def keys(here, tmp_path):
    """The file of keys that a database of somebody's own needs."""
    save(tmp_path / "keys.json", new_ring())
    here.setenv("LOONBRUG_KEYS_FILE", str(tmp_path / "keys.json"))


@pytest.fixture
def cli(here, keys, database_url, capsys):
    """Runs a command on a database of this test: exit code, stdout, stderr."""
    here.setenv("DATABASE_URL", database_url)

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.mark.parametrize(
    "command",
    [["status"], ["failures"], ["doctor"], ["up"], ["work"], ["migrate"], ["backup", "here"]],
    ids=" ".join,
)
def test_a_data_folder_that_cannot_be_made_is_told_in_one_line(command, here, tmp_path, capsys):
    (tmp_path / "file").write_text("no folder")
    here.setenv("LOONBRUG_DATA", str(tmp_path / "file" / "data"))
    for name, value in AFAS.items():
        here.setenv(name, value)
    assert run(command) in (1, 2)
    out, err = capsys.readouterr()
    told = [line for line in (out + err).splitlines() if "Not a directory" in line]
    assert told
    assert all(str(tmp_path / "file") in line for line in told)
    assert "Traceback" not in out + err
    assert '"event"' not in out + err


def execute(database, statement: str, *values: object) -> None:
    with database.connection() as connection:
        connection.execute(statement, values or None)


def python(
    *arguments: str, environ: Mapping[str, str] | None = None, cwd=None
) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LOONBRUG_")}
    return subprocess.run(
        [sys.executable, "-m", "workers", *arguments],
        env={**clean, "PYTHONPATH": str(Path.cwd()), **(environ or {})},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["show", "x"], ["replay", "--nonsense"], ["key", "create"]]
)
def test_wrong_usage_is_two(here, arguments, capsys):
    assert run(arguments) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["failures"],
        ["show", "1"],
        ["parked"],
        ["mode", "live"],
        ["key", "list"],
        ["migrate"],
        ["pause"],
    ],
)
def test_no_database_is_one_line_and_two(here, keys, arguments, capsys):
    here.setenv("DATABASE_URL", NOWHERE)
    here.setattr("workers.cli.door.PATIENCE", 0.3)
    assert run(arguments) == 2
    assert capsys.readouterr().err.splitlines() == [
        "loonbrug: no database: PostgreSQL does not answer; look at DATABASE_URL"
    ]


@pytest.mark.parametrize("part", ["up", "work", "clock", "web"])
def test_without_afas_nothing_starts(here, part, capsys):
    assert run([part]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_wrong_settings_are_told_all_at_once(here, capsys):
    here.setenv("LOONBRUG_HTTP", "x")
    here.setenv("LOONBRUG_WORKERS", "x")
    assert run(["status"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.slow
def test_a_database_without_tables_says_what_to_do(here, keys, empty_database_url, capsys):
    here.setenv("DATABASE_URL", empty_database_url)
    assert run(["status"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "loonbrug: the database has no tables of Loonbrug yet; run: loonbrug migrate"
    ]
    assert run(["migrate"]) == 0
    assert run(["failures"]) == 0


@pytest.mark.slow
def test_an_unknown_id_flow_mode_or_scope_is_one_line_and_two(cli):
    for arguments in (
        ["show", "999"],
        ["pull", "howrs"],
        ["pull", "hours", "--force"],
        ["pause", "howrs"],
        ["mode", "dead"],
        ["parked", "show", "999"],
        ["parked", "retry", "999"],
        ["key", "revoke", "key-none"],
        ["key", "create", "--name", "x", "--scope", "everything"],
    ):
        code, _, err = cli(*arguments)
        assert (code, len(err.splitlines())) == (2, 1), arguments


@pytest.mark.slow
def test_status_of_an_empty_installation_names_what_is_wrong_and_is_one(cli):
    code, out, _ = cli("status", "--json")
    report = json.loads(out)
    assert code == 1
    assert "no worker is running" in report["problems"]
    assert [flow["flow"] for flow in report["flows"]][:2] == ["employees", "onboarding"]
    assert cli("status")[0] == 1


@pytest.mark.slow
def test_failures_are_listed_shown_and_make_the_exit_code_one(cli, database):
    assert cli("failures")[0] == 0
    execute(
        database,
        "insert into outbox (environment, kind, subject, payload, mark, state, reason) values"
        " ('main', 'change-mobile', 'contact:7', '{\"mobile\": \"+31612345678\"}', 'm', 'parked', %s)",
        kept("refused"),
    )
    code, out, _ = cli("failures", "--json")
    (update,) = json.loads(out)["updates"]
    assert (code, update["kind"], update["reason"]) == (1, "change-mobile", "refused")
    code, out, _ = cli("show", str(update["id"]), "--json")
    assert (code, json.loads(out)["state"]) == (0, "parked")
    assert "31612345678" not in out + cli("show", str(update["id"]))[1] + cli("failures")[1]


@pytest.mark.slow
def test_a_replay_wants_ids_that_exist(cli, here):
    for name, value in AFAS.items():
        here.setenv(name, value)
    assert cli("replay")[0] == 2
    assert cli("replay", "--all-like", "locked")[0] == 2
    code, out, err = cli("replay", "999", "--json")
    assert (code, out) == (2, "")
    assert "there is no update 999" in err


@pytest.mark.slow
def test_pause_and_resume_of_everything_a_flow_and_a_kind(cli, database):
    for what in ([], ["hours"], ["approve"]):
        assert cli("pause", *what, "--reason", "audit")[0] == 0
    report = json.loads(cli("status", "--json")[1])
    assert any("paused" in problem for problem in report["problems"])
    assert report["pause_reason"] == "audit"
    for what in ([], ["hours"], ["approve"]):
        assert cli("resume", *what)[0] == 0
    report = json.loads(cli("status", "--json")[1])
    assert report["paused_until"] is None
    assert not any("paused" in problem for problem in report["problems"])


@pytest.mark.slow
def test_a_pause_leaves_the_mode_as_it_is(cli):
    cli("mode", "dry-run")
    cli("pause")
    cli("resume")
    assert json.loads(cli("status", "--json")[1])["mode"] == "dry-run"


@pytest.mark.slow
def test_a_key_is_shown_once_and_can_be_revoked(cli):
    code, out, _ = cli("key", "create", "--name", "portal", "--scope", "portal", "--json")
    made = json.loads(out)
    assert (code, made["key"][:3], made["scopes"]) == (0, "lb_", ["portal"])
    code, out, _ = cli("key", "list", "--json")
    assert made["key"] not in out
    assert cli("key", "revoke", made["id"])[0] == 0
    assert json.loads(cli("key", "list", "--json")[1])[0]["revoked_at"]


@pytest.mark.slow
def test_parked_rows_show_names_and_types_and_their_content_only_when_asked(cli, database):
    execute(
        database,
        "insert into parked_row (environment, flow, key, reason, row, content_hash) values"
        " ('main', 'employees', '7', %s,"
        ' \'{"FirstName": "Jan", "LastName": null}\', \'x\')',
        kept("LastName: missing"),
    )
    (row,) = json.loads(cli("parked", "--json")[1])
    assert (row["flow"], row["key"], row["reason"]) == ("employees", "7", "LastName: missing")
    shown = json.loads(cli("parked", "show", str(row["id"]), "--json")[1])
    assert shown["row"] == {"FirstName": "str", "LastName": "empty"}
    assert "Jan" in cli("parked", "show", str(row["id"]), "--content", "--json")[1]
    assert cli("parked", "retry", str(row["id"]))[0] == 1


@pytest.mark.slow
def test_help_takes_little_work_and_imports_no_database(tmp_path):
    before = os.times()
    shown = python("--help")
    after = os.times()
    assert shown.returncode == 0
    assert after.children_user + after.children_system - before.children_user - before.children_system < 3
    for command in ("up", "doctor", "status", "replay", "parked", "demo"):
        assert command in shown.stdout
    listed = subprocess.run(
        [sys.executable, "-c", "import sys, workers.cli; print(sorted(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "'psycopg'" not in listed
    assert "'pydantic'" not in listed
    assert "'httpx'" not in listed


@pytest.mark.slow
def test_as_a_process_a_missing_database_leaves_no_stack_trace(tmp_path):
    ended = python("migrate", environ={"DATABASE_URL": NOWHERE}, cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1


def test_the_version_is_that_of_the_project(here, capsys):
    about = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8"))
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"loonbrug {about['project']['version']}\n"


def test_a_key_has_the_end_that_was_asked_for_and_the_list_tells_it(cli):
    day = str((datetime.now(UTC) + timedelta(days=10)).date())
    assert cli("key", "create", "--name", "ends", "--scope", "read", "--expires", day)[0] == 0
    assert cli("key", "create", "--name", "endless", "--scope", "read")[0] == 0
    ends, endless = json.loads(cli("key", "list", "--json")[1])
    assert re.fullmatch(r"expires in (9|10|11) day\(s\)", ends["note"])
    assert endless["note"] == "does not expire"
    for wrong in ("2020-01-01", "soon", "2027-02-30"):
        assert cli("key", "create", "--name", "x", "--scope", "read", "--expires", wrong)[0] == 2
    assert len(json.loads(cli("key", "list", "--json")[1])) == 2
