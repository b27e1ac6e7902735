"""An event loop of one's own: the thread of a test may have one already, that of a browser opened before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import anyio

T = TypeVar("T")


def run(work: Callable[..., Awaitable[T]], *arguments: object) -> T:
    """What it gives, from a thread and a loop of its own."""
    with ThreadPoolExecutor(1) as own:
        return own.submit(anyio.run, work, *arguments).result()
