"""The embedded Redis: private, evicts nothing, and sets aside what it cannot read."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
import redis

from connectors.embedded.redis import EmbeddedRedis
from tests.connectors.embedded.conftest import ODD_NAMES, Eventually

pytestmark = pytest.mark.slow


def test_it_keeps_a_log_evicts_nothing_and_listens_to_no_network(queue: EmbeddedRedis) -> None:
    queue.start()
    with redis.Redis.from_url(queue.url, decode_responses=True) as client:
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        assert client.config_get("appendfsync") == {"appendfsync": "everysec"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("port") == {"port": "0"}


def test_a_second_owner_attaches_and_its_stop_stops_nothing(queue: EmbeddedRedis, data_folder: Path) -> None:
    first = queue.start()
    second = EmbeddedRedis(data_folder)
    assert second.start() is None
    second.stop()
    assert queue.running()
    assert queue.start() is first


def test_what_was_written_down_survives_kill_9(queue: EmbeddedRedis, eventually: Eventually) -> None:
    process = queue.start()
    assert process is not None
    with redis.Redis.from_url(queue.url) as client:
        client.set("hint", "7")
        client.execute_command("WAITAOF", 1, 0, 5000)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    queue.start()
    with redis.Redis.from_url(queue.url) as client:
        assert client.get("hint") == b"7"


def test_unreadable_content_is_set_aside(queue: EmbeddedRedis, data_folder: Path) -> None:
    queue.start()
    queue.stop()
    for file in (data_folder / "redis" / "appendonlydir").glob("*.manifest"):
        file.write_text("nonsense\n")
    queue.start()
    assert queue.running()
    assert (data_folder / "redis.unreadable").is_dir()


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_folder_with_an_odd_name_works_all_the_same(
    short_folder: Path, name: str, queue: EmbeddedRedis
) -> None:
    server = EmbeddedRedis(short_folder / name)
    try:
        server.start()
        assert server.running()
    finally:
        server.stop()


def test_a_path_too_long_for_a_socket_works_all_the_same(tmp_path: Path, queue: EmbeddedRedis) -> None:
    server = EmbeddedRedis(tmp_path / ("long" * 30))
    try:
        server.start()
        assert server.running()
    finally:
        server.stop()
