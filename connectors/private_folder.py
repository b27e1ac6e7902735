"""A folder that is closed to other accounts, whatever the umask was or somebody changed since."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_PRIVATE = 0o700
_OTHERS = 0o077


class UnsafeFolderError(OSError):
    """The folder belongs to somebody else, or others may enter it."""


def close_to_others(folder: Path) -> None:
    """Make the folder (and its parents), or mend it: 0700. Raises UnsafeFolderError, OSError.

    Root closes anybody's; another account only its own.
    """
    folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    if not folder.stat().st_mode & _OTHERS:
        return
    try:
        folder.chmod(_PRIVATE)
    except PermissionError:
        reason = f"{folder} is open to others and not ours to close; do: chmod 700 {folder}"
        raise UnsafeFolderError(None, reason) from None


def make_private(folder: Path, uid: int, gid: int) -> None:
    """Make the folder for this account only, unless it is there. Raises UnsafeFolderError if planted."""
    try:
        folder.mkdir(mode=_PRIVATE)
    except FileExistsError:
        if not is_private(folder, uid):
            reason = f"{folder} is not ours; remove it, or choose a data folder with a shorter path"
            raise UnsafeFolderError(None, reason) from None
    else:
        if uid != os.geteuid():
            os.chown(folder, uid, gid)


def is_private(folder: Path, uid: int) -> bool:
    """Whether it is a folder (no link) of that account, which nobody else may enter."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == uid and not found.st_mode & _OTHERS
