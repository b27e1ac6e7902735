"""From a verdict to the row of an update: one statement per verdict, fenced by the token of the lease."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from connectors.store.outbox.statements import OUTBOX
from domain.failures.cause import fingerprint
from domain.outbox.update import Update
from domain.outbox.verdicts import Done, Park, Unclear, Verdict, Void, Wait


def settle_one(connection: Connection[DictRow], update: Update, verdict: Verdict) -> None:
    """Write one verdict down, in the caller's transaction; nothing happens when it is not ours any more.

    A trigger marks the declaration of an approval that ends as stale: a voided one is offered again (G4).
    """
    values: dict[str, object] = {"id": update.id, "token": update.token, "why": verdict.why}
    values |= {"cause": fingerprint(update.kind, verdict.why), "sends": update.sends}
    values |= {"waited": update.waited, "rested": update.rested}
    match verdict:
        case Done():
            connection.execute(OUTBOX["settle_done"], values | {"evidence": Jsonb(verdict.evidence)})
        case Wait():
            values |= {"uncounted": int(not verdict.counts), "unsent": int(verdict.unsent)}
            connection.execute(OUTBOX["settle_ready"], values | {"after": verdict.after})
        case Unclear():
            connection.execute(
                OUTBOX["settle_unclear"], values | {"after": verdict.after, "empty": int(verdict.empty_look)}
            )
        case Park():
            values |= {"log_reference": verdict.log_reference, "certain": verdict.certain}
            connection.execute(OUTBOX["settle_parked"], values)
        case Void():
            connection.execute(OUTBOX["settle_void"], values)
