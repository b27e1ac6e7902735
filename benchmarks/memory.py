"""Peak memory of a process that pulls, for a small table and a large one: it should not grow."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping

from benchmarks.figures import Aim, Figure, Measured
from benchmarks.stage import Access, access_of, fresh_database, postgres, sandbox
from connectors.embedded.postgres import EmbeddedPostgres

_MOST_GROWTH = 1.1
"""Chance and fragmentation are allowed a tenth."""


def measure(small: int, middling: int, large: int) -> Measured:
    """Pull tables of so many lines, each in a process of its own.

    A small one of two pages never has three of them in memory at once, which is the most there is: one being
    written, one that waits, one being fetched. So growth is judged from the middling one on.
    """
    with postgres() as server:
        told = {lines: _pull(server, lines) for lines in (small, middling, large)}
    peaks = {lines: each["mebibytes"] for lines, each in told.items()}
    growth = peaks[large] / peaks[middling]
    figures = [
        *(Figure(f"peak at {lines:,} lines", peak, "MiB") for lines, peak in peaks.items()),
        Figure(f"at {large:,} / at {small:,}", peaks[large] / peaks[small], "ratio"),
        Figure(f"at {large:,} / at {middling:,}", growth, "ratio", Aim(_MOST_GROWTH, at_least=False)),
        *(
            Figure(f"pulled, {lines:,} lines", lines / each["seconds"], "rows/s")
            for lines, each in told.items()
        ),
    ]
    return Measured("memory", "most resident memory of the process that pulls", figures)


def _pull(server: EmbeddedPostgres, lines: int) -> Mapping[str, float]:
    with sandbox(bulk=lines) as afas:
        told = _pull_in_child(access_of(afas), fresh_database(server))
    if told["pulled"] != lines:
        raise RuntimeError(f"{lines} lines there, {told['pulled']} pulled")
    return told


def _pull_in_child(access: Access, database_url: str) -> Mapping[str, float]:
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.pulling"],
        input=json.dumps([*access, database_url]),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise RuntimeError(f"the process that pulls failed: {ended.stderr.strip()[-2000:]}")
    told: dict[str, float] = json.loads(ended.stdout)
    return told
