"""Where a server's Unix socket lives: with its data, unless that path is no address for a socket."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

_LONGEST = 100
"""Characters of a socket's path. The kernel's limit is 107 on Linux and 103 on macOS."""
_SHORTEST = Path("/tmp")  # noqa: S108  # a folder in it is ours alone, see make_private
"""Where TMPDIR itself is too long a path."""


class UnsafeFolderError(OSError):
    """The folder for the socket belongs to somebody else, or others may enter it."""


def folder_for_socket(data: Path, name: str) -> Path:
    """The folder for the socket ``name``: ``data``, or one for temporary files that is found again.

    A path with a comma is no address either: libpq takes it for a list of hosts.
    """
    if len(str(data / name)) < _LONGEST and "," not in str(data):
        return data
    mark = f"loonbrug-{hashlib.sha256(str(data).encode()).hexdigest()[:16]}"
    chosen = Path(tempfile.gettempdir()) / mark
    return chosen if len(str(chosen / name)) < _LONGEST else _SHORTEST / mark


def make_private(folder: Path, uid: int, gid: int) -> None:
    """Make the folder for this account only, unless it is there. Raises UnsafeFolderError if planted."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if found.st_uid != uid or found.st_mode & 0o077:
            reason = f"{folder} is not ours; remove it, or choose a data folder with a shorter path"
            raise UnsafeFolderError(None, reason) from None
    else:
        if uid != os.geteuid():
            os.chown(folder, uid, gid)


def forget(folder: Path, data: Path) -> None:
    """Remove a folder for temporary files when it is empty."""
    if folder != data:
        with suppress(OSError):
            folder.rmdir()
