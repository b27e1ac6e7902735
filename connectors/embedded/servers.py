"""Both embedded servers for as long as somebody needs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.embedded.postgres import EmbeddedPostgres
from connectors.embedded.redis import EmbeddedRedis


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the servers are. ``redis_url`` is None where no Redis can be had: work goes on by sweeping.

    ``owner_url`` is for who migrates and restores; all else works as the application.
    """

    database_url: str
    owner_url: str
    redis_url: str | None


@contextmanager
def ensure(data: Path, *, postgres: bool = True, redis: bool = True) -> Iterator[Servers]:
    """Servers in the data folder: those that run, else our own until the block ends.

    Ask only for what is needed (``postgres=False`` when DATABASE_URL is set). Raises EmbeddedServerFailed.
    """
    with ExitStack() as stack:
        database_url, owner_url, redis_url = "", "", None
        if postgres:
            database = EmbeddedPostgres(data)
            stack.callback(database.stop)
            database.start()
            database_url, owner_url = database.url, database.owner_url
        if redis and EmbeddedRedis.available():
            queue = EmbeddedRedis(data)
            stack.callback(queue.stop)
            queue.start()
            redis_url = queue.url
        yield Servers(database_url, owner_url, redis_url)
