"""What a docstring shows is what happens."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
FLOORS = ("domain", "mappings", "connectors", "sync", "workers", "web", "sandbox", "benchmarks")
SHOWING = [
    ".".join(file.relative_to(HOUSE).with_suffix("").parts)
    for floor in FLOORS
    for file in sorted((HOUSE / floor).rglob("*.py"))
    if ">>> " in file.read_text("utf-8")
]


@pytest.mark.parametrize("module", SHOWING)
def test_what_a_docstring_shows_is_what_happens(module: str) -> None:
    outcome = doctest.testmod(importlib.import_module(module))
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_docstrings_that_show_something_are_found() -> None:
    assert len(SHOWING) > 15
    assert "domain.calendar" in SHOWING
