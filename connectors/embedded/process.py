"""Start a server process that belongs to us, and wait until it answers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from connectors.embedded.account import Account
from connectors.embedded.lock import FolderLock
from connectors.private_folder import close_to_others

_BECOME = Path(__file__).with_name("become.py")
_LONGEST_LOG = 5_000_000


class EmbeddedServerFailed(Exception):  # noqa: N818  # named after what happened to the server
    """An embedded server cannot run here. The text says why and is fit for a person."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What to run, and how it should end: ``stop_signal`` is sent by us, and by the kernel when we die."""

    command: list[str]
    log: Path
    stop_signal: signal.Signals
    folder: Path
    """Where it runs. Under another account it never needs the path, and the folders above may be closed."""
    account: Account | None = None

    @property
    def place(self) -> str:
        """The folder as the program itself can name it, absolute."""
        by_path = self.account is None or sys.platform != "linux"
        return str(self.folder) if by_path else "/proc/self/cwd"


def start_or_attach(
    *, running: Callable[[], bool], start: Callable[[FolderLock], None], lock_file: Path, seconds: float
) -> None:
    """Return when a server runs: the one that does, another process's, or ours by ``start``.

    ``start`` is called with the lock of the folder, which proves that no server works in it. Raises
    EmbeddedServerFailed.
    """
    deadline = time.monotonic() + seconds
    try:
        close_to_others(lock_file.parent)
        while not running():
            if lock := FolderLock.take(lock_file):
                with lock:
                    start(lock)
            elif time.monotonic() > deadline:
                raise EmbeddedServerFailed(
                    f"another process holds {lock_file} but its server does not answer"
                )
            else:
                time.sleep(0.05)  # another process is starting or stopping it
    except OSError as error:
        raise EmbeddedServerFailed(_told(error, lock_file.parent)) from error


def _told(error: OSError, folder: Path) -> str:
    """What is wrong: in our own words when the error is ours, else what the system says of the folder."""
    return f"the data folder {folder} cannot be used: {error.strerror}" if error.errno else str(error)


def run_to_end(launch: Launch, lock: FolderLock) -> None:
    """Run a preparing program. Raises EmbeddedServerFailed with the end of its log."""
    if spawn(launch, lock).wait() != 0:
        raise EmbeddedServerFailed(f"{Path(launch.command[0]).name} failed: {last_words(launch.log)}")


def spawn(launch: Launch, lock: FolderLock) -> subprocess.Popen[bytes]:
    """Start a process that holds ``lock`` while it lives and that ends when the calling *thread* ends.

    (The kernel watches the thread that forked: start servers from one that stays. Only Linux does so;
    elsewhere a killed owner leaves its servers running, and the next start attaches to them.) Its own session
    keeps Ctrl-C of a terminal away from it; the owner decides when it stops.
    """
    _shorten(launch.log)
    with launch.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603  # our own programs, no shell
            [sys.executable, "-I", "-S", str(_BECOME), *_become_arguments(launch), *launch.command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            pass_fds=(lock.descriptor,),
            start_new_session=True,
        )


def wait_until(
    answers: Callable[[], bool], process: subprocess.Popen[bytes], *, seconds: float, log: Path
) -> None:
    """Return when the server answers. Raises EmbeddedServerFailed when it ended or was too slow (killed)."""
    deadline = time.monotonic() + seconds
    while not answers():
        if process.poll() is not None:
            raise EmbeddedServerFailed(f"it ended at once: {last_words(log)}")
        if time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise EmbeddedServerFailed(f"it did not answer within {seconds:.0f} s: {last_words(log)}")
        time.sleep(0.02)


def end(process: subprocess.Popen[bytes], stop_signal: signal.Signals, *, seconds: float) -> None:
    """Ask the process to stop, and kill it when it does not within ``seconds``. No error when it is gone."""
    process.send_signal(stop_signal)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def last_words(log: Path) -> str:
    """The end of a server's log in one line, for an error message. Server logs hold no row values."""
    lines = log.read_text(errors="replace").split("\n") if log.exists() else []
    return " / ".join(line.strip() for line in lines[-6:] if line.strip()) or "it said nothing"


def _become_arguments(launch: Launch) -> list[str]:
    who = (launch.account.uid, launch.account.gid) if launch.account else ("-", "-")
    return [str(part) for part in (os.getpid(), int(launch.stop_signal), *who, launch.folder)]


def _shorten(log: Path) -> None:
    """Start a new log when the old one is long; one generation is kept."""
    if log.exists() and log.stat().st_size > _LONGEST_LOG:
        log.replace(log.with_suffix(".log.old"))
