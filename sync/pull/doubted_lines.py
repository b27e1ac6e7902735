"""Lines that AFAS deleted, and that may have come back since: AFAS is asked whether it shows them."""

from __future__ import annotations

from domain.pull.query import any_of
from domain.pull.run import Run
from mappings.pull.flow import Flow
from sync.ports import Afas
from sync.pull.ports import PullStore

DELETIONS = "deleted-hours"
HOURS = "hours"
MOST_CALLS = 25
"""Calls of one run; what is left over waits for the next one."""


def ask_for_doubted(afas: Afas, store: PullStore, run: Run, hours: Flow) -> None:
    """Whichever time is later where neither is known to be, what AFAS shows now is true.

    Raises what AFAS raises; the lines stay doubted then, and the next run asks.
    """
    for _ in range(MOST_CALLS):
        lines, asked = store.doubted()
        if asked is None:
            return
        wanted = any_of(hours.key[0], [str(line) for line in lines])
        pages = afas.pages(hours.connector, hours.key, wanted, hours.take)
        shown = [row.get(hours.key[0]) for rows in pages for row in rows]
        store.settle_doubted(run, lines, [each for each in shown if isinstance(each, int)], asked)
