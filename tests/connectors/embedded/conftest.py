"""Servers of one test's own, stopped afterwards whatever happened."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.embedded.postgres import EmbeddedPostgres
from connectors.embedded.redis import EmbeddedRedis

ODD_NAMES = ["Jansen & Zn 100%", "'loon' #1?", "één, twee"]
Eventually = Callable[[Callable[[], bool]], None]


@pytest.fixture
def postgres(data_folder: Path) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL that was not started yet."""
    server = EmbeddedPostgres(data_folder)
    yield server
    server.stop()


@pytest.fixture
def queue(data_folder: Path) -> Iterator[EmbeddedRedis]:
    """A Redis that was not started yet."""
    if not EmbeddedRedis.available():
        pytest.skip("no Redis server on this machine")
    server = EmbeddedRedis(data_folder)
    yield server
    server.stop()


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket, unlike most of pytest's."""
    with tempfile.TemporaryDirectory(prefix="lb") as folder:
        yield Path(folder)


@pytest.fixture
def eventually() -> Eventually:
    """Wait until something holds; fail when it does not within 30 seconds."""

    def wait(holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        while not holds():
            assert time.monotonic() < deadline, "it never came true"
            time.sleep(0.02)

    return wait
