"""The command line of the benchmarks."""

from __future__ import annotations

import json

import pytest

from benchmarks import __main__ as command
from benchmarks.figures import Aim, Figure, Measured


@pytest.fixture
def one_measure(monkeypatch):
    measured = Measured("idle", "one poll", [Figure("requests", 14, "requests", Aim(14, at_least=False))])
    monkeypatch.setattr(command, "FULL", {"idle": lambda: measured})


def test_json_is_the_only_thing_on_standard_output(one_measure, capsys):
    assert command.main(["idle", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["idle"]["figures"][0]["met"] is True
    assert told["machine"]["processors"] > 0


def test_without_names_all_are_measured(one_measure, capsys):
    assert command.main([]) == 0
    assert "requests" in capsys.readouterr().out


def test_an_unknown_name_is_refused(one_measure, capsys):
    with pytest.raises(SystemExit) as ended:
        command.main(["nothing"])
    assert ended.value.code == 2
    assert "nothing" in capsys.readouterr().err
