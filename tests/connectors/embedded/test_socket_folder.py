"""The folder of the sockets: short enough for a socket, and closed to others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connectors.embedded.socket_folder import (
    folder_for_socket,
    forget,
    make_socket_folder,
    may_be_trusted,
)
from connectors.private_folder import UnsafeFolderError, make_private

_US = (os.geteuid(), os.getegid())


def test_a_socket_lives_with_its_data() -> None:
    assert folder_for_socket(Path("/srv/loonbrug"), "socket") == Path("/srv/loonbrug")


def test_long_paths_get_folders_of_their_own_that_are_found_again() -> None:
    one, other = Path("/srv") / ("a" * 100), Path("/srv") / ("b" * 100)
    assert folder_for_socket(one, "socket") == folder_for_socket(one, "socket")
    assert folder_for_socket(one, "socket") != folder_for_socket(other, "socket")
    assert len(str(folder_for_socket(one, "socket"))) < 90


def test_two_processes_find_the_same_folder_whatever_they_use_for_temporary_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = Path("/srv") / ("a" * 100)
    found = folder_for_socket(data, "socket")
    monkeypatch.setattr("tempfile.tempdir", "/" + "t" * 100)
    monkeypatch.setenv("TMPDIR", "/" + "t" * 100)
    assert folder_for_socket(data, "socket") == found


def test_root_keeps_its_sockets_where_nobody_else_can_put_one(tmp_path: Path) -> None:
    data = tmp_path / ("a" * 100) / "postgres"
    data.mkdir(parents=True)
    under_root = folder_for_socket(data, "socket").parent == Path("/run/loonbrug")
    assert under_root == (os.geteuid() == 0)


def test_what_answers_in_a_folder_that_was_planted_is_not_believed(tmp_path: Path) -> None:
    data, planted = tmp_path / "data", tmp_path / "planted"
    data.mkdir()
    planted.mkdir()
    planted.chmod(0o777)
    assert not may_be_trusted(planted, data)
    (tmp_path / "link").symlink_to(data)
    assert not may_be_trusted(tmp_path / "link", data)
    assert not may_be_trusted(planted, tmp_path / "no data yet")
    with pytest.raises(UnsafeFolderError, match="is not ours"):
        make_socket_folder(planted, data)
    planted.chmod(0o700)
    assert may_be_trusted(planted, data)


def test_a_folder_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    planted = tmp_path / "planted"
    planted.mkdir()
    planted.chmod(0o755)
    with pytest.raises(UnsafeFolderError, match="is not ours"):
        make_private(planted, *_US)


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    make_private(tmp_path / "ours", *_US)
    with pytest.raises(UnsafeFolderError, match="is not ours"):
        make_private(tmp_path / "ours", _US[0] + 1, _US[1])


def test_our_own_folder_is_used_again_and_only_forgotten_when_empty(tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    for _ in range(2):
        make_private(folder, *_US)
    (folder / "socket").touch()
    forget(folder, tmp_path)
    assert folder.exists()
    (folder / "socket").unlink()
    forget(folder, tmp_path)
    assert not folder.exists()
