"""The keys lie in a file for their owner only, and are refused when they are not whole or not safe."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from connectors.store.sealed.keyring import KeysWrong, load, load_or_make


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "data" / "keys.json"
    made = load_or_make(file)
    assert load_or_make(file) == made
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["keys.json"]
    assert made.newest.secret.hex() not in repr(made)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"keys": [], "seal": "AAAA"}', "not json", "\xff"])
def test_a_broken_key_file_is_refused_without_telling_what_is_in_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keys.json"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(KeysWrong, match="no key file"):
        load(file)
    file.chmod(0o666)
    with pytest.raises(KeysWrong, match="written by others"):
        load(file)


def test_a_key_file_that_others_may_read_is_refused_unless_a_folder_guards_it(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder, file = Path(name), Path(name) / "keys.json"
        made = load_or_make(file)
        folder.chmod(0o755)
        file.chmod(0o644)
        with pytest.raises(KeysWrong, match="read by others; do: chmod 600"):
            load(file)
        file.chmod(0o640)
        assert load(file) == made
        file.chmod(0o644)
        folder.chmod(0o700)
        assert load(file) == made


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
def test_a_key_file_that_an_editor_on_windows_saved_again_is_read(tmp_path: Path, mark: bytes) -> None:
    file = tmp_path / "keys.json"
    ring = load_or_make(file)
    file.write_bytes(mark + file.read_bytes().replace(b"\n", b"\r\n"))
    assert load(file).keys == ring.keys
    file.write_bytes(file.read_bytes().removeprefix(mark).decode().encode("utf-16"))
    assert load(file).keys == ring.keys
