"""The pure core is tested with plain values: by its own tests alone, and without a server."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PURE = ["domain", "mappings"]
LEAST = "95"
"""Percent of the statements and branches of a pure floor that its own tests take."""
SERVERS = ("database", "postgres", "redis", "server")


@pytest.mark.parametrize("floor", PURE)
def test_no_test_of_a_pure_floor_asks_for_a_server(floor: str) -> None:
    asking = {
        f"{path.relative_to(HOUSE)}: {node.name}({argument.arg})"
        for path in (HOUSE / "tests" / floor).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        for argument in node.args.args
        if any(word in argument.arg for word in SERVERS)
    }
    assert asking == set()


@pytest.mark.slow
@pytest.mark.parametrize("floor", PURE)
def test_the_tests_of_a_pure_floor_take_its_branches(floor: str, tmp_path: Path) -> None:
    data = f"--data-file={tmp_path / 'coverage'}"
    tests = ["-m", "pytest", f"tests/{floor}", "-n", "0", "-p", "no:cacheprovider"]
    ran = coverage("run", data, "--branch", f"--source={floor}", *tests)
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-4000:]
    report = coverage("report", data, "--show-missing", "--skip-covered", f"--fail-under={LEAST}")
    assert report.returncode == 0, report.stdout + report.stderr


def coverage(*arguments: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: what other tests ran does not count."""
    command = [sys.executable, "-m", "coverage", *arguments]
    return subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
