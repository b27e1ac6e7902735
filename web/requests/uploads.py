"""Files that are handed in: few at once, none that never ends, none for a caller who has gone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from fastapi import Depends, HTTPException, Request

from domain.decisions.signed_pdf import PlainPdf
from domain.errors import Incomplete
from web.ports import LookThrough

MOST_AT_ONCE = 8
"""In one process, each held in memory whole."""
SECONDS_TO_ARRIVE = 120
_SECONDS_TO_WAIT = 5


async def _place(request: Request) -> AsyncIterator[None]:
    """Take one of the places for files, before the file is read; give it back after the answer."""
    places: anyio.CapacityLimiter = request.app.state.uploads
    try:
        places.acquire_on_behalf_of_nowait(request)
    except anyio.WouldBlock as none_free:
        raise HTTPException(503, headers={"Retry-After": str(_SECONDS_TO_WAIT)}) from none_free
    try:
        yield
    finally:
        places.release_on_behalf_of(request)


Place = Annotated[None, Depends(_place)]
"""A place for a file. 503 when all are taken."""


async def looked_through(request: Request, look: LookThrough, content: bytes) -> PlainPdf:
    """The PDF that the content is. Raises Incomplete; HTTPException 499 when the caller hangs up."""
    outcome: PlainPdf | Incomplete | None = None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_cancel_when_gone, request, tasks.cancel_scope)
        try:
            outcome = await look(content)
        except Incomplete as refusal:
            outcome = refusal
        tasks.cancel_scope.cancel()
    if outcome is None:
        raise HTTPException(499)
    if isinstance(outcome, Incomplete):
        raise outcome
    return outcome


async def _cancel_when_gone(request: Request, scope: anyio.CancelScope) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
