"""Where a server's Unix socket lives: with its data, unless that path is no address for a socket."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from connectors.private_folder import is_private, make_private

_LONGEST = 100
"""Characters of a socket's path. The kernel's limit is 107 on Linux and 103 on macOS."""
_OF_ROOT = Path("/run/loonbrug")
_OF_OTHERS = Path("/tmp")  # noqa: S108  # a folder in it is ours alone, see make_socket_folder
"""Not TMPDIR: two processes that have another one would not find the same server."""
_ENTERED_BY_ALL = 0o755


def folder_for_socket(data: Path, name: str) -> Path:
    """The folder for the socket ``name``: ``data``, or a short one elsewhere that is found again.

    A path with a comma is no address either: libpq takes it for a list of hosts.
    """
    if len(str(data / name)) < _LONGEST and "," not in str(data):
        return data
    mark = hashlib.sha256(str(data).encode()).hexdigest()[:16]
    return _OF_ROOT / mark if _owner(data) == 0 else _OF_OTHERS / f"loonbrug-{mark}"


def make_socket_folder(folder: Path, data: Path) -> None:
    """Make the folder for the account that has the data, unless it is theirs. Raises UnsafeFolderError."""
    if folder == data:
        return
    if folder.parent == _OF_ROOT and not _OF_ROOT.exists():
        _OF_ROOT.mkdir(exist_ok=True)
        _OF_ROOT.chmod(_ENTERED_BY_ALL)  # whatever the umask is
    owner = data.stat()
    make_private(folder, owner.st_uid, owner.st_gid)


def may_be_trusted(folder: Path, data: Path) -> bool:
    """Whether what answers there can only be the server of these data: nobody else could put it there."""
    if not data.exists():
        return False
    return folder == data or is_private(folder, data.stat().st_uid)


def forget(folder: Path, data: Path) -> None:
    """Remove a folder that is not the data's own, when it is empty."""
    if folder != data:
        with suppress(OSError):
            folder.rmdir()


def _owner(data: Path) -> int:
    """Whose folder the data lie in: not whose server it is, which is another account's under root."""
    try:
        return data.parent.stat().st_uid
    except OSError:
        return os.geteuid()
