"""Small checkouts with the launcher in them, and Pythons that lack something."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHOWS_ITS_PLACE = "import os, sys\nprint(os.getcwd(), sys.argv[1:], sys.prefix)\n"
NO_PACKAGES = "# nothing\n"
ONE_PACKAGE = f"colorama==0.4.6 --hash=sha256:{'0' * 64}\n"
MAKES_FOLDERS_FOR_NOBODY = 0o555


def start(
    checkout: Path,
    *arguments: str,
    program: Path | None = None,
    cwd: Path | None = None,
    path: Path | None = None,
    more: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Start the launcher and wait for its end."""
    return subprocess.run(
        [program or checkout / "loonbrug", *arguments],
        cwd=cwd or checkout,
        env=surroundings(checkout, path) | (more or {}),
        capture_output=True,
        text=True,
        check=False,
    )


def begin(checkout: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the launcher and go on."""
    return subprocess.Popen(
        [checkout / "loonbrug", *arguments],
        env=surroundings(checkout, None),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def surroundings(checkout: Path, path: Path | None) -> dict[str, str]:
    """An empty home folder and only the programs asked for; by default this Python comes first."""
    home = checkout.parent / "home"
    home.mkdir(exist_ok=True)
    programs = str(path) if path else f"{tools_in(checkout.parent, python=True)}"
    return {"HOME": str(home), "PATH": programs}


def tools_in(folder: Path, *, python: bool = False) -> Path:
    """A folder with the few programs that a POSIX system has, and this Python when asked."""
    tools = folder / ("tools-with-python" if python else "tools")
    if not tools.exists():
        tools.mkdir()
        for name in ("sh", "cat", "cksum", "uname", "dirname", "readlink"):
            (tools / name).symlink_to(shutil.which(name) or name)
        if python:
            write_program(tools / "python3", f'exec "{sys.executable}" "$@"')
    return tools


def odd_python(folder: Path, oddity: str) -> Path:
    """Tools with a python3 that is recent enough but first does something odd to itself."""
    tools = tools_in(folder)
    script = folder / "odd.py"
    go_on = "import sys, runpy\nsys.argv = sys.argv[1:]\nrunpy.run_path(sys.argv[0], run_name='__main__')\n"
    script.write_text(oddity + go_on)
    tell_version = '[ "$1" = -c ] && echo 3.11 && exit'
    write_program(tools / "python3", f'{tell_version}\nshift\nexec "{sys.executable}" "{script}" "$@"')
    return tools


def make_checkout(folder: Path) -> Path:
    """The launcher, and packages that show how they were called."""
    (folder / "requirements").mkdir(parents=True)
    shutil.copy(ROOT / "loonbrug", folder)
    shutil.copy(ROOT / "requirements" / "install.py", folder / "requirements")
    for name in ("alone.txt", "dev.txt"):
        (folder / "requirements" / name).write_text(NO_PACKAGES)
    for package in ("workers", "sandbox", "benchmarks", "pytest"):
        (folder / package).mkdir()
        (folder / package / "__main__.py").write_text(f"print('{package}')\n{SHOWS_ITS_PLACE}")
    return folder


def write_program(path: Path, body: str) -> None:
    """A program of the shell."""
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def fails_with(done: subprocess.CompletedProcess[str], line: str) -> None:
    """It ended with this one line and 2."""
    said = done.stderr.removeprefix("Preparing (first start, about a minute)...\n")
    assert (done.returncode, said) == (2, f"{line}\n")


def median_seconds(run: Callable[[], object]) -> float:
    """How long it takes."""
    times = []
    for _ in range(7):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
