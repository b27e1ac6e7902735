"""Replays as the workers do them: planned and done in steps, fenced by the token of who works on them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from connectors.store.audit.append import append
from connectors.store.database import Database
from connectors.store.failures.replay_rows import hash_of, one, planned
from connectors.store.messages import message_of
from connectors.store.outbox.attempts import note
from connectors.store.outbox.statements import OPERATIONS
from domain.audit.entry import Entry
from domain.failures.replay import (
    ItemOutcome,
    Planned,
    Prospect,
    Replay,
    ReplayAction,
    ReplayBatch,
    ReplayState,
)
from domain.message import Message, because, both, verbatim
from domain.outbox.delivery import Attempt
from domain.outbox.delivery import AttemptKind as Contact

# A look that found nothing new is no change: an unclear update is looked for all the time.
_STAMP = """md5(concat_ws('|', o.state, o.sends, o.doubt, o.sent_at, o.ended_at, md5(o.payload::text),
    (select count(*) from replay_item done where done.update = o.id and done.outcome = 'due')))"""
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
        (select jsonb_build_object('by', r.begun_by, 'replay', r.id) from replay_item other
            join replay r on r.id = other.replay where other.update = o.id and other.outcome = 'due'
            and other.replay <> %(replay)s and other.at > mine.asked_at
            order by other.at desc limit 1) as replayed
    from outbox o join replay mine on mine.id = %(replay)s
    where o.id = any(%(updates)s) and o.environment = %(environment)s
    order by o.id for update of o
"""  # noqa: S608


class ReplayWork:
    """The replays of one environment, as ``sync.failures.ports.ReplayRows`` says."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def take(self, replay: int, lease: float) -> str | None:
        """Take it for a while."""
        token = str(uuid4())
        values = {"token": token, "lease": lease, "replay": replay, "environment": self._environment}
        with self._database.connection() as connection:
            return token if connection.execute(_CLAIM, values).fetchone() else None

    def step(self, replay: int, token: str, most: int, lease: float) -> ReplayBatch | None:
        """The next updates to plan or to do."""
        values = {"replay": replay, "token": token, "most": most, "lease": lease}
        with self._database.transaction() as connection:
            state = connection.execute(_EXTEND, values).fetchone()
            if state is None:
                return None
            planning = state["state"] == ReplayState.PLANNING
            rows = connection.execute(_TO_PLAN if planning else _TO_DO, values).fetchall()
        stamps = {row["update"]: row["stamp"] or "" for row in rows}
        said = None if planning else {row["update"]: planned(row) for row in rows}
        return ReplayBatch(replay, token, said, stamps) if rows else None

    def note_plan(self, step: ReplayBatch, planned: Sequence[Planned]) -> None:
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

    def do(self, step: ReplayBatch, actions: Sequence[ReplayAction]) -> list[int]:
        """Make due what is to be made due and is still as it was planned."""
        wanted = {"replay": step.replay, "updates": [each.update for each in actions]}
        wanted |= {"environment": self._environment}
        with self._database.transaction() as connection:
            if not self._is_ours(connection, step):
                return []
            now = {row["id"]: row for row in connection.execute(_NOW, wanted).fetchall()}
            done = [_unless_changed(each, step, now.get(each.update)) for each in actions]
            due = [each.update for each in done if each.outcome is ItemOutcome.DUE]
            connection.execute(OPERATIONS["replay"], {"ids": due, "environment": self._environment})
            self._write(connection, step, done)
        return due

    def finish(self, replay: int, token: str) -> Replay | None:
        """It is planned, or done."""
        with self._database.transaction() as connection:
            known = one(connection, self._environment, replay, lock=True)
            if not self._is_ours(connection, ReplayBatch(replay, token, None, {})):
                return None
            if known.state is ReplayState.PLANNING:
                connection.execute(
                    "update replay set state = 'planned', planned_at = now(), plan_hash = %s, token = null,"
                    " leased_until = null where id = %s",
                    (hash_of(connection, replay), replay),
                )
            else:
                connection.execute(
                    "update replay set state = 'done', ended_at = now(), token = null, leased_until = null"
                    " where id = %s",
                    (replay,),
                )
            return one(connection, self._environment, replay)

    def _write(
        self, connection: Connection[DictRow], step: ReplayBatch, done: Sequence[ReplayAction]
    ) -> None:
        """The result per update, a line in the history of each that was made due, and the audit."""
        known = one(connection, self._environment, step.replay)
        replayed = Message("why.replayed", {"by": known.begun_by, "replay": step.replay})
        why = because(replayed, verbatim(known.reason)) if known.reason else replayed
        due = [each for each in done if each.outcome is ItemOutcome.DUE]
        note(connection, [
            Attempt(each.update, Contact.PERSON, "replay", why) for each in due
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

    def _is_ours(self, connection: Connection[DictRow], step: ReplayBatch) -> bool:
        row = connection.execute(
            "select 1 from replay where id = %s and token = %s and state in ('planning', 'running')"
            " for update",
            (step.replay, step.token),
        ).fetchone()
        return row is not None


def _unless_changed(wanted: ReplayAction, step: ReplayBatch, now: DictRow | None) -> ReplayAction:
    """What was to be done, unless somebody touched the update since it was planned."""
    if (
        wanted.outcome is ItemOutcome.REFUSED
        and step.planned
        and (step.planned[wanted.update].prospect is Prospect.REFUSED)
    ):
        return wanted
    if now is None:
        return ReplayAction(wanted.update, ItemOutcome.REFUSED, Message("why.update-gone"))
    if now["stamp"] == step.stamps[wanted.update]:
        return wanted
    replayed, reason = now["replayed"], message_of(now["reason"])
    what = Message("why.replayed", replayed) if replayed else Message("why.changed-since-plan")
    stands = Message("why.is-now", {"state": now["state"]})
    why = both(what, because(stands, reason) if reason else stands)
    return ReplayAction(wanted.update, ItemOutcome.CHANGED, why)


def _json(request: dict[str, object] | None) -> Jsonb | None:
    return None if request is None else Jsonb(request)
