"""A process that pulls once and tells its peak memory: ``[address, id, secret, database]`` in, JSON out."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from benchmarks.pull import pull_once
from benchmarks.stage import Access, client

_STATUS = Path("/proc/self/status")


def main() -> None:
    """Pull, and print how many rows were new, in how many seconds, and how many MiB were resident at most."""
    *access, database_url = json.load(sys.stdin)
    with client(Access(*access), database_url) as afas:
        began = time.perf_counter()
        pulled = pull_once(afas, database_url)
        seconds = time.perf_counter() - began
    print(json.dumps({"pulled": pulled, "seconds": seconds, "mebibytes": _peak()}))


def _peak() -> float:
    """``getrusage`` counts in the peak of the process that started us; Linux knows our own as well."""
    if _STATUS.exists():
        line = next(each for each in _STATUS.read_text().splitlines() if each.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
