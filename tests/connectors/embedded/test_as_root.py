"""Started by root: no server keeps a right of root's, and no other account gets in."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from connectors.embedded.account import Account, account_for
from connectors.embedded.postgres import EmbeddedPostgres
from connectors.embedded.programs import within_reach
from connectors.embedded.redis import EmbeddedRedis

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="root only: others run servers as themselves"),
]

_AS_ANOTHER = """
import os, sys
import psycopg
uid = int(sys.argv[1])
os.setgroups([]); os.setgid(uid); os.setuid(uid)
try:
    psycopg.connect(sys.argv[2])
except psycopg.OperationalError as error:
    print(error)
"""
"""``psycopg`` is loaded while still root: the other account may not reach it."""


def _status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _has_no_right_of_root(pid: int) -> None:
    found = _status(pid)
    assert {found[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert found["NoNewPrivs"] == "1"
    assert found["Groups"] == ""
    names = {pwd.getpwuid(int(uid)).pw_name for uid in found["Uid"].split()}
    assert names == {"loonbrug"}


def test_postgresql_has_no_capability_and_an_account_of_its_own(postgres: EmbeddedPostgres) -> None:
    process = postgres.start()
    assert process
    _has_no_right_of_root(process.pid)


def test_redis_has_no_capability_and_an_account_of_its_own(queue: EmbeddedRedis) -> None:
    process = queue.start()
    assert process
    _has_no_right_of_root(process.pid)


@pytest.mark.parametrize("name", ["nobody", "daemon", "loonbrug"])
def test_another_account_is_refused_even_where_it_reaches_the_socket(
    postgres: EmbeddedPostgres, name: str
) -> None:
    postgres.start()
    socket = postgres._socket_folder() / ".s.PGSQL.5432"
    with open_to_all(socket):
        url = f"postgresql://loonbrug@/postgres?host={socket.parent}&port=5432"
        uid = str(pwd.getpwnam(name).pw_uid)
        done = subprocess.run(
            [sys.executable, "-c", _AS_ANOTHER, uid, url], capture_output=True, text=True, check=True
        )
    assert 'Peer authentication failed for user "loonbrug"' in done.stdout


def test_a_server_of_another_account_is_not_believed(postgres: EmbeddedPostgres, data_folder: Path) -> None:
    postgres.start()
    cluster = data_folder / "postgres"
    os.chown(cluster, pwd.getpwnam("daemon").pw_uid, -1)  # as if the socket were somebody else's
    assert not postgres.running()
    with pytest.raises(psycopg.OperationalError, match="requirepeer"):
        psycopg.connect(postgres.url)
    os.chown(cluster, pwd.getpwnam("loonbrug").pw_uid, -1)


def test_a_cluster_that_an_account_of_all_ran_is_taken_from_it(
    postgres: EmbeddedPostgres, data_folder: Path
) -> None:
    postgres.start()
    postgres.stop()
    nobody = pwd.getpwnam("nobody")
    Account("nobody", nobody.pw_uid, nobody.pw_gid).own(data_folder / "postgres")
    process = postgres.start()
    assert process
    _has_no_right_of_root(process.pid)
    owners = {path.lstat().st_uid for path in (data_folder / "postgres").rglob("*")}
    assert owners == {pwd.getpwnam("loonbrug").pw_uid}


def test_a_redis_that_ran_as_root_is_taken_from_it(queue: EmbeddedRedis, data_folder: Path) -> None:
    queue.start()
    queue.stop()
    Account("root", 0, 0).own(data_folder / "redis")
    queue.start()
    owners = {path.lstat().st_uid for path in (data_folder / "redis").rglob("*")}
    assert owners == {pwd.getpwnam("loonbrug").pw_uid}


def test_handing_over_follows_no_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").touch()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "folder").symlink_to(outside)
    (tmp_path / "data" / "file").symlink_to(outside / "file")
    Account("daemon", 1, 1).own(tmp_path / "data")
    assert [path.stat().st_uid for path in (outside, outside / "file")] == [0, 0]
    assert (tmp_path / "data" / "folder").lstat().st_uid == 1


def test_the_servers_of_a_persons_folder_run_as_that_person(data_folder: Path) -> None:
    data_folder.mkdir(mode=0o700)
    daemon = pwd.getpwnam("daemon")
    os.chown(data_folder, daemon.pw_uid, daemon.pw_gid)
    account = account_for(data_folder)
    assert account
    assert account.name == "daemon"


def test_a_folder_of_nobody_is_refused(data_folder: Path) -> None:
    data_folder.mkdir()
    os.chown(data_folder, pwd.getpwnam("nobody").pw_uid, -1)
    with pytest.raises(OSError, match="belongs to nobody"):
        account_for(data_folder)


def test_a_machine_where_no_account_can_be_made_is_told_so(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_folder.mkdir()
    monkeypatch.setattr("connectors.embedded.account._OURS", "loonbrug-none")
    monkeypatch.setattr("connectors.embedded.account._SYSTEM", "")
    with pytest.raises(OSError, match=r"make it .useradd --system loonbrug-none., or start"):
        account_for(data_folder)


def test_programs_behind_a_closed_folder_are_copied_to_where_they_can_be_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.embedded.programs._CACHE", tmp_path / "cache")
    closed = tmp_path / "closed"
    (closed / "bin").mkdir(parents=True)
    shutil.copy(shutil.which("true") or "/bin/true", closed / "bin" / "program")
    closed.chmod(0o700)
    (closed / "libraries").mkdir()
    (closed / "not needed").touch()
    needs = ["bin", "libraries"]
    account = account_for(tmp_path)
    assert within_reach(closed, "bin/program", None, needs=needs) == closed
    copied = within_reach(closed, "bin/program", account, needs=needs)
    assert copied.parent == tmp_path / "cache"
    assert subprocess.run([copied / "bin" / "program"], check=True).returncode == 0
    assert {path.name for path in copied.iterdir()} == set(needs)
    assert {path.stat().st_mode & 0o777 for path in (copied, *copied.rglob("*"))} == {0o755}
    assert {path.stat().st_uid for path in (copied, *copied.rglob("*"))} == {0}
    assert within_reach(closed, "bin/program", account, needs=needs) == copied
    (closed / "bin" / "program").write_bytes(b"another version")
    assert within_reach(closed, "bin/program", account, needs=needs) != copied


def test_postgresql_runs_from_a_copy_of_its_wheel(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The programs find their libraries and files beside themselves, wherever that is."""
    with tempfile.TemporaryDirectory(dir="/var/cache", prefix="loonbrug-test-") as cache:
        Path(cache).chmod(0o755)
        monkeypatch.setattr("connectors.embedded.programs._CACHE", Path(cache))
        monkeypatch.setattr("connectors.embedded.programs._open_to_all", lambda _: False)
        process = postgres.start()
        assert process
        assert Path(f"/proc/{process.pid}/exe").readlink().is_relative_to(cache)
        postgres.stop()


def test_a_cache_that_others_could_write_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.embedded.programs._CACHE", tmp_path / "cache")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o777)
    (tmp_path / "program").write_bytes(b"x")
    (tmp_path / "program").chmod(0o700)
    with pytest.raises(OSError, match="not root's alone"):
        within_reach(tmp_path, "program", account_for(tmp_path), needs=["program"])


class open_to_all:  # noqa: N801 - used like a function
    """A path that every account reaches while the block runs."""

    def __init__(self, path: Path) -> None:
        self._modes = {step: step.stat().st_mode & 0o7777 for step in (path, *path.parents)}

    def __enter__(self) -> None:
        for step, mode in self._modes.items():
            step.chmod(mode | 0o007 if step.is_socket() else mode | 0o001)

    def __exit__(self, *_: object) -> None:
        for step, mode in self._modes.items():
            step.chmod(mode)
