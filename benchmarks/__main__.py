"""The benchmarks from the command line: ``./loonbrug bench [NAME...] [--quick] [--json]``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Mapping

from rich.console import Console

from benchmarks import approve, arrive, bulk, first, idle, memory, pull, slot
from benchmarks.figures import Measured

Measures = Mapping[str, Callable[[], Measured]]

FULL: Measures = {
    "pull": lambda: pull.measure(100_000),
    "memory": lambda: memory.measure(10_000, 50_000, 1_000_000),
    "first": lambda: first.measure(600, 1_200, 2_000),
    "idle": lambda: idle.measure(workers=100),
    "slot": lambda: slot.measure(2_000),
    "arrive": lambda: arrive.measure(12),
    "approve": lambda: approve.measure(40),
    "bulk": lambda: bulk.measure(2_000),
}
QUICK: Measures = {
    "pull": lambda: pull.measure(20_000, rounds=1),
    "memory": lambda: memory.measure(10_000, 50_000, 200_000),
    "first": lambda: first.measure(200, 400),
    "idle": lambda: idle.measure(workers=25),
    "slot": lambda: slot.measure(500),
    "arrive": lambda: arrive.measure(3),
    "approve": lambda: approve.measure(12),
    "bulk": lambda: bulk.measure(300),
}


def main(arguments: list[str] | None = None) -> int:
    """Run the measures asked for, all of them by default. Returns the exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    measures = QUICK if given.quick else FULL
    if unknown := [name for name in given.names if name not in measures]:
        parser.error(f"no such measure: {', '.join(unknown)}; there are {', '.join(measures)}")
    console = Console(stderr=given.json)
    here = machine()
    console.print(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in here.items()))
    found = []
    for name in given.names or measures:
        with console.status(f"measuring {name}"):
            measured = measures[name]()
        console.print(measured.table())
        found.append(measured)
    if given.json:
        print(json.dumps({"machine": here} | {each.name: each.as_json() for each in found}))
    return 0


def machine() -> dict[str, object]:
    """Where it was measured, and how busy it was already: without that no figure means anything."""
    return {
        "processors": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "machine": platform.machine(),
        "python": platform.python_version(),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="loonbrug bench", description="Measure Loonbrug on its sandbox.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"all, or some of: {', '.join(FULL)}")
    parser.add_argument("--quick", action="store_true", help="smaller sizes: a few minutes in all")
    parser.add_argument("--json", action="store_true", help="one JSON object at the end, tables to stderr")
    return parser


if __name__ == "__main__":
    sys.exit(main())
