"""The tree itself: files that one can read, shelves that one can see over, tests where one looks for them."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
FLOORS = [
    "benchmarks",
    "connectors",
    "domain",
    "mappings",
    "requirements",
    "sandbox",
    "sync",
    "web",
    "workers",
]
"""What has tests in a folder of the same name."""
LONGEST = 350
WIDEST = 15
"""Python files in a folder, beside its ``__init__.py``: as many as one sees at a glance."""
PUBLISHED = {"Agreement", "Contact", "Declaration", "Document", "HourLine", "Invoice", "Leave", "Onboarding"}
"""The API shows what the domain knows by that name: a model's name is that of its published schema."""


def python_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((HOUSE / folder).rglob("*.py"))]


def imported_by(path: Path) -> set[str]:
    tree = ast.walk(ast.parse(path.read_text("utf-8")))
    froms = [node for node in tree if isinstance(node, ast.ImportFrom) and node.module]
    return {each.module or "" for each in froms} | {f"{e.module}.{n.name}" for e in froms for n in e.names}


def all_python_files() -> list[Path]:
    """Of every folder of the repository; environments and caches begin with a dot."""
    folders = [path.name for path in HOUSE.iterdir() if path.is_dir() and not path.name.startswith(".")]
    return python_files(*folders)


def test_no_file_is_longer_than_one_reads_at_once() -> None:
    long = {
        str(path.relative_to(HOUSE)): lines
        for path in all_python_files()
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_the_name_of_a_class_stands_for_one_thing() -> None:
    """No two files of the product, tests and benchmarks aside, define a class of one name."""
    files: dict[str, set[str]] = {}
    for path in all_python_files():
        if path.relative_to(HOUSE).parts[0] not in {"tests", "benchmarks"}:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef):
                    files.setdefault(node.name, set()).add(str(path.relative_to(HOUSE)))
    twice = {name: sorted(where) for name, where in files.items() if len(where) > 1}
    assert {name: where for name, where in twice.items() if name not in PUBLISHED} == {}


def test_no_folder_holds_more_files_than_one_sees_at_a_glance() -> None:
    shelves = Counter(path.parent for path in all_python_files() if path.name != "__init__.py")
    wide = {str(shelf.relative_to(HOUSE)): files for shelf, files in shelves.items() if files > WIDEST}
    assert wide == {}


@pytest.mark.parametrize("floor", FLOORS)
def test_a_folder_of_tests_is_named_like_the_folder_that_it_tests(floor: str) -> None:
    rooms = {path.parent.relative_to(HOUSE / "tests") for path in python_files(f"tests/{floor}")}
    assert [room for room in rooms if not (HOUSE / room).is_dir()] == []


def test_no_test_leans_on_another_one() -> None:
    leaning = {
        f"{path.relative_to(HOUSE)} on {module}"
        for path in python_files("tests")
        for module in imported_by(path)
        if module.startswith("tests.") and module.rpartition(".")[2].startswith("test_")
    }
    assert leaning == set()


def test_fixtures_are_found_by_their_place_and_not_imported_from_another() -> None:
    """An imported fixture brings none of those that it asks for itself."""
    strangers = {
        f"{path.relative_to(HOUSE)} takes from {conftest}"
        for path in python_files("tests")
        for module in imported_by(path)
        if (conftest := module.partition(".conftest")[0]) != module
        if not ".".join(path.parent.relative_to(HOUSE).parts).startswith(conftest)
    }
    assert strangers == set()
