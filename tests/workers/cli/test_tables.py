"""Reports on a narrow terminal: what is typed again into the next command stays whole."""

from __future__ import annotations

import pytest
from rich.console import Console

from workers.cli import tables


@pytest.fixture
def narrow(monkeypatch, capsys):
    """What a terminal of 80 characters shows of a table."""
    monkeypatch.setattr(tables, "console", Console(width=80))

    def shown(*table: object) -> str:
        tables.table(*table)  # type: ignore[arg-type]
        return str(capsys.readouterr().out)

    return shown


def test_a_long_reason_wraps_and_the_cause_before_it_stays_whole(narrow):
    reason = "PtDeclaration: the call was cut off (RemoteProtocolError); AFAS does not show it yet"
    row = ("9512edb9cc64", "approve", reason, 0, 1, "2026-11-23 20:56:17Z")
    told = narrow("Causes", ("cause", "about", "reason", "parked", "unclear", "oldest"), [row])
    assert {"9512edb9cc64", "approve", "20:56:17Z"} <= set(told.split())
    assert "…" not in told
    assert max(map(len, told.splitlines())) <= 80


def test_nothing_is_cut_off_where_there_is_no_room_for_all(narrow):
    columns = [f"column-{number}" for number in range(12)]
    told = narrow("Wide", columns, [[f"value-{number}" for number in range(12)]])
    assert {*columns, "value-0", "value-11"} <= set(told.split())


def test_nothing_in_a_cell_is_markup(narrow):
    assert "[bold]x" in narrow("Causes", ("cause",), [("[bold]x",)])
