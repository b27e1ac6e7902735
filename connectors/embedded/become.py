"""Turn this process into a server that dies with its owner, as another account when asked.

Run as a script by ``process.py``: ``python -I -S become.py OWNER SIGNAL UID GID FOLDER COMMAND...``. It is
a program of its own, because code between fork and exec in a process with threads may hang. UID ``-`` keeps
the account, FOLDER ``-`` the current folder.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

_SET_DEATH_SIGNAL, _DROP_BOUND, _NO_NEW_PRIVILEGES, _AMBIENT, _CLEAR_AMBIENT = 1, 24, 38, 47, 4
_LAST_CAPABILITY = Path("/proc/sys/kernel/cap_last_cap")
_CAPABILITY_VERSION_3 = 0x20080522


def _control(option: int, *values: int) -> None:
    """Call prctl(2), with all five arguments. Raises OSError."""
    padded = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    if ctypes.CDLL(None, use_errno=True).prctl(option, *padded) != 0:
        raise OSError(ctypes.get_errno(), "prctl failed")


def _empty_bounding_set() -> None:
    """No program that we become can get a capability back. Raises OSError.

    A container may have taken away the right to do this; then it has taken the others too, or keeps the
    bound itself, and ``no new privileges`` closes the only way by which the bound matters.
    """
    for capability in range(int(_LAST_CAPABILITY.read_text()) + 1):
        try:
            _control(_DROP_BOUND, capability)
        except OSError as error:
            if error.errno != errno.EPERM:
                raise
            return


def _drop_capabilities() -> None:
    """Empty the effective, permitted, inheritable and ambient sets. Raises OSError."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise OSError(ctypes.get_errno(), "capset failed")
    _control(_AMBIENT, _CLEAR_AMBIENT)


def _change_account(uid: int, gid: int) -> None:
    """Stop being root, for good."""
    if sys.platform == "linux":
        _empty_bounding_set()
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if sys.platform == "linux":
        _drop_capabilities()


def main(arguments: list[str]) -> None:
    """Become the command. The order matters: changing account clears the death signal.

    The folder is entered first: the account may not reach it by its path, and need not.
    """
    owner, death_signal, uid, gid, folder = arguments[:5]
    command = arguments[5:]
    if folder != "-":
        os.chdir(folder)
    if uid != "-":
        _change_account(int(uid), int(gid))
    if sys.platform == "linux":
        if folder != "-":  # a server; our own parts are started with "-" and keep what a person gave them
            _control(_NO_NEW_PRIVILEGES, 1)
        _control(_SET_DEATH_SIGNAL, int(death_signal))
    if os.getppid() != int(owner):
        sys.exit("the owner is gone already")
    os.execv(command[0], command)  # noqa: S606  # no shell is the point


if __name__ == "__main__":
    main(sys.argv[1:])
