"""Which account a server runs as. PostgreSQL refuses root, so root must name another."""

from __future__ import annotations

import os
import pwd
import sys
from dataclasses import dataclass
from pathlib import Path

_WILLING = ("postgres", "nobody")
"""Accounts that a fresh machine may have, best first. None is made: that is the administrator's business."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group by number, and whether it needs help to reach our folders."""

    uid: int
    gid: int
    reach_all_files: bool = False

    def own(self, folder: Path) -> None:
        """Give the folder (not what is in it) to this account."""
        os.chown(folder, self.uid, self.gid)


def account_for(folder: Path, *, must_reach: Path) -> Account | None:
    """The account for a server that works in ``folder`` and runs programs below ``must_reach``.

    None when we are not root: the server then runs as ourselves. The owner of an existing folder goes on
    being the one, so that data survive a new machine's other numbering.
    """
    if os.geteuid() != 0:
        return None
    uid, gid = _owner(folder)
    closed = not all(_open_to_all(path) for path in (folder.parent, must_reach))
    return Account(uid, gid, reach_all_files=closed and sys.platform == "linux")


def _owner(folder: Path) -> tuple[int, int]:
    if folder.exists() and (known := folder.stat()).st_uid != 0:
        return known.st_uid, known.st_gid
    for name in _WILLING:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise OSError(f"PostgreSQL refuses to run as root and there is no account {' or '.join(_WILLING)} here")


def _open_to_all(path: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents))
