"""Fixtures that every folder of tests may use: real servers, one per test process, fast fresh databases."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from connectors.embedded.postgres import EmbeddedPostgres
from connectors.embedded.redis import EmbeddedRedis
from connectors.store.database import Database

os.environ["LC_ALL"] = "C.UTF-8"  # a terminal is English, unless a test says otherwise; processes inherit it

_numbers = itertools.count(1)
_MEMORY = Path("/dev/shm")
_ROOM = 2 << 30
"""Bytes that the servers of all test processes may need together."""


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the shared PostgreSQL keeps its data: in memory where there is room, for copying a database costs
    a thousand small files; else on the disk. Killing a server loses nothing in either."""
    if not (_MEMORY.is_mount() and shutil.disk_usage(_MEMORY).free > _ROOM):
        yield tmp_path_factory.mktemp("postgres")
        return
    with tempfile.TemporaryDirectory(prefix="loonbrug-test-", dir=_MEMORY) as folder:
        yield Path(folder)


@pytest.fixture(autouse=True)
def _hooks_stay_pytests() -> Iterator[None]:
    """What a process of ours sets for itself would keep pytest from seeing a thread fail in a later test."""
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


@pytest.fixture(scope="session")
def postgres_server(server_folder: Path) -> Iterator[EmbeddedPostgres]:
    """A running PostgreSQL of this test process's own. It is stopped when the session ends."""
    server = EmbeddedPostgres(server_folder / "data")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def migrated_template(postgres_server: EmbeddedPostgres) -> str:
    """The name of a database with all our tables and no rows, to copy from."""
    from connectors.store.migrate import migrate  # noqa: PLC0415  # tests without tables must not need it

    _create(postgres_server, "template_loonbrug")
    migrate(postgres_server.url_of("template_loonbrug"))
    return "template_loonbrug"


@pytest.fixture
def empty_database_url(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """The URL of a database of this test's own, without any table. Dropped afterwards."""
    yield from _fresh(postgres_server, template="template0")


@pytest.fixture
def database_url(postgres_server: EmbeddedPostgres, migrated_template: str) -> Iterator[str]:
    """The URL of a database of this test's own, with our tables and no rows. Dropped afterwards."""
    yield from _fresh(postgres_server, template=migrated_template)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """That database, opened as a process of ours opens it. Closed afterwards."""
    with closing(Database(database_url, size=12)) as database:
        yield database


@pytest.fixture(scope="module")
def module_database_url(postgres_server: EmbeddedPostgres, migrated_template: str) -> Iterator[str]:
    """Like ``database_url``, shared by the tests of one file: for files that clean up after themselves."""
    yield from _fresh(postgres_server, template=migrated_template)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """A running Redis of this test process's own; the test is skipped where none can be had."""
    if not EmbeddedRedis.available():
        pytest.skip("no Redis server on this machine")
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def redis_url(redis_server: EmbeddedRedis) -> str:
    """The URL of a Redis with nothing in it."""
    import redis  # noqa: PLC0415  # only here

    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    return redis_server.url


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """A folder of this test's own for embedded servers."""
    return tmp_path / "data"


def _fresh(server: EmbeddedPostgres, *, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    _create(server, name, template=template)
    if template != "template0":
        _begin_a_life(server.url_of(name))
    yield server.url_of(name)
    _run(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _begin_a_life(url: str) -> None:
    """A copy of a database has its life; what one test sent must not be missed in the database of another."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("update epoch set id = gen_random_uuid()")


def _create(server: EmbeddedPostgres, name: str, *, template: str = "template0") -> None:
    _run(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _run(server: EmbeddedPostgres, statement: str) -> None:
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
        connection.execute(statement)
