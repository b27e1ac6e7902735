"""The launcher in a small checkout: real starts, and stand-ins for a Python that lacks something."""

from __future__ import annotations

import os
import shutil
import stat
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).parents[2]
_SHOWS_ITS_PLACE = "import os, sys\nprint(os.getcwd(), sys.argv[1:], sys.prefix)\n"
_NO_PACKAGES = "# nothing\n"
_ONE_PACKAGE = f"colorama==0.4.6 --hash=sha256:{'0' * 64}\n"
_MAKES_FOLDERS_FOR_NOBODY = 0o555


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that was never started: the launcher, and packages that show how they were called."""
    return _make_checkout(tmp_path / "a checkout")


@pytest.fixture(scope="module")
def started_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose two environments are made, to copy from."""
    folder = _make_checkout(tmp_path_factory.mktemp("launcher") / "started once")
    for command in ("status", "bench"):
        assert _start(folder, command).returncode == 0
    return folder


@pytest.fixture
def prepared(tmp_path: Path, started_once: Path) -> Path:
    """A checkout of this test's own whose environments are made."""
    return Path(shutil.copytree(started_once, tmp_path / "a prepared checkout", symlinks=True))


def test_a_first_start_prepares_and_a_second_does_not(checkout: Path) -> None:
    first = _start(checkout, "status", "--json")
    assert first.returncode == 0
    assert first.stderr == "Preparing (first start, about a minute)...\n"
    assert first.stdout.startswith("workers\n")
    assert "['status', '--json']" in first.stdout
    second = _start(checkout, "status", "--json")
    assert (second.stdout, second.stderr) == (first.stdout, "")


def test_a_second_start_costs_little_more_than_python_itself(prepared: Path) -> None:
    python = next(prepared.glob(".venv-run-*/bin/python"))
    bare = _median_seconds(
        lambda: subprocess.run([python, "-m", "workers"], cwd=prepared, capture_output=True, check=False)
    )
    ours = _median_seconds(lambda: _start(prepared, "status"))
    assert ours < 5 * bare


def test_it_works_from_any_folder_and_through_links(prepared: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "workers").mkdir(parents=True)
    (elsewhere / "workers" / "__main__.py").write_text("print('an impostor')")
    (elsewhere / "one").symlink_to(Path(os.path.relpath(prepared / "loonbrug", elsewhere)))
    (elsewhere / "two").symlink_to("one")
    started = _start(prepared, "status", program=elsewhere / "two", cwd=elsewhere)
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
    started = _start(prepared, *arguments)
    assert started.stdout.startswith(f"{package}\n")
    assert passed_on in started.stdout


def test_two_first_starts_at_once_both_work(checkout: Path) -> None:
    starts = [_begin(checkout, "status") for _ in range(2)]
    answers = [start.communicate(timeout=300) for start in starts]
    assert [start.returncode for start in starts] == [0, 0]
    assert sorted(error.count("Preparing") for _, error in answers) == [0, 1]


def test_a_half_made_environment_is_made_anew(prepared: Path) -> None:
    environment = next(prepared.glob(".venv-run-*/complete"))
    environment.unlink()
    again = _start(prepared, "status")
    assert "Preparing" in again.stderr
    assert again.returncode == 0


def test_an_environment_whose_python_is_gone_is_made_anew(prepared: Path) -> None:
    python = next(prepared.glob(".venv-run-*/bin/python"))
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    assert _start(prepared, "status").returncode == 0


def test_other_requirements_make_another_environment(prepared: Path) -> None:
    (prepared / "requirements" / "run.txt").write_text("# still nothing\n")
    assert "Preparing" in _start(prepared, "status").stderr
    assert len(list(prepared.glob(".venv-run-*/complete"))) == 2


def test_a_failed_check_does_not_hide_the_next(prepared: Path) -> None:
    for tool in ("ruff", "mypy"):
        (prepared / tool).mkdir()
        (prepared / tool / "__main__.py").write_text(
            f"import sys\nprint('{tool}', sys.argv[1:])\nsys.exit(1)\n"
        )
    done = _start(prepared, "check")
    assert done.returncode == 1
    assert [line for line in done.stdout.split("\n") if line.startswith("==")] == [
        "== formatting",
        "== lint",
        "== types",
        "== import contracts",
    ]
    assert "mypy []" in done.stdout


def test_no_python_is_one_line(checkout: Path, tmp_path: Path) -> None:
    _fails_with(
        _start(checkout, "demo", path=_tools(tmp_path)),
        "loonbrug: needs Python 3.11 or newer, and found no python3 on the PATH. Install Python.",
    )


def test_a_python_that_is_too_old_is_named(checkout: Path, tmp_path: Path) -> None:
    tools = _tools(tmp_path)
    _program(tools / "python3", "echo 3.9")
    _fails_with(
        _start(checkout, "demo", path=tools),
        "loonbrug: needs Python 3.11 or newer, but python3 is 3.9. "
        "Install a newer Python, or name one in LOONBRUG_PYTHON.",
    )


def test_a_newer_python_under_its_own_name_is_found(checkout: Path, tmp_path: Path) -> None:
    tools = _tools(tmp_path)
    _program(tools / "python3", "echo 3.9")
    _program(tools / "python3.12", f'exec "{sys.executable}" "$@"')
    assert _start(checkout, "status", path=tools).returncode == 0


def test_a_python_without_venv_says_what_to_install(checkout: Path, tmp_path: Path) -> None:
    lacking = "import importlib.util as u\nfind = u.find_spec\n"
    lacking += "u.find_spec = lambda name: None if name == 'ensurepip' else find(name)\n"
    done = _start(checkout, "demo", path=_odd_python(tmp_path, lacking))
    assert done.returncode == 2
    assert "apt install python3-venv" in done.stderr
    assert done.stderr.count("\n") == 1


def test_no_network_is_one_line(checkout: Path) -> None:
    (checkout / "requirements" / "run.txt").write_text(_ONE_PACKAGE)
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": "",
    }
    _fails_with(
        _start(checkout, "demo", more=nowhere),
        "loonbrug: no network: pip cannot reach its package index; the first start needs it",
    )
    assert not list(checkout.glob(".venv-*/"))


def test_a_package_that_is_not_the_pinned_one_is_refused(checkout: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "wheels" / "colorama-0.4.6-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.write_bytes(b"another content")
    (checkout / "requirements" / "run.txt").write_text(_ONE_PACKAGE)
    local = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": str(wheel.parent)}
    _fails_with(
        _start(checkout, "demo", more=local),
        "loonbrug: a downloaded package is not the one we pinned; nothing was installed from it",
    )


def test_a_full_disk_is_one_line(checkout: Path, tmp_path: Path) -> None:
    full = "import errno, pathlib\n"
    full += "def no_room(*_, **__): raise OSError(errno.ENOSPC, 'No space left on device')\n"
    full += "pathlib.Path.open = no_room\n"
    done = _start(checkout, "demo", path=_odd_python(tmp_path, full))
    _fails_with(done, "loonbrug: the disk is full; make room and start again")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_not_writable_is_one_line(checkout: Path) -> None:
    checkout.chmod(_MAKES_FOLDERS_FOR_NOBODY)
    try:
        done = _start(checkout, "demo")
    finally:
        checkout.chmod(stat.S_IRWXU)
    _fails_with(
        done,
        f"loonbrug: cannot write in {checkout}; make it writable for you, or copy it to a folder of your own",
    )


def test_the_pinned_requirements_name_no_index_and_pin_every_package() -> None:
    for name in ("run.txt", "dev.txt"):
        text = (_ROOT / "requirements" / name).read_text()
        assert "://" not in text
        assert "index-url" not in text
        packages = [line for line in text.split("\n") if line and not line.startswith((" ", "#"))]
        assert all("==" in package for package in packages)
        assert text.count("==") - text.count("_version ==") <= text.count("--hash=sha256:")


def _start(
    checkout: Path,
    *arguments: str,
    program: Path | None = None,
    cwd: Path | None = None,
    path: Path | None = None,
    more: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program or checkout / "loonbrug", *arguments],
        cwd=cwd or checkout,
        env=_surroundings(checkout, path) | (more or {}),
        capture_output=True,
        text=True,
        check=False,
    )


def _begin(checkout: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [checkout / "loonbrug", *arguments],
        env=_surroundings(checkout, None),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _surroundings(checkout: Path, path: Path | None) -> dict[str, str]:
    """An empty home folder and only the programs asked for; by default this Python comes first."""
    home = checkout.parent / "home"
    home.mkdir(exist_ok=True)
    programs = str(path) if path else f"{_tools(checkout.parent, python=True)}"
    return {"HOME": str(home), "PATH": programs}


def _tools(folder: Path, *, python: bool = False) -> Path:
    """A folder with the few programs that a POSIX system has, and this Python when asked."""
    tools = folder / ("tools-with-python" if python else "tools")
    if not tools.exists():
        tools.mkdir()
        for name in ("sh", "cat", "cksum", "uname", "dirname", "readlink"):
            (tools / name).symlink_to(shutil.which(name) or name)
        if python:
            _program(tools / "python3", f'exec "{sys.executable}" "$@"')
    return tools


def _odd_python(folder: Path, oddity: str) -> Path:
    """Tools with a python3 that is recent enough but first does something odd to itself."""
    tools = _tools(folder)
    script = folder / "odd.py"
    go_on = "import sys, runpy\nsys.argv = sys.argv[1:]\nrunpy.run_path(sys.argv[0], run_name='__main__')\n"
    script.write_text(oddity + go_on)
    tell_version = '[ "$1" = -c ] && echo 3.11 && exit'
    _program(tools / "python3", f'{tell_version}\nshift\nexec "{sys.executable}" "{script}" "$@"')
    return tools


def _make_checkout(folder: Path) -> Path:
    (folder / "requirements").mkdir(parents=True)
    shutil.copy(_ROOT / "loonbrug", folder)
    shutil.copy(_ROOT / "requirements" / "install.py", folder / "requirements")
    for name in ("run.txt", "dev.txt"):
        (folder / "requirements" / name).write_text(_NO_PACKAGES)
    for package in ("workers", "sandbox", "benchmarks", "pytest"):
        (folder / package).mkdir()
        (folder / package / "__main__.py").write_text(f"print('{package}')\n{_SHOWS_ITS_PLACE}")
    return folder


def _program(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def _fails_with(done: subprocess.CompletedProcess[str], line: str) -> None:
    said = done.stderr.removeprefix("Preparing (first start, about a minute)...\n")
    assert (done.returncode, said) == (2, f"{line}\n")


def _median_seconds(run: Callable[[], object]) -> float:
    times = []
    for _ in range(7):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
