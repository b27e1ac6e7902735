"""One process at a time owns a data folder, and a dead owner frees it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from connectors.embedded.lock import FolderLock


def test_a_second_taker_is_turned_away(tmp_path: Path) -> None:
    with _taken(tmp_path / "lock"):
        assert FolderLock.take(tmp_path / "lock") is None


def test_a_lock_that_was_let_go_can_be_taken_again(tmp_path: Path) -> None:
    with _taken(tmp_path / "lock"):
        pass
    with _taken(tmp_path / "lock"):
        pass


def test_a_process_that_inherited_the_lock_holds_it_until_it_dies(tmp_path: Path) -> None:
    with _taken(tmp_path / "lock") as lock:
        heir = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(lock.descriptor,)
        )
    assert FolderLock.take(tmp_path / "lock") is None
    heir.kill()
    heir.communicate()
    with _taken(tmp_path / "lock"):
        pass


def test_the_lock_file_is_closed_to_other_accounts(tmp_path: Path) -> None:
    with _taken(tmp_path / "lock"):
        assert os.stat(tmp_path / "lock").st_mode & 0o077 == 0  # noqa: PTH116  # the mode is the point


def _taken(path: Path) -> FolderLock:
    lock = FolderLock.take(path)
    assert lock is not None
    return lock
