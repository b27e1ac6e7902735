"""Replays as rows: asked for, planned, begun, agreed to, done; fenced by the token of who works on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from connectors.store.attempts import note
from connectors.store.audit import append
from connectors.store.database import Database
from domain.audit import Entry
from domain.delivery import Attempt
from domain.delivery import Step as Contact
from domain.errors import NotFound, Refused
from domain.failure import PAYMENT
from domain.replaying import Deed, ItemOutcome, Planned, Prospect, Replay, ReplayState, Step, plan_hash

_STAMP = """md5(concat_ws('|', o.state, o.attempts, o.sends, o.doubt, o.reason, o.sent_at, o.ended_at,
    o.empty_looks, md5(o.payload::text)))"""
_COLUMNS = """id, state, cause, asked_by, asked_at, plan_hash, planned_at, begun_by, begun_at, reason,
    agreed_by, agreed_at, ended_at"""
_CLAIM = """
    update replay set token = %(token)s, leased_until = now() + %(lease)s * interval '1 second'
    where id = %(replay)s and environment = %(environment)s and state in ('planning', 'running')
        and (leased_until is null or leased_until <= now()) returning id
"""
_EXTEND = """
    update replay set leased_until = now() + %(lease)s * interval '1 second'
    where id = %(replay)s and token = %(token)s and state in ('planning', 'running') returning state
"""
_TO_PLAN = f"""
    select i.update, {_STAMP} as stamp from replay_item i join outbox o on o.id = i.update
    where i.replay = %(replay)s and i.prospect is null order by i.update limit %(most)s
"""  # noqa: S608 - only our own text is put in, here and below
_TO_DO = """
    select i.update, i.stamp, i.prospect, i.why, i.request from replay_item i
    where i.replay = %(replay)s and i.outcome is null order by i.update limit %(most)s
"""
_NOW = f"""
    select o.id, o.state, o.reason, {_STAMP} as stamp,
        (select r.begun_by || ' replayed it (replay ' || r.id || ')' from replay_item other
            join replay r on r.id = other.replay where other.update = o.id and other.outcome = 'due'
            and other.replay <> %(replay)s order by other.at desc limit 1) as by_whom
    from outbox o where o.id = any(%(updates)s) and o.environment = %(environment)s
    order by o.id for update of o
"""  # noqa: S608
_DUE = """
    update outbox set state = case when doubt then 'unclear' else 'ready' end, due_at = now(), token = null,
        leased_until = null, unfinished = 0, attempts = 0, sends = least(sends, 1), empty_looks = 0,
        last_look_at = null, ended_at = null, reason = null, log_reference = null
    where id = any(%(updates)s) and environment = %(environment)s
"""
_PAYING = """
    select count(*) as count from replay_item i join outbox o on o.id = i.update
    where i.replay = %(replay)s and i.prospect in ('send', 'look') and o.kind = any(%(kinds)s)
"""


class ReplayBook:
    """The replays of one environment: ``sync.ports_replay.ReplayRows``, and what people do to them.

    ``second_person_from``: so many updates on which pay depends need a second person; 0: none ever do.
    """

    def __init__(self, database: Database, environment: str, *, second_person_from: int = 0) -> None:
        self._database = database
        self._environment = environment
        self._second_person_from = second_person_from

    def ask(self, updates: Sequence[int], by: str, cause: str | None = None) -> int:
        """Want a plan for these updates. Returns the id of the replay. Raises NotFound and Refused."""
        if not updates:
            raise Refused("nothing was chosen to replay")
        with self._database.transaction() as connection:
            row = connection.execute(
                "insert into replay (environment, asked_by, cause) values (%s, %s, %s) returning id",
                (self._environment, by, cause),
            ).fetchone()
            assert row  # noqa: S101 - an insert returns its row
            values = {"replay": row["id"], "updates": list(updates), "environment": self._environment}
            added = connection.execute(
                "insert into replay_item (replay, update) select %(replay)s, id from outbox"
                " where environment = %(environment)s and id = any(%(updates)s)",
                values,
            ).rowcount
            if not added:
                raise NotFound("there are no such updates")
            self._audit(connection, by, "replay.plan", row["id"], updates=added)
        return int(row["id"])

    def show(self, replay: int) -> Replay:
        """One replay. Raises NotFound."""
        with self._database.connection() as connection:
            return self._one(connection, replay)

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
            return self._one(connection, replay)

    def agree(self, replay: int, plan: str, by: str) -> Replay:
        """The second person agrees; then it is done. Raises NotFound and Refused."""
        with self._database.transaction() as connection:
            known = self._planned(connection, replay, plan, ReplayState.WAITING)
            if by in (known.begun_by, known.asked_by):
                raise Refused("this replay needs a second person: somebody else than who planned or began it")
            connection.execute(
                "update replay set state = 'running', agreed_by = %s, agreed_at = now() where id = %s",
                (by, replay),
            )
            self._audit(connection, by, "replay.agree", replay, plan=plan)
            return self._one(connection, replay)

    def drop(self, replay: int, by: str) -> None:
        """Nobody wants it any more; nothing was done. Raises NotFound and Refused."""
        with self._database.transaction() as connection:
            known = self._one(connection, replay, lock=True)
            if known.state not in (ReplayState.PLANNING, ReplayState.PLANNED, ReplayState.WAITING):
                raise Refused(f"replay {replay} is {known.state}; it cannot be dropped")
            connection.execute(
                "update replay set state = 'dropped', ended_at = now(), token = null where id = %s", (replay,)
            )
            self._audit(connection, by, "replay.drop", replay)

    def claim(self, replay: int, lease: float) -> str | None:
        """Take it for a while."""
        token = str(uuid4())
        values = {"token": token, "lease": lease, "replay": replay, "environment": self._environment}
        with self._database.connection() as connection:
            return token if connection.execute(_CLAIM, values).fetchone() else None

    def step(self, replay: int, token: str, most: int, lease: float) -> Step | None:
        """The next updates to plan or to do."""
        values = {"replay": replay, "token": token, "most": most, "lease": lease}
        with self._database.transaction() as connection:
            state = connection.execute(_EXTEND, values).fetchone()
            if state is None:
                return None
            planning = state["state"] == ReplayState.PLANNING
            rows = connection.execute(_TO_PLAN if planning else _TO_DO, values).fetchall()
        stamps = {row["update"]: row["stamp"] or "" for row in rows}
        planned = None if planning else {row["update"]: _planned(row) for row in rows}
        return Step(replay, token, planned, stamps) if rows else None

    def note_plan(self, step: Step, planned: Sequence[Planned]) -> None:
        """Write down what would happen, and what the rows looked like before we looked."""
        rows = [
            (each.prospect, each.why, _json(each.request), step.stamps[each.update], step.replay, each.update)
            for each in planned
        ]
        with self._database.transaction() as connection:
            if self._is_ours(connection, step):
                connection.cursor().executemany(
                    "update replay_item set prospect = %s, why = %s, request = %s, stamp = %s"
                    " where replay = %s and update = %s",
                    rows,
                )

    def do(self, step: Step, deeds: Sequence[Deed]) -> list[int]:
        """Make due what is to be made due and is still as it was planned."""
        wanted = {"replay": step.replay, "updates": [each.update for each in deeds]}
        wanted |= {"environment": self._environment}
        with self._database.transaction() as connection:
            if not self._is_ours(connection, step):
                return []
            now = {row["id"]: row for row in connection.execute(_NOW, wanted).fetchall()}
            done = [_unless_changed(each, step, now.get(each.update)) for each in deeds]
            due = [each.update for each in done if each.outcome is ItemOutcome.DUE]
            connection.execute(_DUE, {"updates": due, "environment": self._environment})
            self._write(connection, step, done)
        return due

    def finish(self, replay: int, token: str) -> Replay | None:
        """It is planned, or done."""
        with self._database.transaction() as connection:
            known = self._one(connection, replay, lock=True)
            if not self._is_ours(connection, Step(replay, token, None, {})):
                return None
            if known.state is ReplayState.PLANNING:
                connection.execute(
                    "update replay set state = 'planned', planned_at = now(), plan_hash = %s, token = null,"
                    " leased_until = null where id = %s",
                    (self._hash(connection, replay), replay),
                )
            else:
                connection.execute(
                    "update replay set state = 'done', ended_at = now(), token = null, leased_until = null"
                    " where id = %s",
                    (replay,),
                )
            return self._one(connection, replay)

    def _write(self, connection: Connection[DictRow], step: Step, done: Sequence[Deed]) -> None:
        """The result per update, a line in the history of each that was made due, and the audit."""
        known = self._one(connection, step.replay)
        why = f": {known.reason}" if known.reason else ""
        due = [each for each in done if each.outcome is ItemOutcome.DUE]
        note(connection, [
            Attempt(each.update, Contact.PERSON, "replay", f"{known.begun_by}{why} (replay {step.replay})")
            for each in due
        ])  # fmt: skip
        connection.cursor().executemany(
            "update replay_item set outcome = %s, told = %s, at = now() where replay = %s and update = %s",
            [(each.outcome, each.told, step.replay, each.update) for each in done],
        )
        by = known.begun_by or known.asked_by
        detail = {"replay": step.replay}
        append(connection, self._environment, *(
            Entry(by, "update.replay", f"update:{each.update}", detail) for each in due
        ))  # fmt: skip

    def _is_ours(self, connection: Connection[DictRow], step: Step) -> bool:
        row = connection.execute(
            "select 1 from replay where id = %s and token = %s and state in ('planning', 'running')"
            " for update",
            (step.replay, step.token),
        ).fetchone()
        return row is not None

    def _needs_second(self, connection: Connection[DictRow], replay: int) -> bool:
        if self._second_person_from <= 0:
            return False
        values = {"replay": replay, "kinds": sorted(PAYMENT)}
        row = connection.execute(_PAYING, values).fetchone()
        return bool(row and row["count"] >= self._second_person_from)

    def _planned(
        self, connection: Connection[DictRow], replay: int, plan: str, wanted: ReplayState
    ) -> Replay:
        known = self._one(connection, replay, lock=True)
        if known.state is not wanted:
            by = f" by {known.begun_by}" if known.begun_by else ""
            raise Refused(f"replay {replay} is {known.state}{by}")
        if known.plan_hash != plan or self._hash(connection, replay) != plan:
            raise Refused(f"this is not the plan of replay {replay} any more; look at it again")
        return known

    def _hash(self, connection: Connection[DictRow], replay: int) -> str:
        rows = connection.execute(
            "select update, prospect, why, request, stamp from replay_item where replay = %s", (replay,)
        ).fetchall()
        return plan_hash((_planned(row), row["stamp"]) for row in rows)

    def _one(self, connection: Connection[DictRow], replay: int, *, lock: bool = False) -> Replay:
        row = connection.execute(
            f"select {_COLUMNS} from replay where id = %s and environment = %s"  # noqa: S608
            + (" for update" if lock else ""),
            (replay, self._environment),
        ).fetchone()
        if row is None:
            raise NotFound(f"there is no replay {replay}")
        return Replay(**row | {"state": ReplayState(row["state"])})

    def _audit(
        self, connection: Connection[DictRow], by: str, action: str, replay: int, **detail: object
    ) -> None:
        append(connection, self._environment, Entry(by, action, f"replay:{replay}", detail))


def _planned(row: dict[str, Any]) -> Planned:
    return Planned(row["update"], Prospect(row["prospect"]), row["why"], row["request"])


def _unless_changed(wanted: Deed, step: Step, now: dict[str, Any] | None) -> Deed:
    """What was to be done, unless somebody touched the update since it was planned."""
    if (
        wanted.outcome is ItemOutcome.REFUSED
        and step.planned
        and (step.planned[wanted.update].prospect is Prospect.REFUSED)
    ):
        return wanted
    if now is None:
        return Deed(wanted.update, ItemOutcome.REFUSED, "the update is not there any more")
    if now["stamp"] == step.stamps[wanted.update]:
        return wanted
    why = f": {now['reason']}" if now["reason"] else ""
    whom = f"; {now['by_whom']}" if now["by_whom"] else ""
    return Deed(wanted.update, ItemOutcome.CHANGED, f"since the plan it became {now['state']}{why}{whom}")


def _json(request: dict[str, object] | None) -> Jsonb | None:
    return None if request is None else Jsonb(request)
