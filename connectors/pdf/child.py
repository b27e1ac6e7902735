"""The process that looks through one PDF: the file comes in, one line goes out, and it can do nothing else.

``python -E -s -S -m connectors.pdf.child SECONDS``. It opens nothing after its limits are set: no file, no
connection, no program. It ends by itself, also when whoever started it is gone.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from contextlib import suppress

from connectors.pdf.look_through import fault_of

PLAIN = "PLAIN"
"""What is written about a file without a fault; else the fault's name."""
_MOST_MEMORY = 1024 * 1024 * 1024


def confine(seconds: int) -> None:
    """Take everything away that looking through bytes does not need. Limits that a system lacks stay off."""
    os.nice(10)  # whoever waits for an answer of the API goes first
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(3 * seconds)  # by the clock on the wall; the machine may be busy
    limits = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_AS: _MOST_MEMORY,
        resource.RLIMIT_NOFILE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for limit, most in limits.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))


def main() -> None:
    """Read the file until its end, look through it, tell."""
    confine(int(sys.argv[1]))
    fault = fault_of(sys.stdin.buffer.read())
    sys.stdout.write(fault.name if fault else PLAIN)


if __name__ == "__main__":
    main()
