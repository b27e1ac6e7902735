"""What commands print for people is Dutch on a Dutch terminal; what programs read is not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.stages.spoken import ENGLISH
from workers.cli import run
from workers.cli.language import SETTING

LOOKING = ["status", "failures", "parked", "findings", "findings --runs", "week 2026-W47", "cutoff list",
           "key list", "user list", "audit list"]  # fmt: skip
"""Commands that only look, on an empty database."""


@pytest.fixture
def in_dutch(monkeypatch, tmp_path, database_url, capsys) -> Callable[..., str]:
    """Runs a command on a Dutch terminal, on a database of this test; what it printed."""
    from connectors.store.sealed.keyring import new_ring, save  # noqa: PLC0415

    save(tmp_path / "keys.json", new_ring())
    monkeypatch.setenv("LOONBRUG_KEYS_FILE", str(tmp_path / "keys.json"))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv(SETTING, "nl")
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> str:
        capsys.readouterr()
        assert run(list(arguments)) in (0, 1)
        out, err = capsys.readouterr()
        return str(out + err)

    return command


@pytest.mark.parametrize("command", LOOKING)
def test_a_command_that_looks_speaks_dutch(command, in_dutch):
    printed = in_dutch(*command.split())
    assert printed.strip()
    assert ENGLISH.findall(re.sub(r"loonbrug [a-z-]+", "", printed)) == []


def test_what_programs_read_is_the_same_on_every_terminal(in_dutch):
    report = json.loads(in_dutch("status", "--json"))
    assert report["problems"] == ["no worker is running", "no clock is running"]


def test_a_switch_tells_in_dutch_what_it_did(in_dutch):
    assert "is gepauzeerd" in in_dutch("pause", "hours", "--reason", "proef")
    assert "gaat verder" in in_dutch("resume", "hours")
