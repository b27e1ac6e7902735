"""What a full run did not see again: first doubted, then asked for by name, and only then withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.errors import QueryTooLong, SuspiciousSilence
from domain.message import Message
from domain.pull.query import Row, any_of
from domain.pull.run import MOST_GONE, Gone, Run
from mappings.pull.flow import Flow
from sync.ports import Afas

NAMES_A_CALL = 40
"""Keys asked for in one call; fewer when they are long (the query has 2049 characters)."""


def look_again(afas: Afas, flow: Flow, run: Run, gone: Gone) -> Iterator[list[Row]]:
    """Ask for the rows that seem gone, by name: a page that was cut short is no deletion. Yields those found.

    Raises SuspiciousSilence when far too many seem gone and no person said that they are.
    """
    if flow.may_shrink or not gone.count:
        return
    if not run.forced:
        _refuse_silence(flow, gone)
    if gone.count <= MOST_GONE:
        names = [key[0] for key in gone.keys]
        for start in range(0, len(names), NAMES_A_CALL):
            yield from _asked(afas, flow, names[start : start + NAMES_A_CALL])


def _asked(afas: Afas, flow: Flow, names: Sequence[str]) -> Iterator[list[Row]]:
    try:
        rows = afas.rows(flow.connector, any_of(flow.key[0], list(names)), flow.key, len(names))
    except QueryTooLong:
        if len(names) == 1:
            raise
        half = len(names) // 2
        yield from _asked(afas, flow, names[:half])
        yield from _asked(afas, flow, names[half:])
    else:
        if rows:
            yield rows


def _refuse_silence(flow: Flow, gone: Gone) -> None:
    seen = gone.known - gone.count
    if seen * 2 < gone.known or gone.count > MOST_GONE:
        known = {"connector": flow.connector, "seen": seen, "known": gone.known}
        raise SuspiciousSilence(Message("why.few-rows", known))
