"""A real PostgreSQL in a data folder, over a Unix socket, for who owns that folder."""

from __future__ import annotations

import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import pq

from connectors.embedded.account import Account, account_for, named
from connectors.embedded.lock import FolderLock
from connectors.embedded.postgres_programs import programs_for
from connectors.embedded.process import (
    EmbeddedServerFailed,
    Launch,
    end,
    run_to_end,
    spawn,
    start_or_attach,
    wait_until,
)
from connectors.embedded.roles import APPLICATION, OWNER, make_application_role, write_rules
from connectors.embedded.socket_folder import (
    folder_for_socket,
    forget,
    make_socket_folder,
    may_be_trusted,
)

_NAME = "loonbrug"
_PORT = 5432
_START_SECONDS = 120.0
"""Recovery after a kill reads back at most max_wal_size of log."""

_INITDB = [
    *("-U", OWNER, "--auth-local=reject", "--auth-host=reject", "--encoding=UTF8"),  # see write_rules
    # Independent of the machine's locales: an index stays valid when the machine's libc is upgraded.
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
]
_SETTINGS = {
    "listen_addresses": "",
    "port": str(_PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "fsync": "on",  # an acknowledged decision is never lost
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "jit": "off",  # our statements are short; compiling them costs more than it saves
    # Row values are personal data: no statement, parameter or DETAIL line reaches the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


class EmbeddedPostgres:
    """One PostgreSQL server in ``data/postgres``. Safe to use from several processes: one starts it.

    Nothing listens on the network; the folder that holds the socket is closed to other accounts, and the
    server asks the kernel who is at the other end. Under root it runs as an account of its own.
    """

    def __init__(self, data: Path) -> None:
        self._data = data.resolve()
        self._cluster = self._data / "postgres"
        self._log = self._data / "postgres.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Connection URL of the database ``loonbrug`` for the application, usable by psycopg and libpq."""
        return self.url_of(_NAME, role=APPLICATION)

    @property
    def owner_url(self) -> str:
        """The same for who migrates and restores: as the owner of the tables."""
        return self.url_of(_NAME)

    def url_of(self, database: str, role: str = OWNER) -> str:
        """Connection URL of another database on this server. It refuses a server of another account."""
        folder = quote(str(self._socket_folder()), safe="")
        where = f"postgresql://{role}@/{quote(database, safe='')}?host={folder}&port={_PORT}"
        if not self._cluster.exists():
            return where
        return f"{where}&requirepeer={quote(named(self._cluster.stat().st_uid).name, safe='')}"

    def running(self) -> bool:
        """Whether our server answers on the socket, whoever started it."""
        if not may_be_trusted(self._socket_folder(), self._cluster):
            return False
        return pq.PGconn.ping(self.url_of("postgres").encode()) == pq.Ping.OK

    def start(self) -> subprocess.Popen[bytes] | None:
        """Start the server, or attach to the one that runs. Makes the database on the first start.

        Returns the process when it is ours, None when another process owns it; that one may take it along
        when it ends, so who stays longer looks at ``running()`` and calls this again. Call it from a thread
        that stays: the server stops when that thread ends. Raises EmbeddedServerFailed.
        """
        start_or_attach(
            running=self.running,
            start=self._start_here,
            lock_file=self._data / "postgres.lock",
            seconds=_START_SECONDS,
        )
        self._make_database()
        return self._process

    def stop(self) -> None:
        """Stop the server when it is ours: sessions are cut, everything committed is on disk."""
        if self._process is not None:
            end(self._process, signal.SIGINT, seconds=60)
            forget(self._socket_folder(), self._cluster)
            self._process = None

    def _start_here(self, lock: FolderLock) -> None:
        """Start our own server while we hold the lock, which proves that no other one works in the folder."""
        account = account_for(self._data)
        programs = programs_for(self._cluster).reached_by(account)
        if not self._cluster.exists():
            self._initialise(programs, account, lock)
        self._hand_over(account)
        _forget_dead_postmaster(self._cluster / "postmaster.pid")
        self._process = spawn(self._launch(programs / "postgres", self._cluster, account), lock)
        try:
            wait_until(self.running, self._process, seconds=_START_SECONDS, log=self._log)
        except EmbeddedServerFailed as error:
            self._process = None
            forget(self._socket_folder(), self._cluster)
            raise EmbeddedServerFailed(f"PostgreSQL does not start in {self._data}: {error}") from error

    def _launch(self, program: Path, folder: Path, account: Account | None) -> Launch:
        socket = self._socket_folder()
        place = "." if socket == self._cluster else str(socket)  # a server runs in its folder
        settings = _SETTINGS | {"unix_socket_directories": place}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        launch = Launch([str(program)], self._log, signal.SIGINT, folder, account)
        launch.command.extend(["-D", launch.place, *options])
        return launch

    def _hand_over(self, account: Account | None) -> None:
        """Cluster and socket to the account of the server, and the rules that are ours, whoever made them.

        An earlier version under root ran as an account that others share, and let in everybody.
        """
        if account is not None and self._cluster.stat().st_uid != account.uid:
            account.own(self._cluster)
        write_rules(self._cluster, account)
        make_socket_folder(self._socket_folder(), self._cluster)

    def _initialise(self, programs: Path, account: Account | None, lock: FolderLock) -> None:
        """Make an empty cluster beside its place and move it there, so that a half-made one is never used."""
        unfinished = self._data / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if account is not None:
            account.own(unfinished)
        launch = Launch([str(programs / "initdb")], self._log, signal.SIGKILL, unfinished, account)
        launch.command.extend(["-D", launch.place, *_INITDB])
        run_to_end(launch, lock)
        unfinished.rename(self._cluster)

    def _socket_folder(self) -> Path:
        return folder_for_socket(self._cluster, f".s.PGSQL.{_PORT}.lock")

    def _make_database(self) -> None:
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            make_application_role(connection)
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (_NAME,)).fetchone():
                return
            with suppress(
                psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation
            ):  # made this very moment
                connection.execute(f"CREATE DATABASE {_NAME}")


def _forget_dead_postmaster(pid_file: Path) -> None:
    """Remove the pid file of a killed server when its number now belongs to some other program.

    PostgreSQL would take that program for its predecessor and refuse to start, which happens in containers.
    Only Linux shows us the program's name; elsewhere PostgreSQL's own check has the last word.
    """
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        program = Path(f"/proc/{pid}/comm").read_text().strip()
    except (OSError, ValueError):
        return
    if program != "postgres":
        pid_file.unlink()
