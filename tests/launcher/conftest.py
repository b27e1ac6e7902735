"""Checkouts to start the launcher in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.launcher.checkouts import make_checkout, start


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that was never started: the launcher, and packages that show how they were called."""
    return make_checkout(tmp_path / "a checkout")


@pytest.fixture(scope="module")
def started_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose two environments are made, to copy from."""
    folder = make_checkout(tmp_path_factory.mktemp("launcher") / "started once")
    for command in ("status", "bench"):
        assert start(folder, command).returncode == 0
    return folder


@pytest.fixture
def prepared(tmp_path: Path, started_once: Path) -> Path:
    """A checkout of this test's own whose environments are made."""
    return Path(shutil.copytree(started_once, tmp_path / "a prepared checkout", symlinks=True))
