"""From a verdict to the row of an update: one statement per verdict, fenced by the token of the claim."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from domain.failures.cause import fingerprint
from domain.outbox.update import Update
from domain.outbox.verdicts import Done, Park, Unclear, Verdict, Void, Wait

_OURS = "where id = %(id)s and token = %(token)s and update_is_active(state)"
_LET_GO = "token = null, leased_until = null, unfinished = 0, reason = %(why)s"
_WAITED = "waited = case when sends = %(sends)s then greatest(waited, %(waited)s) else waited end"
_DUE = "due_at = now() + make_interval(secs => %(after)s)"

_DONE = f"""
    update outbox set state = 'done', doubt = false, ended_at = now(), evidence = %(evidence)s,
        {_LET_GO} {_OURS}
"""  # noqa: S608 - only our own text is put in, here and below
_READY = f"""
    update outbox set state = 'ready', doubt = false, {_DUE}, {_LET_GO},
        attempts = attempts - %(uncounted)s, sends = sends - %(unsent)s {_OURS}
"""  # noqa: S608
_UNCLEAR = f"""
    update outbox set state = 'unclear', cause = %(cause)s, {_DUE}, {_LET_GO},
        empty_looks = empty_looks + %(empty)s, {_WAITED},
        rested = case when %(empty)s > 0 then 0 when sends = %(sends)s
            then greatest(rested, %(rested)s) else rested end,
        last_look_at = case when %(empty)s > 0 then now() else last_look_at end {_OURS}
"""  # noqa: S608
_PARKED = f"""
    update outbox set state = 'parked', cause = %(cause)s, doubt = doubt and not %(certain)s,
        {_WAITED}, ended_at = now(), log_reference = %(log_reference)s, {_LET_GO} {_OURS}
"""  # noqa: S608
_VOID = f"""
    update outbox set state = 'void', doubt = false, ended_at = now(), {_LET_GO} {_OURS}
"""  # noqa: S608


def settle_one(connection: Connection[DictRow], update: Update, verdict: Verdict) -> None:
    """Write one verdict down, in the caller's transaction; nothing happens when it is not ours any more.

    A trigger marks the declaration of an approval that ends as stale: a voided one is offered again (G4).
    """
    values: dict[str, object] = {"id": update.id, "token": update.token, "why": verdict.why}
    values |= {"cause": fingerprint(update.kind, verdict.why), "sends": update.sends}
    values |= {"waited": update.waited, "rested": update.rested}
    match verdict:
        case Done():
            connection.execute(_DONE, values | {"evidence": Jsonb(verdict.evidence)})
        case Wait():
            values |= {"uncounted": int(not verdict.counts), "unsent": int(verdict.unsent)}
            connection.execute(_READY, values | {"after": verdict.after})
        case Unclear():
            connection.execute(_UNCLEAR, values | {"after": verdict.after, "empty": int(verdict.empty_look)})
        case Park():
            values |= {"log_reference": verdict.log_reference, "certain": verdict.certain}
            connection.execute(_PARKED, values)
        case Void():
            connection.execute(_VOID, values)
