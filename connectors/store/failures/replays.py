"""Replays as people want them: asked for, begun, agreed to, dropped."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.audit.append import append
from connectors.store.database import Database, one_row
from connectors.store.failures.replay_rows import hash_of, one
from domain.audit.entry import Entry, person_of
from domain.errors import NotFound, Refused
from domain.failures.replay import Replay, ReplayState
from domain.message import Message

_ADD = """
    insert into replay_item (replay, update) select %(replay)s, id from outbox
    where environment = %(environment)s and id = any(%(updates)s)
"""
_PAYING = """
    select count(*) as count from replay_item i join outbox o on o.id = i.update
    where i.replay = %(replay)s and i.prospect in ('send', 'look') and pay_depends_on(o.kind)
"""


class ReplayRepository:
    """The replays of one environment, and what people do to them.

    ``second_person_from``: so many updates on which pay depends need a second person; 0: none ever do.
    """

    def __init__(self, database: Database, environment: str, *, second_person_from: int = 0) -> None:
        self._database = database
        self._environment = environment
        self._second_person_from = second_person_from

    def ask(self, updates: Sequence[int], by: str, cause: str | None = None) -> int:
        """Want a plan for these updates. Returns the id of the replay. Raises NotFound and Refused."""
        if not updates:
            raise Refused(Message("refused.nothing-to-replay"))
        with self._database.transaction() as connection:
            row = one_row(
                connection,
                "insert into replay (environment, asked_by, cause) values (%s, %s, %s) returning id",
                (self._environment, by, cause),
            )
            values = {"replay": row["id"], "updates": list(updates), "environment": self._environment}
            added = connection.execute(_ADD, values).rowcount
            self._refuse_unknown(connection, updates, added)
            self._audit(connection, by, "replay.plan", row["id"], updates=added)
        return int(row["id"])

    def show(self, replay: int) -> Replay:
        """One replay. Raises NotFound."""
        with self._database.connection() as connection:
            return one(connection, self._environment, replay)

    def begin(self, replay: int, plan: str, by: str, reason: str) -> Replay:
        """Do what was planned, when that is still the plan; a large one first waits for a second person.

        Raises NotFound, and Refused when it is not planned any more or is another plan.
        """
        with self._database.transaction() as connection:
            self._planned(connection, replay, plan, ReplayState.PLANNED)
            state = ReplayState.WAITING if self._needs_second(connection, replay) else ReplayState.RUNNING
            connection.execute(
                "update replay set state = %s, begun_by = %s, begun_at = now(), reason = %s where id = %s",
                (state, by, reason or None, replay),
            )
            self._audit(connection, by, "replay.begin", replay, state=state, plan=plan)
            return one(connection, self._environment, replay)

    def agree(self, replay: int, plan: str, by: str) -> Replay:
        """The second person agrees; then it is done. Raises NotFound and Refused.

        Whether this person may agree at all (an approver at the console) is the caller's to check.
        """
        with self._database.transaction() as connection:
            known = self._planned(connection, replay, plan, ReplayState.WAITING)
            if person_of(by) in {person_of(each) for each in (known.begun_by, known.asked_by) if each}:
                raise Refused(Message("refused.second-person"))
            connection.execute(
                "update replay set state = 'running', agreed_by = %s, agreed_at = now() where id = %s",
                (by, replay),
            )
            self._audit(connection, by, "replay.agree", replay, plan=plan)
            return one(connection, self._environment, replay)

    def drop(self, replay: int, by: str) -> None:
        """Nobody wants it any more; nothing was done. Raises NotFound and Refused."""
        with self._database.transaction() as connection:
            known = one(connection, self._environment, replay, lock=True)
            if known.state not in (ReplayState.PLANNING, ReplayState.PLANNED, ReplayState.WAITING):
                raise Refused(
                    Message("refused.replay-not-dropped", {"replay": replay, "state": known.state.value})
                )
            connection.execute(
                "update replay set state = 'dropped', ended_at = now(), token = null where id = %s", (replay,)
            )
            self._audit(connection, by, "replay.drop", replay)

    def _refuse_unknown(self, connection: Connection[DictRow], updates: Sequence[int], known: int) -> None:
        if known == len(set(updates)):
            return
        rows = connection.execute(
            "select id from outbox where environment = %s and id = any(%s)",
            (self._environment, list(updates)),
        ).fetchall()
        missing = sorted(set(updates) - {row["id"] for row in rows})
        raise NotFound(Message("no-such.updates", {"updates": missing[:5]}))

    def _needs_second(self, connection: Connection[DictRow], replay: int) -> bool:
        if self._second_person_from <= 0:
            return False
        row = connection.execute(_PAYING, {"replay": replay}).fetchone()
        return bool(row and row["count"] >= self._second_person_from)

    def _planned(
        self, connection: Connection[DictRow], replay: int, plan: str, wanted: ReplayState
    ) -> Replay:
        known = one(connection, self._environment, replay, lock=True)
        if known.state is not wanted:
            values = {"replay": replay, "state": known.state.value, "by": known.begun_by}
            raise Refused(Message("refused.replay-is-by" if known.begun_by else "refused.replay-is", values))
        if known.plan_hash != plan or hash_of(connection, replay) != plan:
            raise Refused(Message("refused.another-plan", {"replay": replay}))
        return known

    def _audit(
        self, connection: Connection[DictRow], by: str, action: str, replay: int, **detail: object
    ) -> None:
        append(connection, self._environment, Entry(by, action, f"replay:{replay}", detail))
