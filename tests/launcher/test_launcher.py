"""The launcher in a small checkout: real starts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.launcher.checkouts import begin, median_seconds, start

pytestmark = pytest.mark.slow


def test_a_first_start_prepares_and_a_second_does_not(checkout: Path) -> None:
    first = start(checkout, "status", "--json")
    assert first.returncode == 0
    assert first.stderr == "Preparing (first start, about a minute)...\n"
    assert first.stdout.startswith("workers\n")
    assert "['status', '--json']" in first.stdout
    second = start(checkout, "status", "--json")
    assert (second.stdout, second.stderr) == (first.stdout, "")


def test_a_second_start_costs_little_more_than_python_itself(prepared: Path) -> None:
    python = next(prepared.glob(".venv-alone-*/bin/python"))
    bare = median_seconds(
        lambda: subprocess.run([python, "-m", "workers"], cwd=prepared, capture_output=True, check=False)
    )
    ours = median_seconds(lambda: start(prepared, "status"))
    assert ours < 5 * bare


def test_it_works_from_any_folder_and_through_links(prepared: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "workers").mkdir(parents=True)
    (elsewhere / "workers" / "__main__.py").write_text("print('an impostor')")
    (elsewhere / "one").symlink_to(Path(os.path.relpath(prepared / "loonbrug", elsewhere)))
    (elsewhere / "two").symlink_to("one")
    started = start(prepared, "status", program=elsewhere / "two", cwd=elsewhere)
    assert started.stdout.startswith(f"workers\n{elsewhere} ['status']")


@pytest.mark.parametrize(
    ("arguments", "package", "passed_on"),
    [
        (("test", "-k", "one"), "pytest", "['-n', '4', '--dist', 'loadgroup', '-k', 'one']"),
        (("test", "tests/x", "-n", "0"), "pytest", " ['tests/x', '-n', '0']"),
        (("test", "--pdb"), "pytest", " ['--pdb']"),
        (
            ("test", "--quick", "tests/x"),
            "pytest",
            "['-n', '4', '--dist', 'loadgroup', '-m', 'not slow', 'tests/x']",
        ),
        (("bench", "--rows", "5"), "benchmarks", "['--rows', '5']"),
        (("sandbox", "--port", "1"), "sandbox", "['--port', '1']"),
        (("demo", "--once", "a b"), "workers", "['demo', '--once', 'a b']"),
        ((), "workers", "[]"),
    ],
)
def test_a_command_goes_to_its_program(
    prepared: Path, arguments: tuple[str, ...], package: str, passed_on: str
) -> None:
    started = start(prepared, *arguments)
    assert started.stdout.startswith(f"{package}\n")
    assert passed_on in started.stdout


def test_two_first_starts_at_once_both_work(checkout: Path) -> None:
    starts = [begin(checkout, "status") for _ in range(2)]
    answers = [start.communicate(timeout=300) for start in starts]
    assert [start.returncode for start in starts] == [0, 0]
    assert sorted(error.count("Preparing") for _, error in answers) == [0, 1]


def test_a_half_made_environment_is_made_anew(prepared: Path) -> None:
    environment = next(prepared.glob(".venv-alone-*/complete"))
    environment.unlink()
    again = start(prepared, "status")
    assert "Preparing" in again.stderr
    assert again.returncode == 0


def test_an_environment_whose_python_is_gone_is_made_anew(prepared: Path) -> None:
    python = next(prepared.glob(".venv-alone-*/bin/python"))
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    assert start(prepared, "status").returncode == 0


def test_other_requirements_make_another_environment(prepared: Path) -> None:
    (prepared / "requirements" / "alone.txt").write_text("# still nothing\n")
    assert "Preparing" in start(prepared, "status").stderr
    assert len(list(prepared.glob(".venv-alone-*/complete"))) == 2


def test_a_failed_check_does_not_hide_the_next(prepared: Path) -> None:
    for tool in ("ruff", "mypy"):
        (prepared / tool).mkdir()
        (prepared / tool / "__main__.py").write_text(
            f"import sys\nprint('{tool}', sys.argv[1:])\nsys.exit(1)\n"
        )
    done = start(prepared, "check")
    assert done.returncode == 1
    assert [line for line in done.stdout.split("\n") if line.startswith("==")] == [
        "== formatting",
        "== lint",
        "== types",
        "== words",
        "== import contracts",
    ]
    assert "mypy []" in done.stdout
