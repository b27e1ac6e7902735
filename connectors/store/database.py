"""The one door to PostgreSQL: a pool of connections, and the refusal to work on one that may forget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from psycopg import Connection, InterfaceError, InternalError, OperationalError
from psycopg.abc import Params, QueryNoTemplate
from psycopg.errors import DeadlockDetected
from psycopg.rows import DictRow, Row, dict_row, kwargs_row
from psycopg_pool import ConnectionPool

from connectors.store.messages import know_messages, with_messages
from connectors.store.sealed.keyring import KeyRing
from domain.errors import LoonbrugError

MOST_DEADLOCKS = 3
STORE_AWAY = (OperationalError, InterfaceError, InternalError)
"""The database is away, full, out of connections or a standby: no fault of what was to be written."""

T = TypeVar("T")


def despite_deadlocks(work: Callable[[], T]) -> T:
    """Do it again when PostgreSQL refused it to end a deadlock; ``work`` is one whole transaction.

    Two that note the same declarations as stale, in another order, wait for each other: the one that is
    refused has done nothing, and finds the way free.
    """
    for _ in range(MOST_DEADLOCKS):
        with suppress(DeadlockDetected):
            return work()
    return work()


def one_row(connection: Connection[Row], query: QueryNoTemplate, values: Params | None = None) -> Row:
    """The row of a statement that always has one: an insert that returns it, a select without a table.

    Raises LookupError without one: then the statement is not what its caller takes it for.
    """
    row = connection.execute(query, values).fetchone()
    if row is None:
        raise LookupError("a statement that always has a row gave none")
    return row


def row_as(
    make: Callable[..., T],
    connection: Connection[DictRow],
    query: QueryNoTemplate,
    values: Params | None = None,
) -> T | None:
    """The first row as what ``make`` makes of its columns, given by their names; None without a row."""
    return connection.cursor(row_factory=kwargs_row(with_messages(make))).execute(query, values).fetchone()


def rows_as(
    make: Callable[..., T],
    connection: Connection[DictRow],
    query: QueryNoTemplate,
    values: Params | None = None,
) -> list[T]:
    """All rows, each as what ``make``, a dataclass or a function, makes of its columns by their names."""
    return connection.cursor(row_factory=kwargs_row(with_messages(make))).execute(query, values).fetchall()


class ForgetfulDatabase(LoonbrugError):  # noqa: N818 - named after what is wrong
    """PostgreSQL has ``fsync`` or ``synchronous_commit`` off: what it acknowledged could be lost (G1)."""


class StoreConnection(Connection[DictRow]):
    """A connection that knows the keys for what is personal; None: nothing is encrypted or sealed."""

    keys: KeyRing | None = None


class Database:
    """Connections to the store, shared by the threads of one process.

    Rows come back as dicts, times as aware UTC. Opening raises ``psycopg_pool.PoolTimeout`` when no server
    answers within ``patience`` seconds, and ForgetfulDatabase when it could forget what it acknowledged.
    ``keys`` encrypt what is personal and seal the audit trail; the composition root always gives them.
    """

    def __init__(self, url: str, *, size: int = 8, patience: float = 10, keys: KeyRing | None = None) -> None:
        self.keys = keys
        self._pool: ConnectionPool[StoreConnection] = ConnectionPool(
            url,
            connection_class=StoreConnection,
            kwargs={"row_factory": dict_row, "autocommit": True},
            min_size=1,
            max_size=size,
            timeout=patience,
            configure=self._prepare,
            check=ConnectionPool.check_connection,  # a restarted server costs a reconnect, not an error
            open=False,
        )
        try:
            self._pool.open(wait=True, timeout=patience)
            self._refuse_to_forget()
        except BaseException:
            self._pool.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Connection[DictRow]]:
        """A transaction: committed on leaving, rolled back when an exception leaves the block.

        Raises OperationalError when the connection was lost on the way: nothing was committed.
        """
        with self._pool.connection() as connection, connection.transaction():
            yield connection
            if connection.closed:  # psycopg would leave the block as if it had committed (G1)
                raise OperationalError("the connection was lost; nothing was committed")

    @contextmanager
    def connection(self) -> Iterator[Connection[DictRow]]:
        """A connection in autocommit: every statement is a transaction of its own."""
        with self._pool.connection() as connection:
            yield connection

    def close(self) -> None:
        """Give all connections back to the server."""
        self._pool.close()

    def _prepare(self, connection: StoreConnection) -> None:
        connection.keys = self.keys
        know_messages(connection)
        connection.execute("set time zone 'UTC'")

    def _refuse_to_forget(self) -> None:
        with self.connection() as connection:
            for setting in ("fsync", "synchronous_commit"):
                shown = connection.execute("select current_setting(%s) as value", (setting,)).fetchone()
                if shown and shown["value"] == "off":
                    raise ForgetfulDatabase(
                        f"PostgreSQL has {setting} off; turn it on, or decisions may be lost"
                    )
