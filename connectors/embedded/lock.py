"""A lock on a data folder that lives exactly as long as the server that works in it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType


class FolderLock:
    """An exclusive ``flock``. Handed down to a server process, it is held until that process is gone.

    The kernel frees it when the last holder dies, however it dies, so a lock is never stale. The file
    itself stays: removing it would let two starters lock two different files of the same name.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> FolderLock | None:
        """Take the lock now, or return None when another process holds it. Makes the file when needed."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(descriptor)

    def __enter__(self) -> FolderLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of our copy; a server that inherited the lock goes on holding it."""
        os.close(self.descriptor)
