"""Both servers as a block: what is started, what is shared, and that nothing is left over."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from connectors.embedded.postgres import EmbeddedPostgres
from connectors.embedded.redis import EmbeddedRedis
from connectors.embedded.servers import ensure
from tests.connectors.embedded.conftest import Eventually

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).parents[3]
_OWNER = """
import sys
from pathlib import Path
from connectors.embedded.servers import ensure
with ensure(Path(sys.argv[1])):
    print("started", flush=True)
    input()
"""


def test_servers_live_as_long_as_the_block(data_folder: Path) -> None:
    with ensure(data_folder) as servers, psycopg.connect(servers.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not EmbeddedPostgres(data_folder).running()
    assert not EmbeddedRedis(data_folder).running()


def test_only_what_is_asked_for_is_started(data_folder: Path) -> None:
    with ensure(data_folder, postgres=False):
        assert not EmbeddedPostgres(data_folder).running()


def test_a_block_inside_another_leaves_the_servers_to_the_first(data_folder: Path) -> None:
    with ensure(data_folder) as outer:
        with ensure(data_folder) as inner:
            assert inner == outer
        assert EmbeddedPostgres(data_folder).running()


def test_two_starts_at_once_share_one_server(data_folder: Path) -> None:
    owners = [_owner(data_folder), _owner(data_folder)]
    try:
        assert [_first_line(owner) for owner in owners] == ["started", "started"]
        assert EmbeddedPostgres(data_folder).running()
    finally:
        for owner in owners:
            owner.communicate("\n", timeout=60)


def test_an_owner_killed_with_9_leaves_no_server_behind(data_folder: Path, eventually: Eventually) -> None:
    owner = _owner(data_folder)
    assert _first_line(owner) == "started"
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    eventually(lambda: not EmbeddedPostgres(data_folder).running())
    eventually(lambda: not EmbeddedRedis(data_folder).running())
    with ensure(data_folder) as servers, psycopg.connect(servers.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def _owner(data: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _OWNER, str(data)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _first_line(owner: subprocess.Popen[str]) -> str:
    assert owner.stdout is not None
    return owner.stdout.readline().strip()
