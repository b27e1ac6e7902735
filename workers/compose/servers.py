"""Where PostgreSQL and Redis are: those that are set, those of the data folder, or some started for us."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol

from connectors.embedded.postgres import EmbeddedPostgres
from connectors.embedded.redis import EmbeddedRedis
from connectors.embedded.servers import ensure
from connectors.store.migrate import migrate, refuse_other_schema
from workers.settings import Settings

__all__ = [
    "Server",
    "both_urls",
    "database_url",
    "kept_servers",
    "migrate",
    "migrated",
    "redis_could_start",
    "redis_url",
    "running_redis",
]


@contextmanager
def database_url(settings: Settings, *, as_owner: bool = False) -> Iterator[str]:
    """Where PostgreSQL is: the one that is set, the embedded one that runs, or one for this block only.

    ``as_owner`` for what changes the tables themselves; with DATABASE_URL that is the operator's to choose.
    """
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    with ensure(settings.data, redis=False) as servers:
        migrate(servers.owner_url)
        yield servers.owner_url if as_owner else servers.database_url


def migrated(settings: Settings) -> list[str]:
    """Bring the database to the schema of this version, as its owner; the files that were applied."""
    with database_url(settings, as_owner=True) as url:
        return migrate(url)


def running_redis(settings: Settings) -> str | None:
    """Where Redis is: the one that is set, else the embedded one while it runs."""
    if settings.redis_url:
        return settings.redis_url.get_secret_value()
    embedded = EmbeddedRedis(settings.data)
    return embedded.url if EmbeddedRedis.available() and embedded.running() else None


def redis_could_start() -> bool:
    """Whether a Redis of our own could be started here."""
    return EmbeddedRedis.available()


def redis_url(settings: Settings) -> str:
    """Where Redis is, or would be: the one that is set, else the embedded one, whether it runs or not."""
    return settings.redis_url.get_secret_value() if settings.redis_url else EmbeddedRedis(settings.data).url


@contextmanager
def both_urls(settings: Settings) -> Iterator[tuple[str, str | None]]:
    """PostgreSQL and Redis for a process that stays; those that are not set run as long as the block.

    Raises SchemaDiffers when the database that is set has another schema than this version needs.
    """
    database, redis = settings.database_url, settings.redis_url
    with ensure(settings.data, postgres=database is None, redis=redis is None) as servers:
        if database is None:
            migrate(servers.owner_url)
        else:
            refuse_other_schema(database.get_secret_value())
        yield (
            database.get_secret_value() if database else servers.database_url,
            redis.get_secret_value() if redis else servers.redis_url,
        )


class Server(Protocol):
    """An embedded server."""

    def start(self) -> subprocess.Popen[bytes] | None:
        """Start it, or attach to the one that runs."""

    def running(self) -> bool:
        """Whether it answers."""

    def stop(self) -> None:
        """Stop it when it is ours."""


@contextmanager
def kept_servers(
    settings: Settings, tell: Callable[[str], None]
) -> Iterator[tuple[dict[str, Server], dict[str, str], str]]:
    """The servers that we keep, the addresses that our children need, and that for who migrates."""
    kept: dict[str, Server] = {}
    urls: dict[str, str] = {}
    with ExitStack() as stack:
        if settings.database_url is None:
            postgres = EmbeddedPostgres(settings.data)
            stack.callback(postgres.stop)
            postgres.start()
            kept["postgresql"], urls["DATABASE_URL"] = postgres, postgres.url
            owner_url = postgres.owner_url
            tell(f"postgresql: running in {settings.data}")
        else:
            owner_url = urls["DATABASE_URL"] = settings.database_url.get_secret_value()
        if settings.redis_url is not None:
            urls["REDIS_URL"] = settings.redis_url.get_secret_value()
        elif EmbeddedRedis.available():
            redis = EmbeddedRedis(settings.data)
            stack.callback(redis.stop)
            redis.start()
            kept["redis"], urls["REDIS_URL"] = redis, redis.url
            tell(f"redis: running in {settings.data}")
        else:
            tell("redis: none on this machine; work is found by sweeping, a little slower")
        yield kept, urls, owner_url
