"""Turn this process into a server that dies with its owner, as another account when asked.

Run as a script by ``process.py``: ``python -I -S become.py OWNER SIGNAL UID GID REACH COMMAND...``. It is
a program of its own, because code between fork and exec in a process with threads may hang. UID ``-`` keeps
the account.
"""

from __future__ import annotations

import ctypes
import os
import sys

_SET_DEATH_SIGNAL, _KEEP_CAPABILITIES, _AMBIENT, _AMBIENT_RAISE = 1, 8, 47, 2
_REACH_ALL_FILES = 1
"""CAP_DAC_OVERRIDE of <linux/capability.h>."""
_CAPABILITY_VERSION_3 = 0x20080522


def _control(option: int, *values: int) -> None:
    """Call prctl(2), with all five arguments. Raises OSError."""
    padded = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    if ctypes.CDLL(None, use_errno=True).prctl(option, *padded) != 0:
        raise OSError(ctypes.get_errno(), "prctl failed")


def _keep_only(capability: int) -> None:
    """Keep one capability, also for the program that we become. Raises OSError."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(*[1 << capability] * 3, 0, 0, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capset failed")
    _control(_AMBIENT, _AMBIENT_RAISE, capability)


def _change_account(uid: int, gid: int, *, reach_all_files: bool) -> None:
    """Stop being root. ``reach_all_files``: folders that are closed to the account stay within its reach."""
    os.setgroups([])
    os.setgid(gid)
    if reach_all_files:
        _control(_KEEP_CAPABILITIES, 1)
    os.setuid(uid)
    if reach_all_files:
        _keep_only(_REACH_ALL_FILES)


def main(arguments: list[str]) -> None:
    """Become the command. The order matters: changing account clears the death signal."""
    owner, death_signal, uid, gid, reach = arguments[:5]
    command = arguments[5:]
    if uid != "-":
        _change_account(int(uid), int(gid), reach_all_files=reach == "all")
    if sys.platform == "linux":
        _control(_SET_DEATH_SIGNAL, int(death_signal))
    if os.getppid() != int(owner):
        sys.exit("the owner is gone already")
    os.execv(command[0], command)  # noqa: S606  # no shell is the point


if __name__ == "__main__":
    main(sys.argv[1:])
