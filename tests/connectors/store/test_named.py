"""Statements are found by their names, and none is kept that nobody sends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connectors.store.named import named
from connectors.store.outbox.statements import OPERATIONS, OUTBOX

CONNECTORS = Path(__file__).parents[3] / "connectors"


def test_a_statement_ends_where_the_next_name_begins(tmp_path: Path) -> None:
    file = tmp_path / "a.sql"
    file.write_text("-- All of it.\n\n-- first --\n-- Why.\nselect 1\n\n-- second --\nselect '-- no name'\n")
    assert named(file) == {"first": "-- Why.\nselect 1\n\n", "second": "select '-- no name'\n"}


def test_two_of_one_name_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.sql"
    file.write_text("-- same --\nselect 1\n-- same --\nselect 2\n")
    with pytest.raises(ValueError, match="two statements called same"):
        named(file)


@pytest.mark.parametrize(("group", "known"), [("OUTBOX", OUTBOX), ("OPERATIONS", OPERATIONS)])
def test_each_statement_is_sent_somewhere_and_none_is_missing(group: str, known: dict[str, str]) -> None:
    sources = [file.read_text("utf-8") for file in CONNECTORS.rglob("*.py")]
    sent = {name for text in sources for name in re.findall(rf'{group}\["([a-z_]+)"\]', text)}
    assert sent == set(known)
