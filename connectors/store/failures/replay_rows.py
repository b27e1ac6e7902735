"""One replay as it stands in its row, and the hash of its plan as it stands in its items."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import DictRow

from domain.errors import NotFound
from domain.failures.replay import Planned, Prospect, Replay, ReplayState, plan_hash
from domain.message import Message

_COLUMNS = """id, state, cause, asked_by, asked_at, plan_hash, planned_at, begun_by, begun_at, reason,
    agreed_by, agreed_at, ended_at"""


def one(connection: Connection[DictRow], environment: str, replay: int, *, lock: bool = False) -> Replay:
    """A replay; ``lock``: until the transaction ends. Raises NotFound."""
    row = connection.execute(
        f"select {_COLUMNS} from replay where id = %s and environment = %s"  # noqa: S608 - our own text
        + (" for update" if lock else ""),
        (replay, environment),
    ).fetchone()
    if row is None:
        raise NotFound(Message("no-such.replay", {"replay": replay}))
    return Replay(**row | {"state": ReplayState(row["state"])})


def hash_of(connection: Connection[DictRow], replay: int) -> str:
    """The hash of what its items say now."""
    rows = connection.execute(
        "select update, prospect, why, request, stamp from replay_item where replay = %s", (replay,)
    ).fetchall()
    return plan_hash((planned(row), row["stamp"]) for row in rows)


def planned(row: DictRow) -> Planned:
    """What an item says would happen."""
    return Planned(row["update"], Prospect(row["prospect"]), Message.from_json(row["why"]), row["request"])
