"""``loonbrug audit``, ``keys``, ``backup``, ``restore`` and ``erase`` as an operator meets them."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from connectors.store.audit.append import append
from connectors.store.database import Database
from connectors.store.records import mirror
from connectors.store.sealed.keyring import load, load_or_make
from domain.audit.entry import Entry
from domain.records.clients import Contact
from workers.cli import run

Loonbrug = Callable[..., int]
THEN = datetime(2026, 11, 20, 12, tzinfo=UTC)
CANARY = "canary@voorbeeld.test"


@pytest.fixture
def loonbrug(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loonbrug:
    """Runs a command on a store with a contact and a few audit records."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("LOONBRUG_KEYS_FILE", str(tmp_path / "keys.json"))
    database = Database(database_url, keys=load_or_make(tmp_path / "keys.json"))
    with database.transaction() as connection:
        connection.execute("insert into environment (environment) values ('main')")
        contact = Contact(1, "10010", "100", "p1", "Jan Jansen", None, CANARY, None, None, False, THEN)
        mirror.write(connection, "main", Contact, [contact])
        append(connection, "main", *(Entry("cli:anna", "x.y", f"z:{number}") for number in range(3)))
    database.close()
    return lambda *words: run([str(word) for word in words])


@pytest.fixture
def empty_url(postgres_server: Any, migrated_template: str) -> Iterator[str]:
    """A second database, empty."""
    from tests.conftest import _fresh  # noqa: PLC0415 - a second database in one test

    yield from _fresh(postgres_server, template=migrated_template)


def test_a_whole_trail_gives_its_head_and_a_broken_one_its_record(
    loonbrug: Loonbrug, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert loonbrug("audit", "verify") == 0
    head = capsys.readouterr().out.split()[-1]
    assert loonbrug("audit", "verify", "--anchor", head) == 0
    assert loonbrug("audit", "verify", "--anchor", f"3:{'00' * 32}") == 1
    assert "record 3 is not the one that was anchored" in capsys.readouterr().out
    assert loonbrug("audit", "verify", "--anchor", "nonsense") == 2
    with psycopg.connect(database_url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("update audit set subject = 'z:9' where number = 2")
    assert loonbrug("audit", "verify", "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["record"], report["records"]) == (2, 1)


def test_the_trail_is_listed_and_exported(loonbrug: Loonbrug, capsys: pytest.CaptureFixture[str]) -> None:
    assert loonbrug("audit", "list", "--subject", "z:1", "--json") == 0
    [record] = json.loads(capsys.readouterr().out)
    assert record["number"] == 2
    assert loonbrug("audit", "export") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["number"] for line in lines] == [1, 2, 3]
    assert [line["previous"] for line in lines[1:]] == [line["hash"] for line in lines[:-1]]


def test_keys_are_rotated_and_the_old_one_taken_out(
    loonbrug: Loonbrug, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = load(tmp_path / "keys.json")
    assert loonbrug("keys", "add") == 0
    assert loonbrug("keys", "prune") == 1  # the old one still holds values
    assert loonbrug("keys", "rotate", "--same") == 0
    assert loonbrug("keys", "prune") == 0
    new = load(tmp_path / "keys.json")
    assert [key.id for key in new.keys] != [key.id for key in old.keys]
    assert new.seal_secret == old.seal_secret
    assert loonbrug("keys", "list") == 0
    shown = "".join(capsys.readouterr())
    assert new.newest.id in shown
    assert new.newest.secret.hex() not in shown
    assert loonbrug("audit", "verify") == 0
    capsys.readouterr()
    assert loonbrug("audit", "list", "--action", "keys.", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [record["action"] for record in told] == ["keys.prune", "keys.rotate", "keys.add"]


def test_the_trail_names_the_account_whatever_the_environment_says(
    loonbrug: Loonbrug, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    account = pwd.getpwuid(os.getuid()).pw_name
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "bert")
    monkeypatch.delenv("SUDO_USER", raising=False)
    assert loonbrug("pause", "hours") == 0
    monkeypatch.setenv("LOONBRUG_OPERATOR", "anna")
    assert loonbrug("resume", "hours") == 0
    monkeypatch.setenv("LOONBRUG_OPERATOR", "anna:bert")
    assert loonbrug("pause") == 2
    capsys.readouterr()
    assert loonbrug("audit", "list", "--subject", "flow:hours", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [record["actor"] for record in told] == [f"cli:{account}/anna", f"cli:{account}"]


def test_a_key_file_is_made_and_never_overwritten(loonbrug: Loonbrug, tmp_path: Path) -> None:
    assert loonbrug("keys", "create", tmp_path / "new.json") == 0
    made = load(tmp_path / "new.json")
    assert loonbrug("keys", "create", tmp_path / "new.json") == 2
    assert load(tmp_path / "new.json") == made


def test_without_its_keys_nothing_starts(
    loonbrug: Loonbrug, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LOONBRUG_KEYS_FILE")
    assert loonbrug("audit", "verify") == 2
    assert "LOONBRUG_KEYS_FILE" in capsys.readouterr().err


def test_backup_and_restore_and_the_way_back_to_work(
    loonbrug: Loonbrug,
    empty_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert loonbrug("backup", tmp_path / "b") == 0
    assert loonbrug("backup", tmp_path / "b") == 2
    assert loonbrug("restore", tmp_path / "b", "--yes") == 2  # in use
    monkeypatch.setenv("DATABASE_URL", f"{empty_url}&options=-c%20role%3Dloonbrug_app")
    assert loonbrug("restore", tmp_path / "b", "--yes") == 2
    assert "as the owner" in capsys.readouterr().err
    monkeypatch.setenv("DATABASE_URL", empty_url)
    assert loonbrug("restore", tmp_path / "b") == 2
    assert loonbrug("restore", tmp_path / "b", "--yes") == 0
    assert loonbrug("audit", "verify") == 0
    assert loonbrug("status") == 1
    assert "resume --after-restore" in "".join(capsys.readouterr())
    monkeypatch.setenv("LOONBRUG_AFAS_URL", "http://127.0.0.1:1/ProfitRestServices")
    monkeypatch.setenv("LOONBRUG_AFAS_TOKEN", "x")
    assert loonbrug("resume", "--after-restore") == 3
    assert "not read whole since then: actions, agreements" in capsys.readouterr().err


def test_a_person_is_erased_after_the_plan_was_shown(
    loonbrug: Loonbrug, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert loonbrug("erase") == 2
    assert loonbrug("erase", "--contact", "9") == 2
    assert loonbrug("erase", "--contact", "1") == 0
    assert "nothing was done yet" in capsys.readouterr().err
    assert loonbrug("erase", "--contact", "1", "--yes", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["done"], report["rows"]) == (True, {"contact": 1})
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select name, email from contact").fetchall() == [("(erased)", None)]
