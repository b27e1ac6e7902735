"""What is in the sandbox's Profit: one in-memory SQLite table per GetConnector.

Every row also carries the JSON text that AFAS would print for it, made when it is written, so that reading a
page is joining texts. Reads and writes take one lock: a reader never sees half a transaction.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sandbox.contract import Connector, Row, connectors
from sandbox.reading import rowjson
from sandbox.reading.standard import VIEWS, create_views

_LOOKED_UP = ("ClaimNumber", "SubjectId", "PlacementId", "EmployeeId")
_TYPES = {
    "string": "TEXT COLLATE NOCASE",
    "date": "TEXT",
    "int": "INTEGER",
    "decimal": "REAL",
    "boolean": "INTEGER",
}


class Tables:
    """The tables, keyed by GetConnector name. Dates are naive ISO strings in Amsterdam time."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._connectors = {connector.name: connector for connector in connectors()}
        self._db = sqlite3.connect(
            ":memory:", check_same_thread=False, isolation_level=None, cached_statements=500
        )
        for connector in self._connectors.values():
            _create(self._db, connector)
        create_views(self._db)

    def connector(self, name: str) -> Connector:
        """The description of a connector (own or standard). Raises KeyError when unknown."""
        return self._connectors.get(name) or VIEWS[name]

    def insert(self, connector: str, row: Row) -> None:
        """Add one row; columns left out are null. Raises KeyError for an unknown column or connector,
        ValueError for an empty column that may not be, sqlite3.IntegrityError for a key that exists."""
        self.insert_many(connector, [row])

    def insert_many(self, connector: str, rows: Iterable[Row]) -> None:
        """Add rows in one transaction; raises as `insert` does, and then none is added."""
        shape = self._connectors[connector]
        marks = ",".join("?" * (len(shape.fields) + 1))
        with self.transaction():
            lines = (_line(shape, row) for row in rows)
            self._db.executemany(f'INSERT INTO "{connector}" VALUES ({marks})', lines)  # noqa: S608

    def update(self, connector: str, key: Sequence[Any], changes: Row) -> None:
        """Change columns of one row. Raises KeyError when there is no such row."""
        shape = self._connectors[connector]
        with self.transaction():
            found = self.get(connector, key)
            if found is None:
                raise KeyError(f"{connector}: no row {tuple(key)}")
            line = _line(shape, found | changes)
            columns = ",".join(f'"{field.id}"=?' for field in shape.fields) + ",row_json=?"
            sql = f'UPDATE "{connector}" SET {columns} WHERE {_where(shape.key)}'  # noqa: S608
            self._db.execute(sql, (*line, *key))

    def delete(self, connector: str, key: Sequence[Any]) -> None:
        """Remove one row for good, as AFAS does. Raises KeyError when there is no such row."""
        shape = self._connectors[connector]
        with self.transaction():
            sql = f'DELETE FROM "{connector}" WHERE {_where(shape.key)}'  # noqa: S608
            if self._db.execute(sql, tuple(key)).rowcount == 0:
                raise KeyError(f"{connector}: no row {tuple(key)}")

    def get(self, connector: str, key: Sequence[Any]) -> Row | None:
        """The row with this key (in the order of the contract), or None."""
        shape = self._connectors[connector]
        found = self.select(connector, dict(zip(shape.key, key, strict=True)))
        return found[0] if found else None

    def select(self, connector: str, where: Row | None = None) -> list[Row]:
        """Rows whose columns equal these values (None: is empty), in the order of the key."""
        shape = self._connectors[connector]
        where = where or {}
        conditions = " AND ".join(f'"{_known(shape, name)}" IS ?' for name in where) or "1"
        order = ",".join(f'"{name}"' for name in shape.key)
        columns = ",".join(f'"{field.id}"' for field in shape.fields)
        sql = f'SELECT {columns} FROM "{connector}" WHERE {conditions} ORDER BY {order}'  # noqa: S608
        return [_row(shape, line) for line in self.query(sql, tuple(where.values()))]

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of a reading statement, under the lock."""
        with self._lock:
            return self._db.execute(sql, tuple(parameters)).fetchall()

    def count(self, connector: str) -> int:
        """How many rows a connector has."""
        name = self.connector(connector).name
        return int(self.query(f'SELECT count(*) FROM "{name}"')[0][0])  # noqa: S608

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. May be nested: an inner one that fails undoes only itself, when its error is
        caught. Holds off every other reader and writer until it ends: keep it short."""
        with self._lock:
            name = f"level_{self._depth}"
            self._db.execute(f"SAVEPOINT {name}")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._db.execute(f"ROLLBACK TO {name}")
                raise
            finally:
                self._depth -= 1
                self._db.execute(f"RELEASE {name}")

    def close(self) -> None:
        """Drop everything."""
        with self._lock:
            self._db.close()


def _create(db: sqlite3.Connection, connector: Connector) -> None:
    columns = [f'"{field.id}" {_TYPES[field.data_type]}' for field in connector.fields]
    key = ",".join(f'"{name}"' for name in connector.key)
    db.execute(f'CREATE TABLE "{connector.name}" ({",".join(columns)}, row_json TEXT, PRIMARY KEY ({key}))')
    names = {field.id for field in connector.fields}
    for name in dict.fromkeys((*connector.changed, *(name for name in _LOOKED_UP if name in names))):
        if connector.key != (name,):
            db.execute(f'CREATE INDEX "{connector.name}_{name}" ON "{connector.name}" ("{name}")')


def _line(connector: Connector, row: Row) -> tuple[Any, ...]:
    values = [rowjson.stored(field, row.get(field.id)) for field in connector.fields]
    if not row.keys() <= connector.columns:
        raise KeyError(f"{connector.name} has no column {sorted(row.keys() - connector.columns)}")
    return (*values, rowjson.printed(connector, values))


def _row(connector: Connector, line: Sequence[Any]) -> Row:
    return {
        field.id: rowjson.loaded(field, value) for field, value in zip(connector.fields, line, strict=True)
    }


def _known(connector: Connector, name: str) -> str:
    field = connector.field(name)
    if field is None:
        raise KeyError(f"{connector.name} has no column {name}")
    return field.id


def _where(key: Sequence[str]) -> str:
    return " AND ".join(f'"{name}" IS ?' for name in key)
