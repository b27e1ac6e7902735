"""Which account a server of ours runs as. Never root, and never an account that others share."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_OURS = "loonbrug"
_SHARED = "nobody"
"""Whatever a machine runs without rights of its own may run as this one."""
_SYSTEM = "/usr/sbin:/sbin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True)
class Account:
    """A user by name, and its number and group."""

    name: str
    uid: int
    gid: int

    def own(self, folder: Path) -> None:
        """Give the folder and everything in it to this account. Follows no link."""
        for _, folders, files, opened in os.fwalk(folder, follow_symlinks=False):
            os.fchown(opened, self.uid, self.gid)
            for name in (*folders, *files):
                os.chown(name, self.uid, self.gid, dir_fd=opened, follow_symlinks=False)


def account_for(data: Path) -> Account | None:
    """The account for servers that work below ``data``, which must be there.

    None when we are not root: they run as ourselves. For root it is the owner of the folder; for a folder of
    root's own it is ``loonbrug``, an account without a password that is made when the machine has none.
    Raises OSError, fit for a person.
    """
    if os.geteuid() != 0:
        return None
    owner = data.stat().st_uid
    account = _dedicated() if owner == 0 else named(owner)
    if account.name == _SHARED or account.uid == 0:
        raise OSError(
            f"{data} belongs to {account.name}, and no server of ours runs as that; change its owner"
        )
    return account


def named(uid: int) -> Account:
    """The account of that number. Raises OSError when the machine knows none: PostgreSQL wants a name."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise OSError(
            f"account {uid} has no name here (/etc/passwd); PostgreSQL wants one: use an account that has"
        ) from None
    return Account(entry.pw_name, uid, entry.pw_gid)


def _dedicated() -> Account:
    try:
        entry = pwd.getpwnam(_OURS)
    except KeyError:
        _make()
        entry = pwd.getpwnam(_OURS)
    return Account(_OURS, entry.pw_uid, entry.pw_gid)


def _make() -> None:
    """Make the account, as packages of servers do. When another start was first, there is nothing to make."""
    program = shutil.which("useradd", path=_SYSTEM)
    shell = shutil.which("nologin", path=_SYSTEM) or "/bin/false"
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", shell]
    if program:
        subprocess.run([program, *options, _OURS], capture_output=True, check=False)  # noqa: S603
    try:
        pwd.getpwnam(_OURS)
    except KeyError:
        raise OSError(
            f"servers of ours do not run as root, and the account {_OURS} cannot be made here;"
            f" make it (useradd --system {_OURS}), or start Loonbrug as another user"
        ) from None
