"""The processes of a running Loonbrug, found as an operator would find them: in /proc."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

WEB, CLOCK, WORK = "workers web", "workers clock", "workers work"
REDIS, POSTGRES = "unixsocket:redis.sock", "bin/postgres"


def command_of(pid: int) -> str:
    """The command line of a process; empty when it is gone or a zombie."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except OSError:
        return ""


def children_of(parent: int) -> dict[int, str]:
    """The living children of a process, with their command lines."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _parent(int(entry.name)) == parent and command_of(int(entry.name)):
            found[int(entry.name)] = command_of(int(entry.name))
    return found


def find(parent: int, part: str, number: int = 0, *, patience: float = 30.0) -> int:
    """The pid of the nth child whose command line holds ``part``; waits for one that is being started."""
    until = time.monotonic() + patience
    while True:
        pids = sorted(pid for pid, command in children_of(parent).items() if f"{part} " in f"{command} ")
        if len(pids) > number:
            return pids[number]
        assert time.monotonic() < until, f"no {part} below {parent}: {children_of(parent)}"
        time.sleep(0.05)


def family_of(parent: int) -> set[int]:
    """The process and all that descend from it."""
    family, fresh = set(), {parent}
    while fresh:
        family |= fresh
        fresh = {child for each in fresh for child in children_of(each)}
    return family


def kill(pid: int) -> None:
    """Kill -9."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def wait_until_gone(pids: set[int], *, patience: float = 60.0) -> set[int]:
    """Wait for the end of processes; returns those that stay."""
    until = time.monotonic() + patience
    while (left := {pid for pid in pids if command_of(pid)}) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def _parent(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])
